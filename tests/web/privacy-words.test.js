/** The promise on the page and the one in README.md are the same words. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { PRIVACY } from "../../web/js/lib/privacy.js";

test("README.md quotes the privacy statement word by word", () => {
  const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
  const quoted = readme
    .split("\n")
    .filter((line) => line.startsWith("> "))
    .map((line) => line.slice(2))
    .join(" ");
  assert.equal(quoted, PRIVACY);
});
