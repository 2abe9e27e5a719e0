import assert from "node:assert/strict";
import test from "node:test";

import { visibleItems } from "../../web/js/selectors.js";
import { addItems, clearItems, requeueItems, restoreCleared, settleItem } from "../../web/js/state-items.js";
import { assignClass, leavePack, MOST_STEPS, toggleExcluded, undoReview } from "../../web/js/state-review.js";
import { hasUnsavedResults, initialState, setFilter, setSort, setThreshold } from "../../web/js/state.js";
import { analysis, source } from "./page-helpers.js";

const pack = { task: "classify", classify: { threshold: 0.5 }, classes: [] };

/** Three images with answers a, b and a, and one that waits; the first is the current one. */
function three() {
  let state = addItems(
    /** @type {any} */ ({ ...initialState(), pack, packId: "p" }),
    ["x", "y", "z", "waiting"].map((name) => source(name)),
    { now: 0 },
  );
  for (const [id, first] of [0.9, 0.2, 0.8].entries())
    state = settleItem(state, id, { state: "done", analysis: analysis(first) }, 1);
  return { ...state, currentId: 0 };
}

/** @param {ReturnType<typeof three>} state */
const inFull = (state) => ({ ...state, detailOpen: true });
/** @param {ReturnType<typeof three>} state */
const reviews = (state) => state.items.map(({ reviewedLabel, excluded }) => [reviewedLabel, excluded]);

test("a class that a person assigns stands beside the prediction", () => {
  const state = assignClass(three(), 0, "b");
  assert.deepEqual([state.items[0].label, state.items[0].reviewedLabel], ["a", "b"]);
  assert.deepEqual(state.labels, { a: 1, b: 2 }, "classes are counted as a person sees them");
  assert.deepEqual(
    visibleItems(setFilter(state, { label: "b" })).map(({ name }) => name),
    ["x", "y"],
  );
});

test("judgements are undone one by one, whatever the filter shows meanwhile", () => {
  let state = assignClass(assignClass(three(), 0, "b"), 0, "a");
  state = toggleExcluded(state, 1);
  state = setFilter(state, { text: "z" });
  state = undoReview(state);
  assert.deepEqual(reviews(state).slice(0, 2), [
    ["a", false],
    [null, false],
  ]);
  state = undoReview(undoReview(state));
  assert.deepEqual(reviews(state)[0], [null, false]);
  assert.deepEqual(state.labels, { a: 2, b: 1 });
  assert.equal(undoReview(state), state);
});

test("an undone judgement brings its image back into sight, if the filter shows it", () => {
  const judged = { ...assignClass(three(), 0, "b"), currentId: 2 };
  assert.equal(undoReview(judged).currentId, 0);
  assert.equal(undoReview(setFilter(judged, { text: "z" })).currentId, 2);
});

test("excluding is taken back by the same key, and keeps the class", () => {
  const state = toggleExcluded(assignClass(three(), 0, "b"), 0);
  assert.deepEqual(reviews(state)[0], ["b", true]);
  assert.deepEqual(reviews(toggleExcluded(state, 0))[0], ["b", false]);
});

test("only what has an answer can be judged", () => {
  const state = three();
  assert.equal(assignClass(state, 3, "a"), state);
  assert.equal(toggleExcluded(state, 7), state);
  assert.equal(assignClass(state, 0, null), state, "there is no class to take back");
});

test("the same class once more is no new step", () => {
  const state = assignClass(assignClass(three(), 0, "b"), 0, "b");
  assert.equal(state.reviewSteps.length, 1);
});

test("in full, the next image in the order in sight follows; in a list the same stays", () => {
  const byName = setSort(three(), { key: "name", descending: true });
  assert.equal(assignClass(byName, 2, "b").currentId, 2);
  assert.equal(assignClass(inFull(byName), 2, "b").currentId, 1);
  assert.equal(toggleExcluded(inFull(byName), 2).currentId, 1);
  assert.equal(assignClass(inFull(byName), 0, "b").currentId, 0, "none comes after the last");
  assert.equal(assignClass(inFull({ ...byName, goesOn: false }), 2, "b").currentId, 2);
});

test("taking a class back or an image in again stays where it is", () => {
  const judged = inFull(toggleExcluded(assignClass(three(), 0, "b"), 0));
  assert.equal(assignClass(judged, 0, null).currentId, 0);
  assert.equal(toggleExcluded(judged, 0).currentId, 0);
});

test("where the filter hides what was judged, the next in sight follows, after the last the one before", () => {
  const open = setFilter(three(), { review: "open" });
  const first = assignClass(open, 0, "b");
  assert.equal(first.currentId, 1);
  const last = assignClass({ ...open, currentId: 2 }, 2, "b");
  assert.equal(last.currentId, 1);
  const none = assignClass(assignClass(first, 1, "a"), 2, "a");
  assert.equal(visibleItems(none).length, 0);
  assert.equal(none.currentId, 2);
});

test("a review filter shows what is open, reviewed or excluded", () => {
  const state = toggleExcluded(assignClass(three(), 0, "b"), 1);
  const show = (/** @type {any} */ review) =>
    visibleItems(setFilter(state, { review }))
      .map(({ name }) => name)
      .join("");
  assert.deepEqual(["open", "reviewed", "excluded"].map(show), ["z", "xy", "y"]);
});

test("analysed again, an image keeps what a person made of it", () => {
  const state = requeueItems(assignClass(three(), 0, "b"), [0], 2);
  assert.deepEqual([state.items[0].label, state.items[0].reviewedLabel], [null, "b"]);
  assert.equal(hasUnsavedResults({ ...state, items: [state.items[0]] }), true);
});

test("a judgement is unsaved until a table has it", () => {
  const saved = { ...three(), exported: three().revision };
  assert.equal(hasUnsavedResults(saved), false);
  const judged = assignClass(saved, 0, "b");
  assert.equal(hasUnsavedResults(judged), true);
  assert.equal(hasUnsavedResults({ ...judged, exported: judged.revision }), false);
});

test("another pack begins unreviewed at its own threshold, and the review of the one before comes back with it", () => {
  const judged = setThreshold(assignClass(three(), 0, "b"), 0.9);
  const away = { ...leavePack(judged, "q"), packId: "q" };
  assert.deepEqual(reviews(away)[0], [null, false]);
  assert.deepEqual([away.threshold, away.reviewSteps.length], [null, 0]);
  const back = leavePack(toggleExcluded(away, 1), "p");
  assert.deepEqual(reviews(back).slice(0, 2), [
    ["b", false],
    [null, false],
  ]);
  assert.equal(leavePack(judged, "p"), judged);
});

test("a cleared list comes back with its review, which can still be undone", () => {
  const back = restoreCleared(clearItems(assignClass(three(), 0, "b")), 5);
  assert.deepEqual(reviews(back)[0], ["b", false]);
  assert.deepEqual(reviews(undoReview(back))[0], [null, false]);
});

test("as many steps are kept as a person may want back, and no more", () => {
  let state = three();
  for (let i = 0; i < MOST_STEPS + 5; i += 1) state = toggleExcluded(state, 0);
  assert.equal(state.reviewSteps.length, MOST_STEPS);
});
