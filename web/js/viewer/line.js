/**
 * Lines and areas drawn by hand, in pixels of the image. Pure.
 *
 * @import { Gesture, Point, Size } from "./types.js"
 */

/**
 * Add a point within the image, unless it is hardly away from the last.
 *
 * @param {number[]} points x, y, x, y ...; changed in place
 * @param {Point} point
 * @param {Size} size of the image
 * @param {number} least distance that counts
 */
export function addPoint(points, point, { width, height }, least) {
  const x = Math.min(Math.max(point.x, 0), width);
  const y = Math.min(Math.max(point.y, 0), height);
  const [lastX = NaN, lastY = NaN] = points.slice(-2);
  if (Math.hypot(x - lastX, y - lastY) < least) return;
  points.push(x, y);
}

/**
 * What was drawn; null where it is too short to be a line or an area.
 *
 * @param {Gesture} gesture
 * @returns {Float64Array | null}
 */
export function pointsOf({ points, closed }) {
  return points.length >= (closed ? 6 : 4) ? Float64Array.from(points) : null;
}
