import assert from "node:assert/strict";
import test from "node:test";

import {
  cellPosition,
  moveByKey,
  rowGrid,
  scrollToShow,
  squareGrid,
  visibleCells,
} from "../../web/js/lib/virtual-grid.js";

/** 3 columns of 100 x 120, 10 apart: rows every 130. @param {number} count */
const grid = (count) => squareGrid({ count, width: 320, minCell: 90, caption: 20, gap: 10 });

test("columns fill the width", () => {
  assert.deepEqual(grid(7), { count: 7, columns: 3, cellWidth: 100, cellHeight: 120, gap: 10, height: 380 });
  assert.equal(grid(0).height, 0);
});

test("a narrow list keeps its least number of columns", () => {
  const narrow = squareGrid({ count: 4, width: 200, minCell: 130, minColumns: 2, caption: 0, gap: 8 });
  assert.deepEqual([narrow.columns, narrow.cellWidth], [2, 96]);
});

test("before the width is known there is still a grid", () => {
  assert.equal(squareGrid({ count: 4, width: 0, minCell: 130, caption: 44, gap: 8 }).columns, 1);
});

test("only rows in sight and a few around them are drawn", () => {
  assert.deepEqual(visibleCells(grid(3000), 0, 260, 1), { first: 0, end: 9 });
  assert.deepEqual(visibleCells(grid(3000), 13000, 260, 1), { first: 297, end: 309 });
  assert.deepEqual(visibleCells(grid(5), 99999, 260, 1), { first: 5, end: 5 });
});

test("ten thousand images draw no more cells than fit", () => {
  const { first, end } = visibleCells(grid(10_000), 200_000, 600);
  assert.ok(end - first <= 30, String(end - first));
});

test("cells stand in rows", () => {
  assert.deepEqual(cellPosition(grid(7), 4), { x: 110, y: 130 });
  assert.deepEqual(cellPosition(rowGrid({ count: 9, width: 500, rowHeight: 36 }), 4), { x: 0, y: 144 });
});

test("keys move through the grid and stop at its ends", () => {
  const seven = grid(7);
  const move = (/** @type {number} */ from, /** @type {string} */ key) => moveByKey(seven, from, key, 260);
  assert.equal(move(0, "ArrowRight"), 1);
  assert.equal(move(0, "ArrowLeft"), 0);
  assert.equal(move(1, "ArrowDown"), 4);
  assert.equal(move(4, "ArrowDown"), 6, "the last row is short");
  assert.equal(move(6, "ArrowDown"), 6);
  assert.equal(move(1, "ArrowUp"), 1);
  assert.equal(move(6, "Home"), 0);
  assert.equal(move(0, "End"), 6);
  assert.equal(move(0, "PageDown"), 6);
  assert.equal(move(0, "x"), null);
  assert.equal(move(-1, "ArrowDown"), 0);
  assert.equal(moveByKey(grid(0), -1, "ArrowDown", 260), null);
});

test("scrolling goes no further than needed", () => {
  assert.equal(scrollToShow(grid(30), 0, 300, 260), 0);
  assert.equal(scrollToShow(grid(30), 4, 100, 260), 100);
  assert.equal(scrollToShow(grid(30), 12, 0, 260), 380);
});
