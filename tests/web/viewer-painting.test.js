/** Outlines as paths and as pixels, copies of pictures, figures and words. */
import assert from "node:assert/strict";
import test from "node:test";

import { paletteOf } from "../../web/js/viewer/colours.js";
import { detailAt, traceObject } from "../../web/js/viewer/outline-path.js";
import { paintObjects } from "../../web/js/viewer/painter.js";
import { paintPixels } from "../../web/js/viewer/pixel-painter.js";
import { levelOf } from "../../web/js/viewer/pyramid.js";
import { scaleBar } from "../../web/js/viewer/scale-bar.js";
import { buildIndex } from "../../web/js/viewer/spatial-index.js";
import { formatZoom, sayImage, sayObject } from "../../web/js/viewer/words.js";

/** A square with a hole, and a stair. */
const OUTLINES = {
  points: Int32Array.of(
    ...[0, 0, 8, 0, 8, 8, 0, 8],
    ...[2, 2, 2, 6, 6, 6, 6, 2],
    ...[10, 0, 14, 0, 14, 1, 13, 1, 13, 2, 12, 2, 12, 3, 11, 3, 11, 4, 10, 4],
  ),
  starts: Int32Array.of(0, 4, 8, 18),
  ids: Int32Array.of(1, 1, 2),
  holes: Uint8Array.of(0, 1, 0),
};
const INDEX = buildIndex(OUTLINES);
const IDS = Uint32Array.of(1, 2);

/** @param {number} id @param {number} scale @param {import("../../web/js/viewer/outline-path.js").Detail} detail */
function trace(id, scale, detail) {
  /** @type {(string | number)[][]} */
  const calls = [];
  const path = {
    moveTo: (/** @type {number} */ x, /** @type {number} */ y) => void calls.push(["M", x, y]),
    lineTo: (/** @type {number} */ x, /** @type {number} */ y) => void calls.push(["L", x, y]),
    closePath: () => void calls.push(["Z"]),
  };
  const points = traceObject(path, OUTLINES, INDEX, id, { scale, left: 0, top: 0 }, detail);
  return { calls, points };
}

/** @param {number} scale @param {Partial<import("../../web/js/viewer/painter.js").Content>} [more] */
function paint(scale, more = {}) {
  const side = 16;
  const pixels = { words: new Uint32Array(side * side), width: side, height: side };
  const content = {
    ...{ outlines: OUTLINES, index: INDEX, palette: paletteOf(null, 2, [1, 2, 3]), selected: null },
    ...{ look: { outline: 1, fill: 0 } },
    ...more,
  };
  const frame = { scale, left: 0, top: 0, ratio: 1, detail: detailAt(scale, 1) };
  for (const points of paintPixels(pixels, content, IDS, frame)) assert.ok(points > 0);
  return (/** @type {number} */ x, /** @type {number} */ y) => pixels.words[y * side + x] ?? 0;
}

const LINE = 0xff030201;

test("from a zoom of 3 on outlines follow the edges of pixels", () => {
  const { calls, points } = trace(1, 3, detailAt(3, 1));
  assert.deepEqual(calls.slice(0, 5), [["M", 0, 0], ["L", 24, 0], ["L", 24, 24], ["L", 0, 24], ["Z"]]);
  assert.equal(calls.filter(([name]) => name === "M").length, 2, "the hole is a ring of its own");
  assert.equal(points, 8);
});

test("below it stairs become slopes, and long edges stay where they are", () => {
  const { calls } = trace(2, 1, { exact: false, step: 0 });
  const slope = calls.map(([, x, y]) => Number(x) + Number(y)).slice(4, 12);
  assert.deepEqual(slope, Array(8).fill(14.5), "middles of the steps lie on one line");
  const square = trace(1, 1, { exact: false, step: 0 }).calls.slice(0, 8);
  assert.deepEqual(
    square.map(([, x, y]) => [x, y]),
    [
      [0, 7.5],
      [0, 0.5],
      [0.5, 0],
      [7.5, 0],
      [8, 0.5],
      [8, 7.5],
      [7.5, 8],
      [0.5, 8],
    ],
  );
});

test("points that would fall together on the screen are left out", () => {
  const whole = trace(2, 0.5, { exact: false, step: 0 }).points;
  const sparse = trace(2, 0.5, { exact: false, step: 1 }).points;
  assert.ok(sparse < whole && sparse >= 3, `${sparse} of ${whole}`);
});

test("pixels along the edges are set, others are not", () => {
  const pixel = paint(1);
  assert.equal(pixel(0, 0), LINE);
  assert.equal(pixel(4, 0), LINE);
  assert.equal(pixel(8, 4), LINE);
  assert.equal(pixel(2, 4), LINE, "the hole");
  assert.equal(pixel(4, 4), 0);
  assert.equal(pixel(1, 4), 0);
});

test("filling leaves holes out and has its own opacity", () => {
  const pixel = paint(1, { look: { outline: 0, fill: 0.4 } });
  assert.equal(pixel(1, 1), 0x66030201);
  assert.equal(pixel(7, 7), 0x66030201);
  assert.equal(pixel(4, 4), 0, "the hole");
  assert.equal(pixel(8, 4), 0);
  assert.equal(pixel(10, 0), 0x66030201);
  assert.equal(pixel(13, 2), 0, "beyond the stair");
});

test("objects that reach beyond the sheet are cut off", () => {
  const pixel = paint(4, { look: { outline: 1, fill: 1 } });
  assert.equal(pixel(15, 4), LINE);
  assert.equal(pixel(15, 15), 0, "in the hole");
});

test("objects of less than 3 pixels are dots", () => {
  const pixel = paint(0.3);
  const set = Array.from({ length: 256 }, (_, at) => pixel(at % 16, at >> 4)).filter(Boolean);
  assert.equal(set.length, 2, "a dot of one pixel each");
});

test("selected objects are white", () => {
  const pixel = paint(1, { selected: new Set([1]) });
  assert.equal(pixel(0, 0), 0xffffffff);
  assert.equal(pixel(12, 0), LINE);
});

test("painting as paths takes a colour at a time and tells what it costs", () => {
  /** @type {string[]} */
  const strokes = [];
  const noted = {
    beginPath: () => {},
    moveTo: () => {},
    lineTo: () => {},
    closePath: () => {},
    stroke: () => void strokes.push(`${noted.strokeStyle} ${noted.lineWidth}`),
    ...{ strokeStyle: "", lineWidth: 0 },
  };
  const context = /** @type {import("../../web/js/viewer/painter.js").Context} */ (
    /** @type {unknown} */ (noted)
  );
  const palette = paletteOf(Uint8Array.of(1, 1, 1, 2, 2, 2), 2, [0, 0, 0]);
  const content = {
    outlines: OUTLINES,
    index: INDEX,
    palette,
    look: { outline: 1, fill: 0 },
    selected: null,
  };
  const frame = { scale: 2, left: 0, top: 0, ratio: 2, detail: detailAt(1, 2) };
  const costs = [...paintObjects(context, content, IDS, frame)];
  assert.deepEqual(strokes, ["#000 6", "rgb(1 1 1) 3", "rgb(2 2 2) 3"]);
  assert.ok(costs.every((points) => points > 0));
});

test("a picture is halved as often as it still has a pixel for each of the screen", () => {
  const size = { width: 4096, height: 1000 };
  assert.equal(levelOf(2, size), 0);
  assert.equal(levelOf(0.51, size), 0);
  assert.equal(levelOf(0.5, size), 1);
  assert.equal(levelOf(0.2, size), 2);
  assert.equal(levelOf(1e-9, size), 9, "no side becomes less than a pixel");
});

test("a scale bar is 1, 2 or 5 times a power of ten and fits", () => {
  assert.deepEqual(scaleBar({ x: 0.25, unit: "um" }, 1, 120), { width: 80, text: "20 µm" });
  assert.deepEqual(scaleBar({ x: 0.25, unit: "um" }, 10, 120), { width: 80, text: "2 µm" });
  assert.deepEqual(scaleBar({ x: 0.001, unit: "mm" }, 0.1, 100), { width: 100, text: "1 mm" });
  assert.equal(scaleBar({ x: 0.25, unit: "um" }, 64, 120)?.text, "200 nm");
  assert.equal(scaleBar({ x: 0, unit: "um" }, 1, 120), null);
  assert.equal(scaleBar({ x: NaN, unit: "um" }, 1, 120), null);
});

test("figures and words", () => {
  assert.equal(formatZoom(0.0791), "7.9 %");
  assert.equal(formatZoom(0.7), "70 %");
  assert.equal(formatZoom(64), "6,400 %");
  const image = sayImage("Slide 3", { width: 4000, height: 3000 }, 1);
  assert.equal(image, "Slide 3, 4,000 × 3,000 pixels, 1 object");
  assert.match(sayImage("Slide 3", { width: 4, height: 3 }, 0), /no objects$/);
  assert.equal(sayObject(12, 340, false, null), "Object 12 of 340");
  assert.equal(
    sayObject(12, 340, true, (id) => `area ${id} px²`),
    "Object 12 of 340, area 12 px², selected",
  );
});
