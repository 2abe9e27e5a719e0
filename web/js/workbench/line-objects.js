/**
 * Which objects a line goes through. Pure.
 *
 * @import { Outlines } from "../objects-types.js"
 * @import { SpatialIndex } from "../viewer/types.js"
 */
import { objectAt } from "../viewer/hit-test.js";

const STEP_PX = 0.5;

/**
 * Objects along a line, and how far it goes through each, the longest way first.
 *
 * @param {Outlines} outlines
 * @param {SpatialIndex} index
 * @param {Float64Array} points x, y, x, y ... in pixels of the image
 * @returns {number[]} ids
 */
export function objectsAlong(outlines, index, points) {
  /** @type {Map<number, number>} */
  const lengths = new Map();
  for (const [x, y] of walk(points)) {
    const id = objectAt(outlines, index, x, y);
    if (id !== null) lengths.set(id, (lengths.get(id) ?? 0) + 1);
  }
  return [...lengths].sort(([, a], [, b]) => b - a).map(([id]) => id);
}

/** @param {Float64Array} points @returns {Generator<[number, number]>} */
function* walk(points) {
  for (let at = 0; at + 3 < points.length; at += 2) {
    const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = points.subarray(at, at + 4);
    const steps = Math.max(1, Math.ceil(Math.hypot(x1 - x0, y1 - y0) / STEP_PX));
    for (let step = 0; step <= steps; step += 1) {
      yield [x0 + ((x1 - x0) * step) / steps, y0 + ((y1 - y0) * step) / steps];
    }
  }
}
