import assert from "node:assert/strict";
import { test } from "node:test";
import { NetworkCounter, reachedNetwork } from "../../web/js/engine/network-log.js";

const entry = { name: "http://localhost/a.wasm", workerStart: 0, transferSize: 0, encodedBodySize: 0 };

// As Chromium notes them; e2e compares the count with the server's own log.
const CASES = /** @type {[string, object, boolean][]} */ ([
  ["an answer of the server", { transferSize: 1300, encodedBodySize: 1000 }, true],
  ["a 304", { transferSize: 300, encodedBodySize: 1000 }, true],
  [
    "an answer of the server behind the service worker",
    { transferSize: 1300, encodedBodySize: 1000, workerStart: 5 },
    true,
  ],
  ["a request that failed", {}, true],
  ["a file from the browser's cache", { encodedBodySize: 1000, deliveryType: "cache" }, false],
  ["a file from the browser's cache, elsewhere", { encodedBodySize: 1000 }, false],
  [
    "a file from the service worker's cache",
    { encodedBodySize: 1000, workerStart: 5, deliveryType: "cache-storage" },
    false,
  ],
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
