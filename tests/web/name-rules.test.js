/** The page's rules of names against the cases that Python's tests read too. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { compareCodePoints, isSystemFile, outputStems } from "../../web/js/lib/names.js";

const rules = JSON.parse(readFileSync(new URL("../data/name-rules.json", import.meta.url), "utf8"));

for (const { given, expected } of rules.overlays) {
  test(`overlay names for ${JSON.stringify(given)} are those of the command line`, () => {
    assert.deepEqual(
      outputStems(given).map((stem) => `${stem}.png`),
      expected,
    );
  });
}

test("names sort by code point", () => {
  assert.deepEqual([...rules.order.given].sort(compareCodePoints), rules.order.expected);
});

test("system files are known by their names", () => {
  assert.deepEqual(
    rules.system.skipped.filter((/** @type {string} */ name) => !isSystemFile(name)),
    [],
  );
  assert.deepEqual(
    rules.system.kept.filter((/** @type {string} */ name) => isSystemFile(name)),
    [],
  );
});
