/**
 * Pictures of a series: the three planes from the reduced copies, and the outline of what was found.
 *
 * @import { FoundSeries } from "../engine/protocol.js"
 * @import { PlaneName, Window } from "./types.js"
 * @import { Planes } from "./geometry.js"
 * @import { Stack } from "./stack.js"
 */
import { outlineOf } from "./outline.js";
import { paintValues } from "./windows.js";

/** What a gap between slices shows, in Hounsfield units. */
const NOTHING = -32768;
/** Slices of which the network says less are drawn without an outline. */
const PRESENT = 0.5;

export class Pictures {
  #stack;
  #planes;
  #rows;

  /** @param {Stack} stack @param {Planes} planes */
  constructor(stack, planes) {
    this.#stack = stack;
    this.#planes = planes;
    this.#rows = planes.rows();
  }

  get #series() {
    return /** @type {FoundSeries} */ (this.#planes.series);
  }

  /** A plane through the series; its pixels are those of the copies. @param {PlaneName} plane @param {number} at slice, row or column of the copies @param {Window} window */
  paint(plane, at, window) {
    const { side } = this.#stack;
    const { x0, y0, x1, y1 } = wholeArea(this.#planes.area);
    if (plane === "axial") {
      const copy = this.#stack.copy(this.#member(at));
      return this.#draw(x1 - x0, y1 - y0, window, (row) =>
        copy.subarray((y0 + row) * side + x0, (y0 + row) * side + x1),
      );
    }
    const wide = plane === "coronal" ? x1 - x0 : y1 - y0;
    const line = new Int16Array(wide);
    return this.#draw(wide, this.#rows.length, window, (row) => {
      const slice = /** @type {number} */ (this.#rows[row]);
      if (slice < 0) return line.fill(NOTHING);
      const copy = this.#stack.copy(this.#member(slice));
      if (plane === "coronal") return copy.subarray(at * side + x0, at * side + x1);
      for (let index = 0; index < wide; index += 1) line[index] = copy[(y0 + index) * side + at] ?? NOTHING;
      return line;
    });
  }

  /** The outline of what was found in a slice, in units of the axial plane; null where nothing was. @param {number} slice @returns {Path2D | null} */
  outline(slice) {
    if ((this.#series.presences[slice] ?? 0) < PRESENT) return null;
    const map = this.#stack.chances(this.#member(slice));
    const { area, tall } = this.#planes;
    const factor = this.#stack.side / map.side;
    const pieces = outlineOf(map);
    if (!pieces.length) return null;
    const path = new Path2D();
    for (let at = 0; at < pieces.length; at += 4) {
      const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = pieces.subarray(at, at + 4);
      path.moveTo(x0 * factor - area.x0, (y0 * factor - area.y0) * tall);
      path.lineTo(x1 * factor - area.x0, (y1 * factor - area.y0) * tall);
    }
    return path;
  }

  /** @param {number} slice */
  #member(slice) {
    return /** @type {number} */ (this.#series.members[slice]);
  }

  /** @param {number} width @param {number} height @param {Window} window @param {(row: number) => Int16Array} line */
  #draw(width, height, window, line) {
    const canvas = new OffscreenCanvas(Math.max(1, width), Math.max(1, height));
    const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
    const image = context.createImageData(canvas.width, canvas.height);
    for (let row = 0; row < height; row += 1) paintValues(line(row), window, image.data, row * width);
    context.putImageData(image, 0, 0);
    return canvas;
  }
}

/** @param {Planes["area"]} area */
function wholeArea({ x0, y0, x1, y1 }) {
  return { x0: Math.floor(x0), y0: Math.floor(y0), x1: Math.ceil(x1), y1: Math.ceil(y1) };
}
