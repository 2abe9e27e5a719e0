/**
 * Which object is at a point. Pure.
 *
 * @import { Outlines } from "../objects-types.js"
 * @import { SpatialIndex } from "./types.js"
 */
import { boxOf, objectsIn } from "./spatial-index.js";

/** How far beside a small object a pointer may be, in CSS pixels. */
const REACH_PX = { mouse: 4, pen: 6, touch: 12 };

/** @param {keyof typeof REACH_PX} kind of pointer @param {number} zoom @returns {number} in pixels of the image */
export function reachOf(kind, zoom) {
  return REACH_PX[kind] / zoom;
}

/**
 * The object that holds a point; null where there is none.
 *
 * @param {Outlines} outlines
 * @param {SpatialIndex} index
 * @param {number} x in pixels of the image, from its left edge
 * @param {number} y
 * @returns {number | null}
 */
export function objectAt(outlines, index, x, y) {
  const candidates = objectsIn(index, { left: x, top: y, right: x, bottom: y });
  return candidates.find((id) => holds(outlines, index, id, x, y)) ?? null;
}

/**
 * The object at a point or, where there is none, the nearest that is small and no further than
 * `reach`: an object of two pixels on the screen could hardly be hit otherwise.
 *
 * @param {Outlines} outlines
 * @param {SpatialIndex} index
 * @param {number} x
 * @param {number} y
 * @param {number} reach in pixels of the image
 * @returns {number | null}
 */
export function objectNear(outlines, index, x, y, reach) {
  const exact = objectAt(outlines, index, x, y);
  if (exact !== null) return exact;
  let nearest = null;
  let least = reach;
  const around = { left: x - reach, top: y - reach, right: x + reach, bottom: y + reach };
  for (const id of objectsIn(index, around)) {
    const box = boxOf(index, id);
    if (!box || Math.max(box.right - box.left, box.bottom - box.top) > 2 * reach) continue;
    const distance = Math.hypot(x - (box.left + box.right) / 2, y - (box.top + box.bottom) / 2);
    if (distance > least) continue;
    nearest = id;
    least = distance;
  }
  return nearest;
}

/**
 * Even-odd over all rings of an object, so that its holes are outside.
 *
 * @param {Outlines} outlines
 * @param {SpatialIndex} index
 * @param {number} id
 * @param {number} x
 * @param {number} y
 */
export function holds({ points, starts }, index, id, x, y) {
  let inside = false;
  const end = index.rings[id + 1] ?? 0;
  for (let ring = index.rings[id] ?? 0; ring < end; ring++) {
    if (isOddlyCrossed(points, 2 * (starts[ring] ?? 0), 2 * (starts[ring + 1] ?? 0), x, y)) inside = !inside;
  }
  return inside;
}

/**
 * Whether a ray from the point to the right crosses a ring an odd number of times.
 *
 * @param {Int32Array} points
 * @param {number} start
 * @param {number} end
 * @param {number} x
 * @param {number} y
 */
function isOddlyCrossed(points, start, end, x, y) {
  let odd = false;
  let beforeX = points[end - 2] ?? 0;
  let beforeY = points[end - 1] ?? 0;
  for (let i = start; i < end; i += 2) {
    const atX = points[i] ?? 0;
    const atY = points[i + 1] ?? 0;
    if (atY > y !== beforeY > y) {
      if (x < atX + ((y - atY) * (beforeX - atX)) / (beforeY - atY)) odd = !odd;
    }
    beforeX = atX;
    beforeY = atY;
  }
  return odd;
}
