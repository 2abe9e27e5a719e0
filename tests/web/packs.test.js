import assert from "node:assert/strict";
import test from "node:test";

import { PackShelf, sampleSources } from "../../web/js/packs.js";
import { createBox, initialState } from "../../web/js/state.js";
import { settle } from "./page-helpers.js";

const pack = (/** @type {string} */ id) => ({
  id,
  name: id.toUpperCase(),
  version: "1.0.0",
  model: { file: "model.onnx", sha256: "0", size: 10 },
  samples: { note: "", files: ["samples/one.png"] },
});

/** @param {import("node:test").TestContext} context @param {Record<string, unknown>} files */
function site(context, files) {
  context.mock.method(globalThis, "fetch", async (/** @type {string} */ path) =>
    path in files ? Response.json(files[path]) : new Response("", { status: 404 }),
  );
}

/** @param {any} fetchModel */
function open(fetchModel = async () => ({ blob: new Blob(["0123456789"]), note: null })) {
  /** @type {any[]} */
  const used = [];
  /** @type {any[]} */
  const failed = [];
  const pool = {
    usePack: async (/** @type {any} */ given) => void used.push(given.pack.id),
    failPack: (/** @type {string} */ id, /** @type {any} */ error) => void failed.push([id, error.code]),
  };
  const box = createBox(initialState());
  return { box, used, failed, shelf: new PackShelf(box, /** @type {any} */ (pool), fetchModel) };
}

const BOTH = {
  "packs/index.json": { default: "a", packs: ["a", "b"] },
  "packs/a/pack.json": pack("a"),
  "packs/b/pack.json": pack("b"),
};

test("the page's default pack is opened unless the address names another", async (context) => {
  site(context, BOTH);
  const first = open();
  await first.shelf.start(null);
  assert.deepEqual([first.used, first.box.state.packOpen], [["a"], true]);
  assert.deepEqual(first.box.state.packs, [
    { id: "a", name: "A" },
    { id: "b", name: "B" },
  ]);
  const second = open();
  await second.shelf.start("b");
  assert.equal(second.box.state.pack?.id, "b");
});

test("an unknown pack stops the page with a sentence, and another choice lets it go on", async (context) => {
  site(context, BOTH);
  const { box, failed, shelf } = open();
  await shelf.start("nope");
  assert.equal(box.state.blocked?.code, "pack/missing");
  assert.match(box.state.blocked?.message ?? "", /nope/);
  assert.deepEqual(failed, [["nope", "pack/missing"]]);
  await shelf.open("a");
  assert.deepEqual([box.state.blocked, box.state.packOpen], [null, true]);
});

test("a network that cannot be had fails the pack with its code", async (context) => {
  site(context, BOTH);
  const { box, failed, shelf } = open(async () => {
    throw Object.assign(new Error("Other bytes."), { code: "pack/mismatch" });
  });
  await shelf.start(null);
  assert.deepEqual(failed, [["a", "pack/mismatch"]]);
  assert.equal(box.state.blocked?.message, "Other bytes.");
});

test("without the list of packs the page says so", async (context) => {
  site(context, {});
  const { box, shelf } = open();
  await shelf.start(null);
  assert.equal(box.state.blocked?.code, "pack/missing");
});

test("a later choice overtakes an earlier one that is still downloading", async (context) => {
  site(context, BOTH);
  /** @type {Record<string, () => void>} */
  const release = {};
  const { box, used, shelf } = open(
    (/** @type {any} */ { id }, /** @type {any} */ { signal }) =>
      new Promise((resolve, reject) => {
        signal.addEventListener("abort", () => reject(Object.assign(new Error(), { code: "job/cancelled" })));
        release[id] = () => resolve({ blob: new Blob(["0"]), note: null });
      }),
  );
  const starting = shelf.start(null);
  await settle();
  const choosing = shelf.open("b");
  release["a"]?.();
  release["b"]?.();
  await Promise.all([starting, choosing]);
  assert.deepEqual([used, box.state.packId, box.state.blocked], [["b"], "b", null]);
});

test("what the store could not do is said, and the page goes on", async (context) => {
  site(context, BOTH);
  const note = { code: "store/full", message: "No room." };
  const { box, shelf } = open(async () => ({ blob: new Blob(["0"]), note }));
  await shelf.start(null);
  assert.deepEqual(box.state.notes, [{ id: "store", text: "No room." }]);
  assert.equal(box.state.packOpen, true);
});

test("samples are named by their base name and read from the pack's folder", async (context) => {
  site(context, { "packs/a/samples/one.png": "png" });
  const [sample] = sampleSources(/** @type {any} */ (pack("a")));
  assert.equal(sample.name, "one.png");
  assert.ok((await sample.read()).byteLength > 0);
});

test("trying again goes on from the step that failed", async (context) => {
  /** @type {Record<string, unknown>} */
  const files = {};
  site(context, files);
  let working = false;
  const { box, used, shelf } = open(async () => {
    if (!working) throw Object.assign(new Error("No network."), { code: "pack/missing" });
    return { blob: new Blob(["0"]), note: null };
  });
  await shelf.start("b");
  Object.assign(files, BOTH);
  await shelf.retry();
  assert.deepEqual([box.state.packId, box.state.blocked?.message], ["b", "No network."]);
  working = true;
  await shelf.retry();
  assert.deepEqual([used, box.state.blocked, box.state.packOpen], [["b"], null, true]);
});
