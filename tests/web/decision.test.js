import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { decide, explain } from "../../web/js/lib/decision.js";

const cases = JSON.parse(readFileSync(new URL("../data/decisions.json", import.meta.url), "utf-8"));

for (const { name, probabilities, threshold, state, reason, ...rest } of cases)
  test(`deciding as Python does: ${name}`, () => {
    const analysis = { ...rest, probabilities: Float32Array.from(probabilities) };
    const decision = decide(analysis, threshold);
    assert.equal(decision.state, state);
    assert.equal(explain(decision, ["disc", "square", "star"]), reason);
  });
