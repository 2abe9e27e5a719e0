import assert from "node:assert/strict";
import test from "node:test";

import {
  addItems,
  cancelItems,
  clearItems,
  forgetCleared,
  moveItem,
  requeueItems,
  restoreCleared,
  settledCount,
  settleItem,
  unsettled,
} from "../../web/js/state-items.js";
import {
  addNote,
  createBox,
  dropNote,
  firstTime,
  hasUnsavedResults,
  initialState,
} from "../../web/js/state.js";
import { analysis, source } from "./page-helpers.js";

const three = () =>
  addItems(
    initialState(),
    ["x", "y", "z"].map((name) => source(name)),
    { now: 100 },
  );
const done = (/** @type {number} */ first) => ({ state: "done", analysis: analysis(first) });
const failed = { state: "failed", error: { code: "image/corrupt", message: "Cut." } };

test("added items wait, in order, with ids that are their places", () => {
  const state = three();
  assert.deepEqual(
    state.items.map(({ id, name, state: to }) => [id, name, to]),
    [
      [0, "x", "queued"],
      [1, "y", "queued"],
      [2, "z", "queued"],
    ],
  );
  assert.equal(state.counts.queued, 3);
  assert.equal(state.startedAt, 100);
});

test("transitions leave the state they were given as it was", () => {
  const before = three();
  const copy = structuredClone({ ...before, items: before.items.map(({ state }) => state) });
  settleItem(moveItem(before, 1, "working"), 1, done(0.9), 200);
  assert.deepEqual({ ...before, items: before.items.map(({ state }) => state) }, copy);
});

test("counts and labels follow the items", () => {
  let state = moveItem(three(), 0, "working");
  assert.deepEqual([state.counts.queued, state.counts.working], [2, 1]);
  state = settleItem(state, 0, done(0.9), 200);
  state = settleItem(state, 1, done(0.2), 210);
  state = settleItem(state, 2, failed, 220);
  assert.deepEqual(state.labels, { a: 1, b: 1 });
  assert.deepEqual(state.counts, { queued: 0, working: 0, done: 2, failed: 1, cancelled: 0 });
  assert.equal(settledCount(state), 3);
  assert.equal(state.finishedAt, 220);
});

test("an item settles once", () => {
  const state = settleItem(three(), 0, failed, 200);
  assert.equal(settleItem(state, 0, done(0.9), 300), state);
});

test("what concerns an unknown item changes nothing", () => {
  const state = three();
  assert.equal(settleItem(state, 7, failed, 200), state);
  assert.equal(moveItem(state, -1, "working"), state);
});

test("cancelling settles all that was open and keeps what was done", () => {
  const state = cancelItems(settleItem(three(), 0, done(0.9), 200), 300);
  assert.deepEqual(
    state.items.map((item) => item.state),
    ["done", "cancelled", "cancelled"],
  );
  assert.equal(unsettled(state), 0);
  assert.equal(state.finishedAt, 300);
});

test("queued again, an item forgets its answer", () => {
  const state = requeueItems(settleItem(three(), 1, done(0.9), 200), [1], 300);
  assert.equal(state.items[1].state, "queued");
  assert.equal(state.items[1].label, null);
  assert.deepEqual(state.labels, { a: 0 });
});

test("cleared items come back before those that came since, and what was open waits again", () => {
  const before = moveItem(settleItem(three(), 0, done(0.9), 200), 1, "working");
  const cleared = clearItems(before);
  assert.equal(cleared.items.length, 0);
  assert.equal(settledCount(cleared), 0);
  const more = addItems(cleared, [source("new")], { now: 300 });
  const restored = restoreCleared(more, 400);
  assert.deepEqual(
    restored.items.map(({ id, name, state }) => [id, name, state]),
    [
      [0, "x", "done"],
      [1, "y", "queued"],
      [2, "z", "queued"],
      [3, "new", "queued"],
    ],
  );
  assert.deepEqual(restored.labels, { a: 1 });
  assert.equal(restored.counts.queued, 3);
});

test("forgotten items do not come back", () => {
  const state = forgetCleared(clearItems(three()));
  assert.equal(restoreCleared(state, 1), state);
});

test("results count as unsaved until a CSV has them, and again after new ones", () => {
  let state = settleItem(three(), 0, failed, 200);
  assert.equal(hasUnsavedResults(state), false, "a failure is no result to lose");
  state = settleItem(state, 1, done(0.9), 210);
  assert.equal(hasUnsavedResults(state), true);
  state = { ...state, exported: state.revision };
  assert.equal(hasUnsavedResults(state), false);
  assert.equal(hasUnsavedResults(settleItem(state, 2, done(0.9), 220)), true);
});

test("samples are nothing to lose", () => {
  const state = addItems(initialState(), [source("s")], { now: 0, sample: true });
  assert.equal(hasUnsavedResults(settleItem(state, 0, done(0.9), 1)), false);
});

test("notes replace those of the same kind", () => {
  const state = addNote(addNote(addNote(initialState(), "a", "1"), "b", "2"), "a", "3");
  assert.deepEqual(
    state.notes.map(({ text }) => text),
    ["2", "3"],
  );
  assert.deepEqual(
    dropNote(state, "a").notes.map(({ text }) => text),
    ["2"],
  );
});

test("listeners hear of changes only", async () => {
  const box = createBox(initialState());
  let heard = 0;
  const stop = box.subscribe(() => (heard += 1));
  box.update((state) => state);
  assert.equal(heard, 0);
  const opened = firstTime(box, (state) => state.packOpen);
  box.update((state) => ({ ...state, packOpen: true }));
  await opened;
  stop();
  box.update((state) => ({ ...state, packOpen: false }));
  assert.equal(heard, 1);
});
