import assert from "node:assert/strict";
import { test } from "node:test";
import { NetworkCounter, reachedNetwork } from "../../web/js/engine/network-log.js";

const entry = { name: "http://localhost/a.wasm", transferSize: 0 };

// As Chromium and Firefox note them; e2e compares the count with the server's own log.
const CASES = /** @type {[string, object, boolean][]} */ ([
  ["an answer of the server", { transferSize: 1300 }, true],
  ["a 304", { transferSize: 300 }, true],
  ["a file from the browser's cache or the service worker's", {}, false],
  ["a blob", { name: "blob:http://localhost/1", transferSize: 1300 }, false],
]);

for (const [what, given, expected] of CASES) {
  test(`${what} ${expected ? "has" : "has not"} reached the network`, () => {
    assert.equal(reachedNetwork({ ...entry, ...given }), expected);
  });
}

test("requests count from the moment the page is ready", () => {
  const counter = new NetworkCounter();
  const counts = /** @type {number[]} */ ([]);
  counter.add(["early"]);
  const stop = counter.subscribe((count) => counts.push(count));
  counter.markReady();
  counter.add(["a", "b"]);
  stop();
  counter.add(["c"]);
  assert.deepEqual(counts, [0, 0, 2]);
  assert.deepEqual(counter.urls, ["a", "b", "c"]);
});
