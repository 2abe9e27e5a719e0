import assert from "node:assert/strict";
import test from "node:test";

import { addItems, settleItem } from "../../web/js/state-items.js";
import { createBox, initialState } from "../../web/js/state.js";
import { reviewByKey, sayLastReview } from "../../web/js/views/review-keys.js";
import { analysis, source } from "./page-helpers.js";

const pack = {
  task: "classify",
  classes: [
    { id: "a", name: "Apple" },
    { id: "b", name: "Bean" },
  ],
};

/** A card with the focus, and keys for it. */
function reviewer() {
  const added = addItems(/** @type {any} */ ({ ...initialState(), pack }), [source("x.png")], { now: 0 });
  const box = createBox({
    ...settleItem(added, 0, { state: "done", analysis: analysis() }, 1),
    currentId: 0,
  });
  const press = (/** @type {object} */ event, inside = "[data-index]") => {
    const target = { closest: (/** @type {string} */ selector) => (selector.includes(inside) ? {} : null) };
    const key = { code: "", preventDefault() {}, ...event, target };
    reviewByKey(/** @type {any} */ (key), box.state, box);
    const { reviewedLabel, excluded } = /** @type {any} */ (box.state.items[0]);
    return [reviewedLabel, excluded];
  };
  return { box, press };
}

test("digits assign classes, 0 and Backspace take them back, x excludes, u undoes", () => {
  const { box, press } = reviewer();
  assert.deepEqual(press({ key: "2" }), ["b", false]);
  assert.equal(sayLastReview(box.state), "Assigned Bean: x.png");
  assert.deepEqual(press({ key: "0" }), [null, false]);
  assert.equal(sayLastReview(box.state), "Class taken back: x.png");
  assert.deepEqual(press({ key: "x" }), [null, true]);
  assert.deepEqual(press({ key: "1" }), ["a", true]);
  assert.deepEqual(press({ key: "Backspace" }), [null, true]);
  assert.deepEqual(press({ key: "u" }), ["a", true]);
  assert.equal(sayLastReview(box.state), "Undone: x.png");
  assert.deepEqual(press({ key: "z", ctrlKey: true }), [null, true]);
  assert.deepEqual(press({ key: "z", metaKey: true }), [null, false]);
});

test("a digit without a class does nothing", () => {
  assert.deepEqual(reviewer().press({ key: "3" }), [null, false]);
});

test("digits count on keyboards where they need Shift, with it and without", () => {
  assert.deepEqual(reviewer().press({ key: "&", code: "Digit1" }), ["a", false]);
  assert.deepEqual(reviewer().press({ key: "1", code: "Digit1", shiftKey: true }), ["a", false]);
  assert.deepEqual(reviewer().press({ key: "!", code: "Digit1", shiftKey: true }), [null, false]);
});

test("keys with a modifier, in a field or away from the images judge nothing", () => {
  const { press } = reviewer();
  assert.deepEqual(press({ key: "1", ctrlKey: true }), [null, false]);
  assert.deepEqual(press({ key: "x", altKey: true }), [null, false]);
  assert.deepEqual(press({ key: "1" }, "textarea"), [null, false]);
  assert.deepEqual(press({ key: "1" }, "nowhere"), [null, false]);
});

test("a key that is held down judges one image only", () => {
  assert.deepEqual(reviewer().press({ key: "1", repeat: true }), [null, false]);
});

test("packs that do not sort into classes are not reviewed", () => {
  const { box, press } = reviewer();
  box.update((state) => ({ ...state, pack: /** @type {any} */ ({ ...pack, task: "segment" }) }));
  assert.deepEqual(press({ key: "1" }), [null, false]);
});
