/**
 * What changes with the pointer, painted anew each frame: the selected objects while they are few,
 * the object pointed at, and the line being drawn.
 *
 * @import { Gesture, Palette, SpatialIndex } from "./types.js"
 * @import { Outlines } from "../objects-types.js"
 * @import { Context, Frame } from "./painter.js"
 *
 * @typedef {{ outlines: Outlines, index: SpatialIndex, palette: Palette }} Objects
 */
import { traceObject } from "./outline-path.js";
import { CASING, longestSide, MARK, SELECTED_PX } from "./painter.js";
import { boxOf } from "./spatial-index.js";

const POINTED_PX = { casing: 5, line: 3 };
const POINTED_FILL = 0.3;
/** Objects shorter than this on the screen have a ring around them instead. */
const LEAST_MARK_PX = 8;
const RING_RADIUS_PX = 7;
const GESTURE_PX = { casing: 4, line: 2 };

/**
 * @param {Context} context
 * @param {Objects} objects
 * @param {Iterable<number>} ids
 * @param {Frame} frame
 */
export function drawSelected(context, objects, ids, frame) {
  const known = [...ids].filter((id) => boxOf(objects.index, id));
  if (!known.length) return;
  drawCased(context, SELECTED_PX, frame.ratio, MARK, () => traceMarks(context, objects, known, frame));
  for (const id of known) {
    if (isSmall(objects.index, id, frame)) continue;
    context.beginPath();
    traceMarks(context, objects, [id], frame);
    context.lineWidth = SELECTED_PX.own * frame.ratio;
    context.strokeStyle = styleOf(objects, id);
    context.stroke();
  }
}

/**
 * @param {Context} context
 * @param {Objects} objects
 * @param {number} id
 * @param {Frame} frame
 * @param {boolean} selected its lines are there already
 */
export function drawPointed(context, objects, id, frame, selected) {
  if (!boxOf(objects.index, id)) return;
  const trace = () => traceMarks(context, objects, [id], frame);
  context.beginPath();
  trace();
  context.globalAlpha = POINTED_FILL;
  context.fillStyle = MARK;
  context.fill("evenodd");
  context.globalAlpha = 1;
  if (!selected) drawCased(context, POINTED_PX, frame.ratio, styleOf(objects, id), trace);
}

/** @param {Objects} objects @param {number} id */
function styleOf({ palette }, id) {
  return palette.styles[palette.styleOf[id] ?? 0] ?? MARK;
}

/**
 * A line over a wider dark one, which shows on any image.
 *
 * @param {Context} context
 * @param {{ casing: number, line: number }} widths
 * @param {number} ratio
 * @param {string} style
 * @param {() => void} trace
 */
function drawCased(context, widths, ratio, style, trace) {
  context.beginPath();
  trace();
  context.lineWidth = widths.casing * ratio;
  context.strokeStyle = CASING;
  context.stroke();
  context.lineWidth = widths.line * ratio;
  context.strokeStyle = style;
  context.stroke();
}

/** @param {Context} context @param {Objects} objects @param {number[]} ids @param {Frame} frame */
function traceMarks(context, { outlines, index }, ids, frame) {
  for (const id of ids) {
    if (isSmall(index, id, frame)) traceRing(context, index, id, frame);
    else traceObject(context, outlines, index, id, frame, frame.detail);
  }
}

/** @param {SpatialIndex} index @param {number} id @param {Frame} frame */
function isSmall({ boxes }, id, { scale, ratio }) {
  return longestSide(boxes, id) * scale < LEAST_MARK_PX * ratio;
}

/** @param {Context} context @param {SpatialIndex} index @param {number} id @param {Frame} frame */
function traceRing(context, index, id, { scale, left, top, ratio }) {
  const box = boxOf(index, id);
  if (!box) return;
  const x = ((box.left + box.right) / 2) * scale + left;
  const y = ((box.top + box.bottom) / 2) * scale + top;
  const radius = RING_RADIUS_PX * ratio;
  context.moveTo(x + radius, y);
  context.arc(x, y, radius, 0, 2 * Math.PI);
}

/**
 * The line or the area being drawn; the side that will close an area is dashed.
 *
 * @param {Context} context
 * @param {Gesture} gesture
 * @param {Frame} frame
 */
export function drawGesture(context, { points, closed }, { scale, left, top, ratio }) {
  if (points.length < 4) return;
  /** @param {number} i */
  const at = (i) =>
    /** @type {const} */ ([(points[i] ?? 0) * scale + left, (points[i + 1] ?? 0) * scale + top]);
  context.lineJoin = "round";
  drawCased(context, GESTURE_PX, ratio, MARK, () => {
    context.moveTo(...at(0));
    for (let i = 2; i < points.length; i += 2) context.lineTo(...at(i));
  });
  if (!closed) return;
  context.setLineDash([4 * ratio, 4 * ratio]);
  drawCased(context, GESTURE_PX, ratio, MARK, () => {
    context.moveTo(...at(points.length - 2));
    context.lineTo(...at(0));
  });
  context.setLineDash([]);
}
