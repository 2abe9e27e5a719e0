/**
 * Many slices on one sheet, each with what was found in it: on the page, and as a PNG to take away.
 *
 * @import { FoundSeries } from "../engine/protocol.js"
 * @import { SheetContent } from "./types.js"
 *
 * @typedef {object} Sheet
 * @property {number} columns
 * @property {number} rows
 * @property {number} cell side of a cell in pixels
 * @property {Int32Array} slices the slice of each cell
 */
import { BOX_COLOUR, CORRECTED_COLOUR, HALO, MARK_COLOUR, OUTLINE_COLOUR } from "./colours.js";

/** More slices than this are shown at equal distances. */
export const MOST_CELLS = 200;
const GAP_PX = 2;
const PAPER = "#0f1212";
const FONT = "600 11px system-ui, sans-serif";
const LINE_FONT = "13px system-ui, sans-serif";
const LINE_PX = 22;

/** @param {number} count of slices @param {number} width of the sheet in pixels @param {number} cell least side of a cell @returns {Sheet} */
export function planSheet(count, width, cell) {
  const cells = Math.min(count, MOST_CELLS);
  const slices = Int32Array.from({ length: cells }, (_, index) =>
    Math.floor(((index + 0.5) * count) / cells),
  );
  const columns = Math.max(1, Math.floor((width + GAP_PX) / (cell + GAP_PX)));
  const side = Math.floor((width + GAP_PX) / columns) - GAP_PX;
  return { columns, rows: Math.ceil(cells / columns), cell: side, slices };
}

/** Height of a sheet in pixels. @param {Sheet} sheet */
export function heightOf({ rows, cell }) {
  return rows * (cell + GAP_PX) - GAP_PX;
}

/** The slice at a point of the sheet; null between cells and behind the last. @param {Sheet} sheet @param {number} x @param {number} y */
export function sliceAt({ columns, cell, slices }, x, y) {
  const column = Math.floor(x / (cell + GAP_PX));
  if (column >= columns) return null;
  return slices[Math.floor(y / (cell + GAP_PX)) * columns + column] ?? null;
}

/**
 * @param {CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D} context
 * @param {Sheet} sheet
 * @param {SheetContent} content
 */
export function renderSheet(context, sheet, content) {
  for (const [index, slice] of sheet.slices.entries()) {
    const left = (index % sheet.columns) * (sheet.cell + GAP_PX);
    const top = Math.floor(index / sheet.columns) * (sheet.cell + GAP_PX);
    context.save();
    context.translate(left, top);
    renderCell(context, sheet.cell, slice, content);
    context.restore();
  }
}

/**
 * @param {CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D} context
 * @param {number} cell
 * @param {number} slice
 * @param {SheetContent} content
 */
function renderCell(context, cell, slice, { planes, pictures, window, box, corrected, current }) {
  const { width, height } = planes.size("axial");
  const scale = cell / Math.max(width, height);
  context.beginPath();
  context.rect(0, 0, cell, cell);
  context.clip();
  context.save();
  context.translate((cell - width * scale) / 2, (cell - height * scale) / 2);
  context.scale(scale, scale);
  context.drawImage(pictures.paint("axial", slice, window), 0, 0, width, height);
  const outline = pictures.outline(slice);
  context.lineWidth = 1.5 / scale;
  context.strokeStyle = OUTLINE_COLOUR;
  if (outline) context.stroke(outline);
  if (box && slice >= box.z0 && slice < box.z1) {
    const { x0, y0, x1, y1 } = planes.rectOf(box, "axial");
    context.lineWidth = 1 / scale;
    context.strokeStyle = corrected ? CORRECTED_COLOUR : BOX_COLOUR;
    context.strokeRect(x0, y0, x1 - x0, y1 - y0);
  }
  context.restore();
  renderNumber(context, slice + 1, slice === current);
}

/** @param {CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D} context @param {number} number @param {boolean} isCurrent */
function renderNumber(context, number, isCurrent) {
  context.font = FONT;
  context.textBaseline = "top";
  context.lineWidth = 3;
  context.strokeStyle = HALO;
  context.strokeText(String(number), 4, 4);
  context.fillStyle = isCurrent ? CORRECTED_COLOUR : MARK_COLOUR;
  context.fillText(String(number), 4, 4);
}

/**
 * The sheet with lines of text above it.
 *
 * @param {FoundSeries} series
 * @param {SheetContent} content
 * @param {readonly string[]} lines
 * @returns {Promise<Blob>} PNG
 */
export function sheetPicture(series, content, lines) {
  const sheet = planSheet(series.members.length, 1600, 96);
  const head = lines.length * LINE_PX + 10;
  const canvas = new OffscreenCanvas(1600 + 2 * GAP_PX, heightOf(sheet) + head + GAP_PX);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.fillStyle = PAPER;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = MARK_COLOUR;
  context.font = LINE_FONT;
  context.textBaseline = "middle";
  for (const [index, line] of lines.entries()) context.fillText(line, 8, 5 + (index + 0.5) * LINE_PX);
  context.translate(GAP_PX, head);
  renderSheet(context, sheet, { ...content, current: null });
  return canvas.convertToBlob({ type: "image/png" });
}
