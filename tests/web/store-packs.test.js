/** The model store where there is no IndexedDB, as in some private windows; e2e tests the rest in a browser. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { afterEach, test } from "node:test";
import { fetchModel } from "../../web/js/store/packs.js";

const BYTES = new Uint8Array(1000).map((_, index) => index);
const PACK = {
  id: "cells",
  version: "1",
  model: { file: "model.onnx", sha256: createHash("sha256").update(BYTES).digest("hex"), size: BYTES.length },
};
const base = "http://localhost/site/";
const realFetch = globalThis.fetch;

/** Answer requests one after the other; the last answer repeats. */
function answers(/** @type {(() => Response | Promise<Response>)[]} */ ...given) {
  const requests = /** @type {{ url: string, cache: string | undefined }[]} */ ([]);
  globalThis.fetch = async (url, options) => {
    options?.signal?.throwIfAborted();
    requests.push({ url: String(url), cache: options?.cache });
    const answer = given[Math.min(requests.length, given.length) - 1];
    if (!answer) throw new Error("no answer prepared");
    return answer();
  };
  return requests;
}

const whole = () => new Response(BYTES);
const cut = () => new Response(BYTES.slice(0, 400));
const refused = () => Promise.reject(new TypeError("Failed to fetch"));
const code = (/** @type {string} */ expected) => (/** @type {any} */ error) => error.code === expected;

afterEach(() => {
  globalThis.fetch = realFetch;
});

test("without a database the page works from memory and says so", async () => {
  const requests = answers(whole);
  const { blob, from, persisted, note } = await fetchModel(PACK, { base });
  assert.deepEqual(new Uint8Array(await blob.arrayBuffer()), BYTES);
  assert.deepEqual([from, persisted, note?.code], ["network", false, "store/unavailable"]);
  assert.deepEqual(requests, [{ url: "http://localhost/site/packs/cells/model.onnx", cache: "no-store" }]);
});

test("progress counts bytes up to the size that the pack names", async () => {
  answers(whole);
  const progress = /** @type {number[][]} */ ([]);
  await fetchModel(PACK, { base, onProgress: (done, total) => progress.push([done, total]) });
  assert.deepEqual(progress[0], [0, 1000]);
  assert.deepEqual(progress.at(-1), [1000, 1000]);
});

for (const [what, first] of /** @type {const} */ ([
  ["truncated", cut],
  ["refused", refused],
  ["failed", () => new Response("", { status: 500 })],
])) {
  test(`a download that was ${what} is tried once more`, async () => {
    const requests = answers(first, whole);
    const { blob } = await fetchModel(PACK, { base });
    assert.equal(blob.size, 1000);
    assert.equal(requests.length, 2);
  });
}

test("bytes that are wrong twice are a mismatch, never a network", async () => {
  const requests = answers(cut);
  await assert.rejects(fetchModel(PACK, { base }), code("pack/mismatch"));
  assert.equal(requests.length, 2);
});

test("a network that cannot be reached is missing", async () => {
  answers(refused);
  await assert.rejects(fetchModel(PACK, { base }), code("pack/missing"));
  answers(() => new Response("no such file", { status: 404 }));
  await assert.rejects(fetchModel(PACK, { base }), code("pack/missing"));
});

test("a download that is cancelled is not tried again", async () => {
  const controller = new AbortController();
  const requests = answers(() => {
    controller.abort();
    return Promise.reject(new DOMException("aborted", "AbortError"));
  });
  await assert.rejects(fetchModel(PACK, { base, signal: controller.signal }), code("job/cancelled"));
  assert.equal(requests.length, 1);
});
