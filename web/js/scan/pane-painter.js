/**
 * Draws one plane.
 *
 * @import { Rect } from "./types.js"
 *
 * @typedef {{ width: number, height: number }} Size
 * @typedef {object} PaneContent
 * @property {CanvasImageSource | null} picture
 * @property {Size} size of the plane in units
 * @property {Path2D | null} outline
 * @property {Rect | null} box
 * @property {boolean} corrected
 * @property {boolean} fixed the box has no handles
 * @property {{ x: number | null, y: number | null }} lines
 * @property {readonly string[]} marks
 */
import { BOX_COLOUR, CORRECTED_COLOUR, HALO, LINE_COLOUR, MARK_COLOUR, OUTLINE_COLOUR } from "./colours.js";

const MARK_FONT = "600 12px system-ui, sans-serif";
const MARK_AT_PX = 12;
const HANDLE_PX = 3.5;

/** Where a plane lies in the room it has, as large as it fits. @param {Size} size @param {Size} room */
export function fitInto(size, room) {
  const scale = Math.min(room.width / size.width, room.height / size.height);
  return {
    scale,
    left: (room.width - size.width * scale) / 2,
    top: (room.height - size.height * scale) / 2,
  };
}

/** @param {CanvasRenderingContext2D} context @param {Size} room @param {PaneContent} content */
export function renderPane(context, room, content) {
  const { size, picture, outline, box, lines } = content;
  const { left, top, scale } = fitInto(size, room);
  context.clearRect(0, 0, room.width, room.height);
  context.save();
  context.translate(left, top);
  context.scale(scale, scale);
  context.imageSmoothingQuality = "high";
  if (picture) context.drawImage(picture, 0, 0, size.width, size.height);
  renderLines(context, size, lines, scale);
  if (outline) strokeTwice(context, scale, OUTLINE_COLOUR, () => context.stroke(outline));
  if (box) renderBox(context, box, scale, content);
  context.restore();
  renderMarks(context, room, content.marks);
}

/** @param {CanvasRenderingContext2D} context @param {Size} size @param {PaneContent["lines"]} lines @param {number} scale */
function renderLines(context, { width, height }, { x, y }, scale) {
  context.beginPath();
  if (x !== null) {
    context.moveTo(x, 0);
    context.lineTo(x, height);
  }
  if (y !== null) {
    context.moveTo(0, y);
    context.lineTo(width, y);
  }
  context.strokeStyle = LINE_COLOUR;
  context.lineWidth = 1 / scale;
  context.stroke();
}

/** @param {CanvasRenderingContext2D} context @param {Rect} box @param {number} scale @param {Pick<PaneContent, "corrected" | "fixed">} how */
function renderBox(context, { x0, y0, x1, y1 }, scale, { corrected, fixed }) {
  const colour = corrected ? CORRECTED_COLOUR : BOX_COLOUR;
  context.setLineDash(corrected ? [] : [6 / scale, 4 / scale]);
  strokeTwice(context, scale, colour, () => context.strokeRect(x0, y0, x1 - x0, y1 - y0));
  context.setLineDash([]);
  if (fixed) return;
  const side = HANDLE_PX / scale;
  context.fillStyle = colour;
  for (const [x, y] of handles({ x0, y0, x1, y1 })) context.fillRect(x - side, y - side, 2 * side, 2 * side);
}

/** Corners and middles of edges. @param {Rect} box @returns {[number, number][]} */
function handles({ x0, y0, x1, y1 }) {
  const [x, y] = [(x0 + x1) / 2, (y0 + y1) / 2];
  return [
    [x0, y0],
    [x, y0],
    [x1, y0],
    [x0, y],
    [x1, y],
    [x0, y1],
    [x, y1],
    [x1, y1],
  ];
}

/** A line that shows on light and dark. @param {CanvasRenderingContext2D} context @param {number} scale @param {string} colour @param {() => void} stroke */
export function strokeTwice(context, scale, colour, stroke) {
  context.lineCap = "round";
  context.strokeStyle = HALO;
  context.lineWidth = 3.5 / scale;
  stroke();
  context.strokeStyle = colour;
  context.lineWidth = 1.75 / scale;
  stroke();
}

/** @param {CanvasRenderingContext2D} context @param {Size} room @param {readonly string[]} marks */
function renderMarks(context, { width, height }, [left, up, right, down]) {
  context.font = MARK_FONT;
  context.textAlign = "center";
  context.textBaseline = "middle";
  /** @type {[string | undefined, number, number][]} */
  const places = [
    [left, MARK_AT_PX, height / 2],
    [up, width / 2, MARK_AT_PX],
    [right, width - MARK_AT_PX, height / 2],
    [down, width / 2, height - MARK_AT_PX],
  ];
  for (const [text, x, y] of places) {
    if (!text) continue;
    context.lineWidth = 3;
    context.strokeStyle = HALO;
    context.strokeText(text, x, y);
    context.fillStyle = MARK_COLOUR;
    context.fillText(text, x, y);
  }
}
