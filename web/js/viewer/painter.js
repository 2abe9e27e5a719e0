/**
 * Paints objects as paths, in small steps, neighbours of one colour together.
 *
 * @import { Outlines } from "../objects-types.js"
 * @import { Detail, Place } from "./outline-path.js"
 * @import { Look, Palette, SpatialIndex } from "./types.js"
 *
 * @typedef {object} Content what is painted; never changed in place
 * @property {Outlines} outlines
 * @property {SpatialIndex} index
 * @property {Palette} palette
 * @property {Pick<Look, "outline" | "fill">} look
 * @property {ReadonlySet<number> | null} selected to be marked here
 *
 * @typedef {Place & { ratio: number, detail: Detail }} Frame
 *
 * @typedef {CanvasRenderingContext2D} Context
 */
import { traceObject } from "./outline-path.js";

export const OUTLINE_PX = 1.5;
/** Beneath it, so that light colours are seen on a bright image; on a dark one it does not show. */
const RIM = { width_px: 3, opacity: 0.6, style: "#000" };
/** Casing, line and the object's own colour of what is selected. */
export const SELECTED_PX = { casing: 6, line: 4, own: 1.5 };
export const CASING = "rgb(0 0 0 / 75%)";
export const MARK = "#fff";
/** Objects shorter than this on the screen are dots. */
const LEAST_OUTLINE_PX = 3;
const DOT_PART = 0.6;
/** Points in one path: enough to save calls; longer paths take more time a point. */
const POINTS_A_PATH = 250;

/**
 * @param {Context} context
 * @param {Content} content
 * @param {Uint32Array} ids of objects in sight
 * @param {Frame} frame
 * @returns {Generator<number, void>} what each step cost, in points
 */
export function* paintObjects(context, content, ids, frame) {
  const { look, palette, selected } = content;
  const { dots, shapes } = splitBySize(content.index, sortByStyle(ids, palette), frame);
  context.lineJoin = "miter";
  context.miterLimit = 2;
  context.globalAlpha = Math.max(look.outline, look.fill);
  if (context.globalAlpha > 0) paintDots(context, content, dots, frame);
  if (look.fill > 0) {
    context.globalAlpha = look.fill;
    yield* paintShapes(context, content, shapes, frame, fillPath);
  }
  if (look.outline > 0) {
    context.globalAlpha = look.outline * RIM.opacity;
    context.lineWidth = RIM.width_px * frame.ratio;
    yield* paintShapes(context, inOneStyle(content, RIM.style), shapes, frame, strokePath);
    context.globalAlpha = look.outline;
    context.lineWidth = OUTLINE_PX * frame.ratio;
    yield* paintShapes(context, content, shapes, frame, strokePath);
  }
  context.globalAlpha = 1;
  if (selected) yield* paintSelected(context, content, { dots, shapes }, selected, frame);
}

/** @param {Context} context @param {string} style */
function fillPath(context, style) {
  context.fillStyle = style;
  context.fill("evenodd");
}

/** @param {Context} context @param {string} style */
function strokePath(context, style) {
  context.strokeStyle = style;
  context.stroke();
}

/** Stable counting sort. @param {Uint32Array} ids @param {Palette} palette */
function sortByStyle(ids, { styleOf, styles }) {
  if (styles.length < 2) return ids;
  const next = new Uint32Array(styles.length + 1);
  for (const id of ids) {
    const style = styleOf[id] ?? 0;
    next[style + 1] = (next[style + 1] ?? 0) + 1;
  }
  for (let style = 1; style < next.length; style++) next[style] = (next[style] ?? 0) + (next[style - 1] ?? 0);
  const sorted = new Uint32Array(ids.length);
  for (const id of ids) {
    const style = styleOf[id] ?? 0;
    const at = next[style] ?? 0;
    sorted[at] = id;
    next[style] = at + 1;
  }
  return sorted;
}

/** @param {SpatialIndex} index @param {Uint32Array} ids @param {Frame} frame */
function splitBySize(index, ids, frame) {
  return {
    dots: ids.filter((id) => isDot(index, id, frame)),
    shapes: ids.filter((id) => !isDot(index, id, frame)),
  };
}

/** Whether an object is too small on the screen to have an outline. @param {SpatialIndex} index @param {number} id @param {Frame} frame */
export function isDot({ boxes }, id, { scale, ratio }) {
  return longestSide(boxes, id) * scale < LEAST_OUTLINE_PX * ratio;
}

/**
 * The square that stands for a small object, in device pixels.
 *
 * @param {SpatialIndex} index
 * @param {number} id
 * @param {Frame} frame
 */
export function dotOf({ boxes }, id, { scale, left, top, ratio }) {
  const at = 4 * id;
  const side = Math.max(1, Math.round(ratio), Math.round(longestSide(boxes, id) * scale * DOT_PART));
  const middleX = (((boxes[at] ?? 0) + (boxes[at + 2] ?? 0)) / 2) * scale + left;
  const middleY = (((boxes[at + 1] ?? 0) + (boxes[at + 3] ?? 0)) / 2) * scale + top;
  return { x: Math.round(middleX - side / 2), y: Math.round(middleY - side / 2), side };
}

/** @param {Int32Array} boxes @param {number} id */
export function longestSide(boxes, id) {
  const at = 4 * id;
  const width = (boxes[at + 2] ?? 0) - (boxes[at] ?? 0);
  const height = (boxes[at + 3] ?? 0) - (boxes[at + 1] ?? 0);
  return width > height ? width : height;
}

/** @param {Context} context @param {Content} content @param {Uint32Array} dots @param {Frame} frame */
function paintDots(context, { index, palette }, dots, frame) {
  for (const id of dots) {
    context.fillStyle = palette.styles[palette.styleOf[id] ?? 0] ?? MARK;
    paintDot(context, index, id, frame, 0);
  }
}

/**
 * @param {Context} context
 * @param {SpatialIndex} index
 * @param {number} id
 * @param {Frame} frame
 * @param {number} rim around it, in device pixels
 */
function paintDot(context, index, id, frame, rim) {
  const { x, y, side } = dotOf(index, id, frame);
  context.fillRect(x - rim, y - rim, side + 2 * rim, side + 2 * rim);
}

/**
 * Paint shapes, one path for many objects of one style.
 *
 * @param {Context} context
 * @param {Content} content
 * @param {Uint32Array} shapes sorted by style
 * @param {Frame} frame
 * @param {(context: Context, style: string) => void} paint
 */
function* paintShapes(context, { outlines, index, palette }, shapes, frame, paint) {
  let points = 0;
  let style = -1;
  for (const id of shapes) {
    const own = palette.styleOf[id] ?? 0;
    if (points > 0 && (own !== style || points >= POINTS_A_PATH)) {
      paint(context, palette.styles[style] ?? MARK);
      yield points;
      points = 0;
    }
    if (points === 0) context.beginPath();
    style = own;
    points += traceObject(context, outlines, index, id, frame, frame.detail);
  }
  if (points > 0) paint(context, palette.styles[style] ?? MARK);
}

/**
 * White over dark, which shows on any image.
 *
 * @param {Context} context
 * @param {Content} content
 * @param {{ dots: Uint32Array, shapes: Uint32Array }} objects
 * @param {ReadonlySet<number>} selected
 * @param {Frame} frame
 */
function* paintSelected(context, content, objects, selected, frame) {
  const { ratio } = frame;
  /** @param {number} id */
  const isSelected = (id) => selected.has(id);
  const shapes = objects.shapes.filter(isSelected);
  const dots = objects.dots.filter(isSelected);
  context.lineWidth = SELECTED_PX.casing * ratio;
  yield* paintShapes(context, inOneStyle(content, CASING), shapes, frame, strokePath);
  context.lineWidth = SELECTED_PX.line * ratio;
  yield* paintShapes(context, inOneStyle(content, MARK), shapes, frame, strokePath);
  context.lineWidth = SELECTED_PX.own * ratio;
  yield* paintShapes(context, content, shapes, frame, strokePath);
  paintSelectedDots(context, content.index, dots, frame);
}

/** @param {Content} content @param {string} style @returns {Content} */
function inOneStyle(content, style) {
  return { ...content, palette: { ...content.palette, styles: [style], styleOf: new Uint32Array(0) } };
}

/** @param {Context} context @param {SpatialIndex} index @param {Uint32Array} dots @param {Frame} frame */
function paintSelectedDots(context, index, dots, frame) {
  context.fillStyle = CASING;
  for (const id of dots) paintDot(context, index, id, frame, Math.ceil(frame.ratio));
  context.fillStyle = MARK;
  for (const id of dots) paintDot(context, index, id, frame, 0);
}
