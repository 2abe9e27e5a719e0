/**
 * Which objects are where: a uniform grid over their boxes, as flat arrays. Pure.
 *
 * @import { Outlines } from "../objects-types.js"
 * @import { Box, SpatialIndex } from "./types.js"
 */

const OBJECTS_A_CELL = 2;
const LEAST_CELL_PX = 8;
/** More entries than this an object, and the cells are too small for these objects. */
const MOST_ENTRIES_AN_OBJECT = 9;

/** @param {Outlines} outlines @returns {SpatialIndex} */
export function buildIndex(outlines) {
  const rings = ringsById(outlines.ids);
  const count = rings.length - 2;
  const boxes = boxesById(outlines, count);
  const present = Uint32Array.from(idsWithRings(rings));
  return { count, present, rings, boxes, ...buildGrid(present, boxes) };
}

/**
 * First ring of each object; ids ascend, so the rings of one object lie together.
 *
 * @param {Int32Array} ids of rings
 */
function ringsById(ids) {
  const count = ids.at(-1) ?? 0;
  const rings = new Uint32Array(count + 2);
  for (const id of ids) rings[id + 1] = (rings[id + 1] ?? 0) + 1;
  for (let id = 1; id < rings.length; id++) rings[id] = (rings[id] ?? 0) + (rings[id - 1] ?? 0);
  return rings;
}

/** @param {Uint32Array} rings */
function* idsWithRings(rings) {
  for (let id = 1; id < rings.length - 1; id++) {
    if (rings[id] !== rings[id + 1]) yield id;
  }
}

/** @param {Outlines} outlines @param {number} count */
function boxesById({ points, starts, ids }, count) {
  const boxes = new Int32Array(4 * (count + 1));
  for (let at = 0; at < boxes.length; at += 4) {
    boxes[at] = boxes[at + 1] = 2 ** 31 - 1;
    boxes[at + 2] = boxes[at + 3] = -(2 ** 31);
  }
  for (let ring = 0; ring < ids.length; ring++) {
    const end = 2 * (starts[ring + 1] ?? 0);
    widen(boxes, 4 * (ids[ring] ?? 0), points, 2 * (starts[ring] ?? 0), end);
  }
  return boxes;
}

/**
 * Widen one box so that it holds a ring.
 *
 * @param {Int32Array} boxes
 * @param {number} at
 * @param {Int32Array} points
 * @param {number} start
 * @param {number} end
 */
function widen(boxes, at, points, start, end) {
  let [left = 0, top = 0, right = 0, bottom = 0] = boxes.subarray(at, at + 4);
  for (let i = start; i < end; i += 2) {
    const x = points[i] ?? 0;
    const y = points[i + 1] ?? 0;
    if (x < left) left = x;
    if (x > right) right = x;
    if (y < top) top = y;
    if (y > bottom) bottom = y;
  }
  boxes[at] = left;
  boxes[at + 1] = top;
  boxes[at + 2] = right;
  boxes[at + 3] = bottom;
}

/**
 * @typedef {Pick<SpatialIndex, "cell" | "columns" | "rows" | "left" | "top">} Frame
 *
 * @param {Uint32Array} present
 * @param {Int32Array} boxes
 */
function buildGrid(present, boxes) {
  const bounds = boundsOf(present, boxes);
  const area = (bounds.right - bounds.left) * (bounds.bottom - bounds.top);
  let cell = Math.max(LEAST_CELL_PX, Math.sqrt((OBJECTS_A_CELL * area) / Math.max(1, present.length)));
  let frame = frameOf(bounds, cell);
  while (countEntries(frame, present, boxes) > MOST_ENTRIES_AN_OBJECT * present.length) {
    if (frame.columns * frame.rows <= 1) break;
    cell *= 2;
    frame = frameOf(bounds, cell);
  }
  return { ...frame, ...fillCells(frame, present, boxes) };
}

/** @param {Box} bounds @param {number} cell @returns {Frame} */
function frameOf({ left, top, right, bottom }, cell) {
  const columns = Math.max(1, Math.ceil((right - left) / cell));
  const rows = Math.max(1, Math.ceil((bottom - top) / cell));
  return { cell, columns, rows, left, top };
}

/** @param {Uint32Array} present @param {Int32Array} boxes @returns {Box} */
function boundsOf(present, boxes) {
  if (!present.length) return { left: 0, top: 0, right: 0, bottom: 0 };
  const bounds = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (const id of present) {
    bounds.left = Math.min(bounds.left, boxes[4 * id] ?? 0);
    bounds.top = Math.min(bounds.top, boxes[4 * id + 1] ?? 0);
    bounds.right = Math.max(bounds.right, boxes[4 * id + 2] ?? 0);
    bounds.bottom = Math.max(bounds.bottom, boxes[4 * id + 3] ?? 0);
  }
  return bounds;
}

/** @param {Frame} frame @param {Uint32Array} present @param {Int32Array} boxes */
function countEntries(frame, present, boxes) {
  let entries = 0;
  for (const id of present) {
    const { first, last, upper, lower } = cellsOfObject(frame, boxes, id);
    entries += (last - first + 1) * (lower - upper + 1);
  }
  return entries;
}

/** @param {Frame} frame @param {Uint32Array} present @param {Int32Array} boxes */
function fillCells(frame, present, boxes) {
  const starts = new Uint32Array(frame.columns * frame.rows + 1);
  eachEntry(frame, present, boxes, (cell) => (starts[cell + 1] = (starts[cell + 1] ?? 0) + 1));
  for (let cell = 1; cell < starts.length; cell++) {
    starts[cell] = (starts[cell] ?? 0) + (starts[cell - 1] ?? 0);
  }
  const items = new Uint32Array(starts.at(-1) ?? 0);
  const next = starts.slice();
  eachEntry(frame, present, boxes, (cell, id) => {
    const at = next[cell] ?? 0;
    items[at] = id;
    next[cell] = at + 1;
  });
  return { starts, items };
}

/**
 * @param {Frame} frame
 * @param {Uint32Array} present
 * @param {Int32Array} boxes
 * @param {(cell: number, id: number) => void} visit
 */
function eachEntry(frame, present, boxes, visit) {
  for (const id of present) {
    const { first, last, upper, lower } = cellsOfObject(frame, boxes, id);
    for (let row = upper; row <= lower; row++) {
      for (let column = first; column <= last; column++) visit(row * frame.columns + column, id);
    }
  }
}

/** @param {Frame} frame @param {Int32Array} boxes @param {number} id */
function cellsOfObject(frame, boxes, id) {
  const at = 4 * id;
  return cellsOf(frame, boxes[at] ?? 0, boxes[at + 1] ?? 0, boxes[at + 2] ?? 0, boxes[at + 3] ?? 0);
}

/**
 * Columns first ... last and rows upper ... lower that a box touches, within the grid.
 *
 * @param {Frame} frame
 * @param {number} left
 * @param {number} top
 * @param {number} right
 * @param {number} bottom
 */
function cellsOf(frame, left, top, right, bottom) {
  const { cell, columns, rows } = frame;
  return {
    first: clampCell((left - frame.left) / cell, columns),
    last: clampCell((right - frame.left) / cell, columns),
    upper: clampCell((top - frame.top) / cell, rows),
    lower: clampCell((bottom - frame.top) / cell, rows),
  };
}

/** @param {number} position @param {number} cells */
function clampCell(position, cells) {
  return Math.min(Math.max(Math.floor(position), 0), cells - 1);
}

/**
 * Objects whose boxes touch a box, each once.
 *
 * @param {SpatialIndex} index
 * @param {Box} box
 * @returns {Uint32Array}
 */
export function objectsIn(index, box) {
  /** @type {number[]} */
  const found = [];
  const { boxes, columns, starts, items } = index;
  const { first, last, upper, lower } = cellsOf(index, box.left, box.top, box.right, box.bottom);
  for (let row = upper; row <= lower; row++) {
    for (let column = first; column <= last; column++) {
      const cell = row * columns + column;
      const end = starts[cell + 1] ?? 0;
      for (let at = starts[cell] ?? 0; at < end; at++) {
        const id = items[at] ?? 0;
        if (!touches(boxes, id, box)) continue;
        // An object in several of these cells is reported from the first of them.
        const own = cellsOfObject(index, boxes, id);
        if (Math.max(own.first, first) !== column || Math.max(own.upper, upper) !== row) continue;
        found.push(id);
      }
    }
  }
  return Uint32Array.from(found);
}

/** @param {Int32Array} boxes @param {number} id @param {Box} box */
function touches(boxes, id, { left, top, right, bottom }) {
  const at = 4 * id;
  return (
    (boxes[at] ?? 0) <= right &&
    (boxes[at + 2] ?? 0) >= left &&
    (boxes[at + 1] ?? 0) <= bottom &&
    (boxes[at + 3] ?? 0) >= top
  );
}

/** @param {SpatialIndex} index @param {number} id @returns {Box | null} null where there is no such object */
export function boxOf(index, id) {
  const [left = 0, top = 0, right = -1, bottom = -1] = index.boxes.subarray(4 * id, 4 * id + 4);
  return id > 0 && right >= left ? { left, top, right, bottom } : null;
}
