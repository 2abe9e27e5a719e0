/**
 * Where the cells of a long grid are, and which of them to draw. A table is a grid of one column.
 * All lengths are CSS pixels.
 *
 * @typedef {object} Grid
 * @property {number} count
 * @property {number} columns
 * @property {number} cellWidth
 * @property {number} cellHeight
 * @property {number} gap
 * @property {number} height of the whole content
 */

/**
 * @param {object} space
 * @param {number} space.count cells
 * @param {number} space.width of the content box
 * @param {number} space.minCell least width of a cell
 * @param {number} [space.minColumns]
 * @param {number} space.caption height of a cell below its square picture
 * @param {number} space.gap
 * @returns {Grid}
 */
export function squareGrid({ count, width, minCell, minColumns = 1, caption, gap }) {
  const columns = Math.max(minColumns, Math.floor((width + gap) / (minCell + gap)), 1);
  const cellWidth = Math.max(0, Math.floor((width - (columns - 1) * gap) / columns));
  return gridOf({ count, columns, cellWidth, cellHeight: cellWidth + caption, gap });
}

/** @param {{ count: number, width: number, rowHeight: number }} space @returns {Grid} */
export function rowGrid({ count, width, rowHeight }) {
  return gridOf({ count, columns: 1, cellWidth: width, cellHeight: rowHeight, gap: 0 });
}

/** @param {Omit<Grid, "height">} cells @returns {Grid} */
function gridOf(cells) {
  const rows = Math.ceil(cells.count / cells.columns);
  return { ...cells, height: rows ? rows * (cells.cellHeight + cells.gap) - cells.gap : 0 };
}

/**
 * The cells that touch the visible part, and some rows around it: first, and one after the last.
 *
 * @param {Grid} grid
 * @param {number} scrollTop
 * @param {number} viewHeight
 * @param {number} [spareRows]
 * @returns {{ first: number, end: number }}
 */
export function visibleCells(grid, scrollTop, viewHeight, spareRows = 2) {
  const pitch = grid.cellHeight + grid.gap;
  const firstRow = Math.max(0, Math.floor(scrollTop / pitch) - spareRows);
  const endRow = Math.ceil((scrollTop + viewHeight) / pitch) + spareRows;
  const first = Math.min(firstRow * grid.columns, grid.count);
  return { first, end: Math.min(Math.max(endRow, 0) * grid.columns, grid.count) };
}

/** @param {Grid} grid @param {number} index @returns {{ x: number, y: number }} */
export function cellPosition(grid, index) {
  return {
    x: (index % grid.columns) * (grid.cellWidth + grid.gap),
    y: Math.floor(index / grid.columns) * (grid.cellHeight + grid.gap),
  };
}

/**
 * Where a key leads; null for keys that do not move.
 *
 * @param {Grid} grid
 * @param {number} index -1 for nowhere yet
 * @param {string} key `KeyboardEvent.key`
 * @param {number} viewHeight
 * @returns {number | null}
 */
export function moveByKey(grid, index, key, viewHeight) {
  const page = Math.max(1, Math.floor(viewHeight / (grid.cellHeight + grid.gap))) * grid.columns;
  /** @type {Record<string, number>} */
  const steps = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -grid.columns,
    ArrowDown: grid.columns,
    PageUp: -page,
    PageDown: page,
    Home: -Infinity,
    End: Infinity,
  };
  const step = steps[key];
  if (step === undefined || !grid.count) return null;
  if (index < 0) return 0;
  const target = index + step;
  const inside = target >= 0 && target < grid.count;
  if (!inside && Math.abs(step) === grid.columns && grid.columns > 1) return lastRowOr(grid, index, step);
  return Math.min(Math.max(target, 0), grid.count - 1);
}

/** Down from above a short last row leads to its last cell. @param {Grid} grid @param {number} index @param {number} step */
function lastRowOr(grid, index, step) {
  const row = Math.floor(index / grid.columns);
  const lastRow = Math.floor((grid.count - 1) / grid.columns);
  return step > 0 && row < lastRow ? grid.count - 1 : index;
}

/**
 * The scroll position nearest to the present one that shows a cell whole.
 *
 * @param {Grid} grid
 * @param {number} index
 * @param {number} scrollTop
 * @param {number} viewHeight
 * @returns {number}
 */
export function scrollToShow(grid, index, scrollTop, viewHeight) {
  const { y } = cellPosition(grid, index);
  if (y < scrollTop) return y;
  return Math.max(scrollTop, y + grid.cellHeight - viewHeight);
}
