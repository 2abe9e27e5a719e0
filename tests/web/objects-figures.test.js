import assert from "node:assert/strict";
import test from "node:test";

import { formatTicks, formatValue, formatWithUnit } from "../../web/js/objects/figures.js";
import { columnIndex, keepShown, labelOf, pickValues, valuesOf } from "../../web/js/objects/measurements.js";

/** @type {import("../../web/js/objects-types.js").Measurements} */
const measurements = {
  columns: [
    { id: "area", title: "Area", unit: "µm²", kind: "real" },
    { id: "solidity", title: "Solidity", unit: "", kind: "real" },
  ],
  count: 3,
  values: Float64Array.of(10, 20, 30, 0.9, NaN, 0.7),
};

test("real values have four significant digits, and whole ones where there are more", () => {
  assert.equal(formatValue(12.3456, "real"), "12.35");
  assert.equal(formatValue(0.5, "real"), "0.5000");
  assert.equal(formatValue(-0.0012345, "real"), "-0.001234");
  assert.equal(formatValue(999.96, "real"), "1,000");
  assert.equal(formatValue(123456.7, "real"), "123,457");
  assert.equal(formatValue(0, "real"), "0");
  assert.equal(formatValue(0.00001234, "real"), "1.234e-5");
  assert.equal(formatValue(1234567890123, "real"), "1.235e12");
  assert.equal(formatValue(-Infinity, "real"), "-∞");
});

test("integers stay as they are, flags are words, and what is not defined is a dash", () => {
  assert.equal(formatValue(12, "integer"), "12");
  assert.equal(formatValue(1234567, "integer"), "1,234,567");
  assert.equal(formatValue(2.5, "integer"), "2.500", "a mean of integers");
  assert.equal(formatValue(1, "flag"), "yes");
  assert.equal(formatValue(0, "flag"), "");
  assert.equal(formatValue(NaN, "flag"), "");
  assert.equal(formatValue(NaN, "real"), "–");
  assert.equal(formatValue(NaN, "integer"), "–");
});

test("a unit stands behind its value, but not behind a dash", () => {
  const [area, solidity] = measurements.columns;
  assert.ok(area && solidity);
  assert.equal(formatWithUnit(12.3456, area), "12.35 µm²");
  assert.equal(formatWithUnit(NaN, area), "–");
  assert.equal(formatWithUnit(0.9, solidity), "0.9000");
  assert.equal(formatWithUnit(0, { ...area, unit: "", kind: "flag" }), "no");
});

test("labels of an axis have the decimals of its step", () => {
  assert.deepEqual(formatTicks([-0.5, -0, 0.5], 0.5), ["-0.5", "0.0", "0.5"]);
  assert.deepEqual(formatTicks([0, 0.25, 0.5], 0.25), ["0.00", "0.25", "0.50"]);
  assert.deepEqual(formatTicks([0, 5000], 5000), ["0", "5,000"]);
  assert.deepEqual(formatTicks([0, 2_500_000], 2_500_000), ["0", "2.5e6"]);
  assert.deepEqual(formatTicks([0, 0.00002], 0.00002), ["0", "2e-5"]);
});

test("columns are found by their ids and read without a copy", () => {
  assert.deepEqual([...valuesOf(measurements, 1)], [0.9, NaN, 0.7]);
  assert.equal(valuesOf(measurements, 1).buffer, measurements.values.buffer);
  assert.equal(columnIndex(measurements, "solidity", 0), 1);
  assert.equal(columnIndex(measurements, "gone", 0), 0);
  assert.equal(columnIndex({ ...measurements, columns: [] }, "", 1), -1);
  assert.equal(labelOf({ title: "Area", unit: "µm²" }), "Area (µm²)");
  assert.equal(labelOf({ title: "Solidity", unit: "" }), "Solidity");
});

test("shown objects keep the order of the rows", () => {
  const rows = Uint32Array.of(3, 1, 2);
  assert.equal(keepShown(rows, null), rows);
  assert.deepEqual([...keepShown(rows, Uint32Array.of(1, 3))], [3, 1]);
  assert.deepEqual([...keepShown(rows, new Uint32Array(0))], []);
  assert.deepEqual([...pickValues(valuesOf(measurements, 0), rows)], [30, 10, 20]);
});
