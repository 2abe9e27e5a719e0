/**
 * Which edges of a box a pointer takes hold of, and where they go.
 *
 * @import { Rect } from "./types.js"
 * @typedef {{ left: boolean, right: boolean, top: boolean, bottom: boolean }} Hold
 */

/**
 * @param {Rect} box
 * @param {{ x: number, y: number }} point
 * @param {number} reach how near counts
 * @returns {Hold | null}
 */
export function takeHold({ x0, y0, x1, y1 }, { x, y }, reach) {
  if (x < x0 - reach || x > x1 + reach || y < y0 - reach || y > y1 + reach) return null;
  const [left, right] = nearer(x - x0, x - x1, reach);
  const [top, bottom] = nearer(y - y0, y - y1, reach);
  return left || right || top || bottom ? { left, right, top, bottom } : null;
}

/** Of two edges the nearer one, if it is near enough. @param {number} low @param {number} high @param {number} reach @returns {[boolean, boolean]} */
function nearer(low, high, reach) {
  const [toLow, toHigh] = [Math.abs(low), Math.abs(high)];
  if (Math.min(toLow, toHigh) > reach) return [false, false];
  return toLow <= toHigh ? [true, false] : [false, true];
}

/**
 * An edge that is dragged past its opposite takes its place.
 *
 * @param {Rect} box as it was when the pointer took hold
 * @param {Hold} hold
 * @param {{ x: number, y: number }} point
 * @returns {Rect}
 */
export function moveEdges(box, { left, right, top, bottom }, { x, y }) {
  const [x0, x1] = [left ? x : box.x0, right ? x : box.x1];
  const [y0, y1] = [top ? y : box.y0, bottom ? y : box.y1];
  return { x0: Math.min(x0, x1), y0: Math.min(y0, y1), x1: Math.max(x0, x1), y1: Math.max(y0, y1) };
}

/** The pointer that says so. @param {Hold | null} hold */
export function cursorFor(hold) {
  if (!hold) return "crosshair";
  const { left, right, top, bottom } = hold;
  if ((left || right) && (top || bottom)) return left === top ? "nwse-resize" : "nesw-resize";
  return left || right ? "ew-resize" : "ns-resize";
}
