/** What fingers, pens, mice, wheels and keys mean, and lines drawn by hand. */
import assert from "node:assert/strict";
import test from "node:test";

import { Gestures, wheelFactor } from "../../web/js/viewer/gestures.js";
import { obeyKey } from "../../web/js/viewer/keys.js";
import { addPoint, pointsOf } from "../../web/js/viewer/line.js";

/** Gestures that note what follows from them. */
function heard() {
  /** @type {unknown[][]} */
  const log = [];
  const gestures = new Gestures({
    pan: (dx, dy) => log.push(["pan", dx, dy]),
    zoom: (factor, { x, y }) => log.push(["zoom", factor, x, y]),
    tap: ({ x, y, shift }) => log.push(["tap", x, y, shift]),
    doubleTap: ({ x, y }) => log.push(["double", x, y]),
    drawTo: ({ x, y }) => log.push(["draw", x, y]),
    endLine: (whole) => log.push(["end", whole]),
  });
  return { gestures, log };
}

/** @param {number} x @param {number} y @param {Partial<import("../../web/js/viewer/gestures.js").Touch>} [more] */
const at = (x, y, more = {}) => ({
  ...{ id: 1, kind: /** @type {const} */ ("mouse"), button: 0, time_ms: 0, shift: false, ctrl: false },
  ...{ x, y },
  ...more,
});

test("a press without movement is a tap, with its keys", () => {
  const { gestures, log } = heard();
  gestures.press(at(10, 10));
  gestures.move(at(12, 11));
  gestures.release(at(12, 11, { shift: true }));
  assert.deepEqual(log, [["tap", 12, 11, true]]);
});

test("dragging pans by the whole way", () => {
  const { gestures, log } = heard();
  gestures.press(at(10, 10));
  gestures.move(at(12, 10));
  gestures.move(at(30, 15));
  gestures.move(at(31, 15));
  gestures.release(at(31, 15));
  assert.deepEqual(log, [
    ["pan", 20, 5],
    ["pan", 1, 0],
  ]);
});

test("dragging with a drawing tool draws from where it began", () => {
  const { gestures, log } = heard();
  gestures.draws = true;
  gestures.press(at(10, 10));
  gestures.move(at(20, 10));
  gestures.release(at(20, 10));
  assert.deepEqual(log, [
    ["draw", 10, 10],
    ["draw", 20, 10],
    ["end", true],
  ]);
});

test("the middle button and the held key pan with any tool", () => {
  for (const middle of [true, false]) {
    const { gestures, log } = heard();
    gestures.draws = true;
    gestures.pans = !middle;
    gestures.press(at(10, 10, { button: middle ? 1 : 0 }));
    gestures.move(at(11, 10));
    gestures.release(at(11, 10));
    assert.deepEqual(log, [["pan", 1, 0]]);
  }
});

test("the right button does nothing", () => {
  const { gestures, log } = heard();
  assert.equal(gestures.press(at(0, 0, { button: 2 })), false);
  gestures.release(at(0, 0, { button: 2 }));
  assert.deepEqual(log, []);
});

test("two taps soon after one another are a double tap, and a third is a tap again", () => {
  const { gestures, log } = heard();
  for (const time_ms of [1000, 1200, 1400]) {
    gestures.press(at(5, 5, { time_ms }));
    gestures.release(at(5, 5, { time_ms }));
  }
  assert.deepEqual(
    log.map(([name]) => name),
    ["tap", "double", "tap"],
  );
});

test("two fingers zoom about their middle, and one that is left pans", () => {
  const { gestures, log } = heard();
  const touch = (/** @type {number} */ id, /** @type {number} */ x) => at(x, 100, { id, kind: "touch" });
  gestures.press(touch(1, 100));
  gestures.press(touch(2, 200));
  gestures.move(touch(2, 300));
  assert.deepEqual(log, [
    ["pan", 50, 0],
    ["zoom", 2, 200, 100],
  ]);
  gestures.release(touch(1, 100));
  gestures.move(touch(2, 310));
  assert.deepEqual(log.at(-1), ["pan", 10, 0]);
  gestures.release(touch(2, 310));
  assert.equal(gestures.state, "none");
});

test("a second finger or Escape gives a line up", () => {
  for (const giveUp of ["finger", "escape"]) {
    const { gestures, log } = heard();
    gestures.draws = true;
    gestures.press(at(0, 0, { kind: "touch" }));
    gestures.move(at(50, 0, { kind: "touch" }));
    if (giveUp === "finger") gestures.press(at(90, 0, { id: 2, kind: "touch" }));
    else gestures.cancel();
    gestures.release(at(50, 0, { kind: "touch" }));
    assert.deepEqual(log.at(-1), ["end", false]);
  }
});

test("a finger may tremble more than a mouse before it drags", () => {
  const { gestures, log } = heard();
  gestures.press(at(0, 0, { kind: "touch" }));
  gestures.move(at(8, 0, { kind: "touch" }));
  gestures.release(at(8, 0, { kind: "touch" }));
  assert.equal(log[0]?.[0], "tap");
});

test("the wheel zooms in upwards, a pinch on a touch pad in small steps", () => {
  const notch = wheelFactor({ deltaY: -120, deltaMode: 0, ctrlKey: false });
  assert.ok(notch > 1.2 && notch < 1.35, String(notch));
  const back = wheelFactor({ deltaY: 120, deltaMode: 0, ctrlKey: false });
  assert.ok(Math.abs(notch * back - 1) < 1e-12);
  assert.ok(wheelFactor({ deltaY: -3, deltaMode: 1, ctrlKey: false }) > 1.05, "lines, as Firefox may send");
  const pinch = wheelFactor({ deltaY: -4, deltaMode: 0, ctrlKey: true });
  assert.ok(pinch > 1.03 && pinch < 1.06, String(pinch));
  assert.ok(wheelFactor({ deltaY: -99999, deltaMode: 0, ctrlKey: false }) < 2, "no wheel jumps");
});

test("keys do what they stand for, and others are left alone", () => {
  /** @type {unknown[]} */
  const log = [];
  const note = (/** @type {string} */ name) => () => void log.push(name);
  const commands = {
    fit: note("fit"),
    zoomIn: note("in"),
    zoomOut: note("out"),
    next: note("next"),
    previous: note("previous"),
    choose: () => true,
    cancel: () => false,
    panBy: (/** @type {number} */ dx, /** @type {number} */ dy) => void log.push([dx, dy]),
    holdPan: (/** @type {boolean} */ on) => void log.push(on),
  };
  const press = (/** @type {string} */ key, more = {}) =>
    obeyKey({ key, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...more }, commands);
  for (const key of ["0", "+", "=", "-", "n", "P", "ArrowLeft", " "]) assert.equal(press(key), true, key);
  assert.deepEqual(log, ["fit", "in", "in", "out", "next", "previous", [48, 0], true]);
  assert.equal(press("ArrowDown", { shiftKey: true }), true);
  assert.deepEqual(log.at(-1), [0, -240]);
  assert.equal(press("Enter", { ctrlKey: true }), true);
  const before = log.length;
  assert.equal(press("Escape"), false, "nothing to give up");
  assert.equal(press("+", { ctrlKey: true }), false, "the browser's own zoom");
  assert.equal(press("x"), false);
  assert.equal(log.length, before);
});

test("a line keeps within the image and leaves out points that are hardly apart", () => {
  const size = { width: 100, height: 50 };
  /** @type {number[]} */
  const points = [];
  for (const [x = 0, y = 0] of [
    [-20, 10],
    [0.2, 10],
    [30, 80],
  ]) {
    addPoint(points, { x, y }, size, 1);
  }
  assert.deepEqual(points, [0, 10, 30, 50]);
});

test("a line has two points at least, an area three", () => {
  assert.equal(pointsOf({ points: [1, 1], closed: false }), null);
  assert.deepEqual(pointsOf({ points: [1, 1, 2, 2], closed: false }), Float64Array.of(1, 1, 2, 2));
  assert.equal(pointsOf({ points: [1, 1, 2, 2], closed: true }), null);
  assert.equal(pointsOf({ points: [1, 1, 2, 2, 3, 1], closed: true })?.length, 6);
});
