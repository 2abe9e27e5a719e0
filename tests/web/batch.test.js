import assert from "node:assert/strict";
import test from "node:test";

import { addressOf } from "../../web/js/lib/thumbnail.js";
import { Batch } from "../../web/js/batch.js";
import { createBox, initialState } from "../../web/js/state.js";
import { analysis, FakePool, settle, source } from "./page-helpers.js";

function open() {
  const pool = new FakePool();
  const box = createBox({ ...initialState(), packId: "p" });
  const batch = new Batch(box, /** @type {any} */ (pool));
  const states = () => box.state.items.map(({ state }) => state).join(" ");
  return { pool, box, batch, states };
}

test("an item goes from the queue over an engine to its answer", async () => {
  const { pool, box, batch, states } = open();
  batch.add([source("x"), source("y")]);
  assert.equal(states(), "queued queued");
  assert.equal(pool.call("x").item.pack, "p");
  pool.call("x").item.onState("working");
  assert.equal(states(), "working queued");
  pool.call("x").resolve(analysis(0.9));
  await settle();
  assert.equal(states(), "done queued");
  assert.equal(box.state.items[0].label, "a");
});

test("a failure stays with its item, and details with it", async () => {
  const { pool, box, batch, states } = open();
  batch.add([source("x"), source("y")]);
  pool.call("x").reject({ code: "image/corrupt", message: "Cut.", details: "where" });
  pool.call("y").resolve(analysis());
  await settle();
  assert.equal(states(), "failed done");
  assert.deepEqual(box.state.items[0].error, {
    code: "image/corrupt",
    message: "Cut.",
    details: "where",
  });
});

test("cancelling stops what is open at once, and late answers change nothing", async () => {
  const { pool, batch, states } = open();
  batch.add([source("x"), source("y")]);
  pool.call("x").resolve(analysis());
  await settle();
  batch.cancel();
  assert.equal(states(), "done cancelled");
  assert.equal(pool.cancelled.includes(pool.call("y").item.id), true);
  pool.call("y").resolve(analysis());
  await settle();
  assert.equal(states(), "done cancelled");
});

test("a cancelled call of the pool is no error", async () => {
  const { pool, batch, states } = open();
  batch.add([source("x")]);
  pool.call("x").reject({ code: "job/cancelled", message: "Cancelled." });
  await settle();
  assert.equal(states(), "cancelled");
});

test("clearing cancels, undoing brings back and queues again what was open", async () => {
  const { pool, box, batch, states } = open();
  batch.add([source("x"), source("y")]);
  pool.call("x").resolve(analysis());
  await settle();
  const first = pool.call("y");
  batch.clear();
  assert.equal(box.state.items.length, 0);
  batch.undoClear();
  assert.equal(states(), "done queued");
  assert.notEqual(pool.call("y"), first);
  first.resolve(analysis());
  await settle();
  assert.equal(states(), "done queued", "the call from before clearing does not count");
  pool.call("y").resolve(analysis(0.1));
  await settle();
  assert.equal(box.state.items[1].label, "b");
});

test("an undone clear stays undone when its time is over", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { box, batch } = open();
  batch.add([source("x")]);
  batch.clear();
  batch.undoClear();
  context.mock.timers.tick(60_000);
  assert.equal(box.state.items.length, 1);
  batch.clear();
  context.mock.timers.tick(60_000);
  assert.equal(box.state.cleared, null);
});

test("another plane of a file is analysed in its place", async () => {
  const { pool, box, batch } = open();
  batch.add([source("x")]);
  pool.call("x").resolve(analysis());
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  batch.choosePlane(0, { frame: 2 });
  batch.choosePlane(0, { channel: 1 });
  assert.deepEqual(pool.call("x").item.selection, {
    frame: 2,
    z: 0,
    channel: 1,
    level: 0,
  });
  assert.equal(box.state.items[0]?.state, "queued");
  assert.equal(box.state.items[0]?.extent?.frames, 1, "what the file holds is still known");
});

test("a plane is chosen beside the one that the pack wanted, and another pack wants its own", async () => {
  const { pool, box, batch } = open();
  batch.add([source("x"), source("y")]);
  const volume = { ...analysis(), selection: { frame: 0, z: 7, channel: null, level: 0 } };
  for (const name of ["x", "y"]) pool.call(name).resolve(volume);
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  assert.equal(box.state.items[0]?.plane?.z, 7);
  batch.choosePlane(0, { frame: 2 });
  assert.deepEqual(pool.call("x").item.selection, { frame: 2, z: 7, channel: null, level: 0 });
  batch.startOver();
  assert.equal(pool.call("x").item.selection?.z, 7);
  assert.equal(pool.call("y").item.selection, null);
});

test("no object URL outlives its item", async (context) => {
  /** @type {Set<string>} */
  const alive = new Set();
  context.mock.method(URL, "createObjectURL", () => {
    alive.add(`blob:${alive.size}`);
    return `blob:${alive.size - 1}`;
  });
  context.mock.method(URL, "revokeObjectURL", (/** @type {string} */ url) => alive.delete(url));
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { pool, box, batch } = open();
  const draw = () => box.state.items.forEach(({ thumbnail }) => thumbnail && addressOf(thumbnail));
  const answer = { ...analysis(), thumbnail: new Uint8Array([1]) };
  batch.add([source("x"), source("y")]);
  pool.call("x").resolve(answer);
  batch.cancel();
  pool.call("y").resolve(answer);
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  draw();
  assert.equal(alive.size, box.state.items.filter((item) => item.thumbnail).length);
  batch.add([source("z")]);
  pool.call("z").resolve(answer);
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  assert.equal(alive.size, 0, "nothing has been drawn yet");
  draw();
  draw();
  assert.equal(alive.size, 1, "drawing again makes no second address");
  batch.tryAgain([2]);
  assert.equal(alive.size, 0, "queued again, the old picture goes");
  pool.call("z").resolve(answer);
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  draw();
  batch.clear();
  assert.equal(alive.size, 1, "undo still needs it");
  context.mock.timers.tick(60_000);
  assert.equal(alive.size, 0);
});

test("while the page cannot go on, items fail with the reason at once", async () => {
  const { box, batch, states } = open();
  box.update((state) => ({
    ...state,
    blocked: { code: "pack/missing", message: "No such pack." },
  }));
  batch.add([source("x")]);
  await settle();
  assert.equal(states(), "failed");
  assert.equal(box.state.items[0].error?.code, "pack/missing");
});

test("another pack analyses everything again", async () => {
  const { pool, box, batch, states } = open();
  batch.add([source("x")]);
  pool.call("x").resolve(analysis());
  await settle();
  box.update((state) => ({ ...state, packId: "q" }));
  batch.startOver();
  assert.equal(states(), "queued");
  assert.equal(pool.call("x").item.pack, "q");
});
