import assert from "node:assert/strict";
import { test } from "node:test";
import { ByteProgress } from "../../web/js/embed/progress.js";

/** @param {string} path @param {number} size */
const file = (path, size) => ({ path, size, sha256: "" });

/** @param {(progress: ByteProgress) => void} steps */
function told(steps) {
  const said = /** @type {(string | number | null)[][]} */ ([]);
  steps(new ByteProgress(({ phase, loaded, total, file }) => said.push([phase, loaded, total, file])));
  return said;
}

test("bytes of all files are added up", () => {
  const said = told((progress) => {
    progress.expect([file("a", 10), file("b", 20)]);
    progress.fetched(file("a", 10), 4);
    progress.fetched(file("b", 20), 20);
    progress.fetched(file("a", 10), 10);
    progress.ready();
  });
  assert.deepEqual(said, [
    ["loading", 0, 30, null],
    ["loading", 4, 30, "a"],
    ["loading", 24, 30, "b"],
    ["starting", 30, 30, "a"],
    ["ready", 30, 30, "a"],
  ]);
});

test("a file that comes once more does not take anything back, and counts once", () => {
  const said = told((progress) => {
    progress.expect([file("a", 10)]);
    for (const bytes of [8, 10, 3, 10]) progress.fetched(file("a", 10), bytes);
  });
  assert.deepEqual(
    said.map(([, loaded]) => loaded),
    [0, 8, 10, 10, 10],
  );
});

test("a stored file that turns out damaged is added to what has to come", () => {
  const said = told((progress) => {
    progress.expect([]);
    progress.fetched(file("a", 10), 5);
  });
  assert.deepEqual(said, [
    ["starting", 0, 0, null],
    ["loading", 5, 10, "a"],
  ]);
});
