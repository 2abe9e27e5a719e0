import assert from "node:assert/strict";
import test from "node:test";

import { sayUnlikeness } from "../../web/js/lib/unlikeness.js";
import { marksOf, sayShortly } from "../../web/js/views/item-words.js";
import {
  decisionTotals,
  engineState,
  isFiltering,
  thresholdOf,
  totals,
  visibleItems,
} from "../../web/js/selectors.js";
import { addItems, settleItem } from "../../web/js/state-items.js";
import { initialState, NO_FILTER, setFilter, setSort, setThreshold } from "../../web/js/state.js";
import { analysis, source } from "./page-helpers.js";

function five() {
  const names = ["b.png", "a.png", "C.png", "d.png", "e.png"];
  let state = addItems(
    initialState(),
    names.map((name) => source(name)),
    { now: 0 },
  );
  for (const [id, first] of [0.9, 0.3, 0.6].entries()) {
    state = settleItem(state, id, { state: "done", analysis: analysis(first) }, 1);
  }
  return settleItem(state, 3, { state: "failed", error: { code: "bug", message: "" } }, 2);
}

/** @param {ReturnType<typeof five>} state */
const names = (state) =>
  visibleItems(state)
    .map(({ name }) => name[0])
    .join("");

test("without filter and order all items show as dropped", () => {
  assert.equal(names(five()), "baCde");
  assert.equal(isFiltering(five().filter), false);
});

test("filters of class, state, name and probability combine", () => {
  const show = (/** @type {object} */ change) => names(setFilter(five(), change));
  assert.equal(show({ label: "a" }), "bC");
  assert.equal(show({ state: "failed" }), "d");
  assert.equal(show({ text: "c.PNG" }), "C");
  assert.equal(show({ maxScore: 0.65 }), "C");
  assert.equal(show({ label: "a", maxScore: 0.7 }), "C");
  assert.equal(isFiltering({ ...NO_FILTER, maxScore: 0.5 }), true);
});

test("images with objects that are unlike those of the training are counted, marked and can be shown alone", () => {
  let state = addItems(initialState(), [source("usual"), source("photo"), source("other")], { now: 0 });
  for (const [id, unlikeness] of [0.98, 1.01, null].entries()) {
    const found = { ...analysis(), label: null, score: null, probabilities: null, unlikeness };
    state = settleItem(state, id, { state: "done", analysis: found }, 1);
  }
  assert.equal(totals(state).unlike, 1);
  assert.equal(names(setFilter(state, { decision: "unlike" })), "p");
  assert.deepEqual(state.items.map(marksOf), [[], ["unlike training"], []]);
  assert.deepEqual(state.items.map(sayUnlikeness), [
    "Unlikeness 0.98 (up to 1 is usual)",
    "Unlikeness 1.01 (up to 1 is usual)",
    "",
  ]);
});

const pack = {
  ...{ task: "classify", classify: { threshold: 0.7 } },
  classes: [
    { id: "a", name: "Apple" },
    { id: "b", name: "Bean" },
  ],
};

/** Four answers: two likely ones, one that is not, and one of a blank image. */
function judged() {
  let state = addItems(
    /** @type {any} */ ({ ...initialState(), pack }),
    ["k.png", "l.png", "m.png", "n.png", "waiting"].map((name) => source(name)),
    { now: 0 },
  );
  for (const [id, first] of [0.9, 0.2, 0.6, 0.95].entries()) {
    const found = { ...analysis(first), flaw: id === 3 ? "blank" : null };
    state = settleItem(state, id, { state: "done", analysis: found }, 1);
  }
  return state;
}

/** @param {ReturnType<typeof judged>} state */
const counts = (state) => {
  const { accepted, uncertain, unlike, moved } = decisionTotals(state);
  return [accepted, uncertain, unlike, moved];
};

test("answers are accepted, uncertain or unlike by the pack's threshold, and say so", () => {
  const state = judged();
  assert.deepEqual(counts(state), [2, 1, 1, 0]);
  assert.deepEqual(
    state.items.map((item) => sayShortly(item, state)),
    ["Apple", "Bean", "Uncertain: Apple / Bean", "None of these: blank", "Waiting"],
  );
});

test("a person's threshold moves answers, and how many it moves is known", () => {
  const state = judged();
  assert.deepEqual(counts(setThreshold(state, 0.85)), [1, 2, 1, 1]);
  assert.deepEqual(counts(setThreshold(state, 0.5)), [3, 0, 1, -1]);
  assert.deepEqual(counts(setThreshold(state, 0.7)), [2, 1, 1, 0]);
  assert.deepEqual(counts(setThreshold(state, 0)), [3, 0, 1, -1], "what is unlike stays so");
});

test("a pack from before has a threshold of 0.5", () => {
  assert.equal(thresholdOf({ ...initialState(), pack: /** @type {any} */ ({ classify: {} }) }), 0.5);
});

test("answers can be shown by decision, which follows the threshold", () => {
  const uncertain = setFilter(judged(), { decision: "uncertain" });
  assert.equal(names(uncertain), "m");
  assert.equal(names(setThreshold(uncertain, 0.85)), "lm");
  assert.equal(names(setFilter(judged(), { decision: "accepted" })), "kl");
  assert.equal(names(setFilter(judged(), { decision: "unlike" })), "n");
});

test("the answers of ten thousand images are counted while a slider is moved", () => {
  const state = judged();
  const [, , item] = state.items;
  const many = { ...state, items: Array.from({ length: 10_000 }, () => item) };
  assert.equal(decisionTotals(setThreshold(many, 0.5)).moved, -10_000);
  assert.equal(decisionTotals(setThreshold(many, 0.9)), decisionTotals(setThreshold(many, 0.9)));
});

test("items without an answer come last in either order of probability", () => {
  const order = (/** @type {boolean} */ descending) => names(setSort(five(), { key: "score", descending }));
  assert.equal(order(false), "Cabde");
  assert.equal(order(true), "baCde");
});

test("names sort by code point, states by what needs attention", () => {
  assert.equal(names(setSort(five(), { key: "name", descending: false })), "Cabde");
  assert.equal(names(setSort(five(), { key: "state", descending: false })), "debaC");
});

test("the same state gives the same list, so that views need not be drawn again", () => {
  const state = setSort(five(), { key: "score", descending: false });
  assert.equal(visibleItems(state), visibleItems({ ...state, view: "table" }));
});

test("the engine's state is one of four words", () => {
  const state = initialState();
  const ready = { ...state.pool, kind: "ready" };
  assert.equal(engineState(state), "loading");
  assert.equal(engineState({ ...state, pool: ready }), "loading", "no pack is open");
  assert.equal(engineState({ ...state, pool: ready, packOpen: true }), "ready");
  assert.equal(engineState({ ...state, pool: { ...ready, kind: "working" }, packOpen: true }), "working");
  assert.equal(engineState({ ...state, pool: { ...ready, kind: "failed" }, packOpen: true }), "failed");
  assert.equal(engineState({ ...state, blocked: { code: "pack/missing", message: "" } }), "failed");
});
