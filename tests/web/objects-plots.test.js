import assert from "node:assert/strict";
import test from "node:test";

import { binEdges, binOf, countBins } from "../../web/js/objects/bins.js";
import { countDots, nearestDot, placeDots } from "../../web/js/objects/dots.js";
import { idsInRanges, limitsFrom, roundLimits } from "../../web/js/objects/ranges.js";
import { finiteOnly, quantile, summarise } from "../../web/js/objects/summary.js";

const close = (/** @type {number} */ actual, /** @type {number} */ expected) =>
  assert.ok(Math.abs(actual - expected) < 1e-12, `${actual} is not ${expected}`);

test("summary figures leave out what is not defined", () => {
  const summary = summarise(finiteOnly(Float64Array.of(NaN, 1, 2, 4, 5, Infinity)));
  assert.deepEqual([summary.count, summary.min, summary.max], [4, 1, 5]);
  close(summary.mean, 3);
  close(summary.median, 3);
  close(summary.sd, Math.sqrt(10 / 3));
  close(summary.q1, 1.75); // numpy.percentile([1, 2, 4, 5], 25)
  close(summary.q3, 4.25);
});

test("too few values have no figures", () => {
  const none = summarise(new Float64Array(0));
  assert.deepEqual([none.count, none.mean, none.median, none.sd, none.min], [0, NaN, NaN, NaN, NaN]);
  const one = summarise(Float64Array.of(7));
  assert.deepEqual([one.count, one.mean, one.sd, one.q1, one.max], [1, 7, NaN, 7, 7]);
  close(quantile(Float64Array.of(0, 10), 0.3), 3);
});

test("bins follow the rule of Freedman and Diaconis", () => {
  const sorted = Float64Array.from({ length: 1000 }, (_, at) => at / 999);
  // width 2 · 0.5 / 10 = 0.1
  const edges = binEdges(sorted, "real");
  assert.equal(edges.length, 11);
  assert.deepEqual([edges[0], edges[10]], [0, 1]);
  assert.equal(
    countBins(sorted, edges).reduce((sum, count) => sum + count),
    1000,
  );
});

test("there are 10 to 100 bins, whatever the values", () => {
  const far = Float64Array.from({ length: 1000 }, (_, at) => (at === 999 ? 1e6 : at / 999));
  assert.equal(binEdges(far, "real").length - 1, 100);
  assert.equal(binEdges(Float64Array.of(1, 2, 3), "real").length - 1, 10);
  assert.equal(binEdges(Float64Array.of(0, 0, 0, 0, 0, 9), "real").length - 1, 10);
  const same = binEdges(Float64Array.of(5, 5), "real");
  assert.deepEqual([...countBins(Float64Array.of(5, 5), same)].filter(Boolean), [2]);
  assert.deepEqual(
    [...countBins(new Float64Array(0), binEdges(new Float64Array(0), "real"))].filter(Boolean),
    [],
  );
});

test("integers and flags stand in the middle of bins", () => {
  assert.deepEqual([...binEdges(Float64Array.of(2, 3, 3, 5), "integer")], [1.5, 2.5, 3.5, 4.5, 5.5]);
  assert.deepEqual([...binEdges(Float64Array.of(1, 1), "flag")], [-0.5, 0.5, 1.5]);
  const wide = binEdges(
    Float64Array.from({ length: 5000 }, (_, at) => at),
    "integer",
  );
  assert.ok(wide.length - 1 >= 10 && wide.length - 1 <= 100, String(wide.length - 1));
  assert.equal((wide[1] ?? NaN) - (wide[0] ?? NaN), Math.round((wide[1] ?? NaN) - (wide[0] ?? NaN)));
});

test("each value lies in the bin whose edges are around it", () => {
  const edges = Float64Array.from({ length: 50 }, (_, at) => 0.1 + (at * 0.7) / 49);
  for (const [bin, edge] of edges.entries()) assert.equal(binOf(edge, edges), Math.min(bin, 48));
  assert.equal(binOf(0.05, edges), -1);
  assert.equal(binOf(NaN, edges), -1);
});

/** @type {import("../../web/js/objects-types.js").Measurements} */
const measurements = {
  columns: [
    { id: "a", title: "A", unit: "", kind: "real" },
    { id: "b", title: "B", unit: "", kind: "real" },
  ],
  count: 4,
  values: Float64Array.of(1, 2, 3, NaN, 10, 20, 30, 40),
};

test("objects lie in a range together with its limits, and in all ranges at once", () => {
  assert.equal(idsInRanges(measurements, []), null);
  const a = { column: 0, low: 2, high: 3 };
  assert.deepEqual([...(idsInRanges(measurements, [a]) ?? [])], [2, 3]);
  assert.deepEqual([...(idsInRanges(measurements, [a, { column: 1, low: 25, high: Infinity }]) ?? [])], [3]);
  const all = { column: 0, low: -Infinity, high: Infinity };
  assert.deepEqual([...(idsInRanges(measurements, [all]) ?? [])], [1, 2, 3], "NaN lies in no range");
});

test("a drawn range is rounded outwards to figures finer than a pixel", () => {
  assert.deepEqual(roundLimits({ low: 12.3456, high: 20.0123 }, 0.37, "real"), { low: 12.3, high: 20.1 });
  assert.deepEqual(roundLimits({ low: 1234, high: 5678 }, 25, "real"), { low: 1230, high: 5680 });
  assert.deepEqual(roundLimits({ low: -0.0456, high: 0.0123 }, 0.002, "real"), { low: -0.046, high: 0.013 });
});

test("a range over bars of integers holds those it touches", () => {
  assert.deepEqual(roundLimits({ low: 3.1, high: 3.8 }, 0.02, "integer"), { low: 3, high: 4 });
  assert.deepEqual(roundLimits({ low: -0.5, high: 0.5 }, 0.02, "flag"), { low: 0, high: 0 });
});

test("fields may be left empty or filled the wrong way round", () => {
  assert.equal(limitsFrom(NaN, NaN), null);
  assert.deepEqual(limitsFrom(2, NaN), { low: 2, high: Infinity });
  assert.deepEqual(limitsFrom(NaN, 2), { low: -Infinity, high: 2 });
  assert.deepEqual(limitsFrom(5, 2), { low: 2, high: 5 });
});

const dots = placeDots(
  Float64Array.of(0, 5, 10, NaN),
  Float64Array.of(0, 10, 20, 5),
  { min: 0, max: 10, size: 100 },
  { min: 0, max: 20, size: 40 },
);

test("points lie from left to right and from below upwards", () => {
  assert.deepEqual([...dots.x], [0, 50, 100, NaN]);
  assert.deepEqual([...dots.y], [40, 20, 0, 30]);
});

test("the nearest point is found within reach, among those shown", () => {
  assert.equal(nearestDot(dots, null, 52, 21, 10), 2);
  assert.equal(nearestDot(dots, null, 70, 21, 10), null);
  assert.equal(nearestDot(dots, Uint8Array.of(0, 1, 0, 1, 1), 52, 21, 10), null);
});

test("points are counted in the pixels they cover, and cut at the edges", () => {
  const place = { width: 100, height: 40, ratio: 1, size: 2 };
  const counts = countDots(dots, () => true, place);
  assert.equal(counts[19 * 100 + 49], 1);
  assert.equal(counts[20 * 100 + 50], 1);
  // Four pixels in the middle, one each in two corners; the one without a value is nowhere.
  assert.equal(
    counts.reduce((sum, count) => sum + count),
    6,
  );
  const many = { x: new Float32Array(300).fill(50), y: new Float32Array(300).fill(20) };
  assert.equal(countDots(many, () => true, place)[20 * 100 + 50], 255);
  assert.equal(countDots(many, (id) => id <= 2, place)[20 * 100 + 50], 2);
});
