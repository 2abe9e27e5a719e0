import assert from "node:assert/strict";
import test from "node:test";

import { sayUnlikeness } from "../../web/js/lib/unlikeness.js";
import { marksOf } from "../../web/js/views/item-words.js";
import { engineState, isFiltering, totals, visibleItems } from "../../web/js/selectors.js";
import { addItems, settleItem } from "../../web/js/state-items.js";
import { initialState, NO_FILTER, setFilter, setSort } from "../../web/js/state.js";
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

test("images unlike those of the training are counted, marked and can be shown alone", () => {
  let state = addItems(initialState(), [source("usual"), source("photo"), source("other")], { now: 0 });
  for (const [id, unlikeness] of [0.98, 1.01, null].entries()) {
    state = settleItem(state, id, { state: "done", analysis: { ...analysis(), unlikeness } }, 1);
  }
  assert.equal(totals(state).unlike, 1);
  assert.equal(names(setFilter(state, { unlike: true })), "p");
  assert.deepEqual(state.items.map(marksOf), [[], ["unlike training"], []]);
  assert.deepEqual(state.items.map(sayUnlikeness), [
    "Unlikeness 0.98 (up to 1 is usual)",
    "Unlikeness 1.01 (up to 1 is usual)",
    "",
  ]);
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
