import assert from "node:assert/strict";
import test from "node:test";

import { rowGrid } from "../../web/js/lib/virtual-grid.js";
import { idsBetween, nextSort, sortIds } from "../../web/js/objects/order.js";
import { contentHeight, listTop, scrollTopFor } from "../../web/js/objects/scroll-scale.js";

const ids = Uint32Array.of(1, 2, 3, 4, 5, 6);
const values = Float64Array.of(2, NaN, 1, 2, -Infinity, NaN);

test("rows sort up and down, with what is not defined last", () => {
  assert.deepEqual([...sortIds(ids, values, false)], [5, 3, 1, 4, 2, 6]);
  assert.deepEqual([...sortIds(ids, values, true)], [1, 4, 3, 5, 2, 6]);
  assert.deepEqual([...ids], [1, 2, 3, 4, 5, 6], "the ids themselves stay");
});

test("equal values keep their order", () => {
  const same = new Float64Array(6);
  assert.deepEqual([...sortIds(ids, same, false)], [...ids]);
  assert.deepEqual([...sortIds(ids, same, true)], [...ids]);
});

test("only some ids may be sorted", () => {
  assert.deepEqual([...sortIds(Uint32Array.of(4, 2, 3), values, false)], [3, 4, 2]);
  assert.equal(sortIds(new Uint32Array(0), values, false).length, 0);
});

test("a header sorts up, down, and not at all", () => {
  const up = nextSort(null, 3);
  const down = nextSort(up, 3);
  assert.deepEqual(up, { column: 3, descending: false });
  assert.deepEqual(down, { column: 3, descending: true });
  assert.equal(nextSort(down, 3), null);
  assert.deepEqual(nextSort(down, 4), { column: 4, descending: false });
});

test("a range of rows follows the order of the table, in both directions", () => {
  const rows = Uint32Array.of(5, 3, 1, 4);
  assert.deepEqual([...idsBetween(rows, 3, 4)], [3, 1, 4]);
  assert.deepEqual([...idsBetween(rows, 4, 3)], [3, 1, 4]);
  assert.deepEqual([...idsBetween(rows, null, 1)], [1]);
  assert.deepEqual([...idsBetween(rows, 2, 1)], [1], "the first row is filtered away");
});

const rowsOf = (/** @type {number} */ count) => rowGrid({ count, width: 500, rowHeight: 28 });

test("100,000 rows scroll as they are", () => {
  const grid = rowsOf(100_000);
  assert.equal(contentHeight(grid), 2_800_000);
  assert.equal(listTop(grid, 123_456, 400), 123_456);
  assert.equal(scrollTopFor(grid, 123_456, 400), 123_456);
});

test("a list higher than an element may be is scrolled on a shorter scale, from end to end", () => {
  const grid = rowsOf(1_000_000);
  const height = contentHeight(grid);
  assert.ok(height <= 8_000_000);
  assert.equal(listTop(grid, 0, 400), 0);
  assert.equal(listTop(grid, height - 400, 400), grid.height - 400);
  assert.ok(Math.abs(listTop(grid, scrollTopFor(grid, 14_000_000, 400), 400) - 14_000_000) < 1e-3);
});

test("a view higher than the list does not divide by nothing", () => {
  assert.equal(listTop(rowsOf(0), 0, 400), 0);
  assert.equal(listTop(rowsOf(1_000_000), 100, 9_000_000), 100);
});
