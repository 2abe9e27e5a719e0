/**
 * The slice in sight as its file holds it, fetched when the person rests on it.
 *
 * @import { FoundSeries } from "../engine/protocol.js"
 * @import { Actions, Source } from "../types.js"
 * @import { Window } from "./types.js"
 */
import { paintValues } from "./windows.js";

const REST_MS = 120;

/** One slice in Hounsfield units, turned upright. */
export class Fine {
  #values;
  /** @type {{ window: Window, canvas: OffscreenCanvas } | null} */
  #painted = null;

  /** @param {FoundSeries} series @param {number} slice @param {{ width: number, height: number, values: Int16Array }} read as the file holds it */
  constructor(series, slice, { width, height, values }) {
    this.series = series;
    this.slice = slice;
    const { swap } = series.turn;
    this.width = swap ? height : width;
    this.height = swap ? width : height;
    this.#values = turned(values, width, height, series.turn);
  }

  /** @param {Window} window */
  paint(window) {
    if (this.#painted?.window === window) return this.#painted.canvas;
    const canvas = new OffscreenCanvas(this.width, this.height);
    const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
    const image = context.createImageData(this.width, this.height);
    paintValues(this.#values, window, image.data);
    context.putImageData(image, 0, 0);
    this.#painted = { window, canvas };
    return canvas;
  }
}

export class FineSlice {
  #onRead;
  /** @type {AbortController | null} */
  #reading = null;
  /** @type {{ series: FoundSeries, slice: number } | null} */
  #wanted = null;

  /** @param {(fine: Fine | null) => void} onRead */
  constructor(onRead) {
    this.#onRead = onRead;
  }

  /** @param {readonly Source[]} files @param {FoundSeries} series @param {number} slice @param {Pick<Actions, "readSlice">} actions */
  want(files, series, slice, actions) {
    if (this.#wanted?.series === series && this.#wanted.slice === slice) return;
    this.forget();
    const reading = new AbortController();
    this.#reading = reading;
    this.#wanted = { series, slice };
    setTimeout(() => {
      const file = files[series.files[slice] ?? -1];
      if (reading.signal.aborted || !file) return;
      actions.readSlice(file, series, slice, reading.signal).then(
        (read) => {
          if (!reading.signal.aborted) this.#onRead(new Fine(series, slice, read));
        },
        () => {}, // the copy stays in sight
      );
    }, REST_MS);
  }

  forget() {
    this.#reading?.abort();
    this.#reading = null;
    this.#wanted = null;
  }
}

/** @param {Int16Array} values @param {number} width @param {number} height @param {FoundSeries["turn"]} turn */
function turned(values, width, height, { swap, mirror_x, mirror_y }) {
  if (!swap && !mirror_x && !mirror_y) return values;
  const [wide, high] = swap ? [height, width] : [width, height];
  const out = new Int16Array(values.length);
  let to = 0;
  for (let row = 0; row < high; row += 1) {
    const down = mirror_y ? high - 1 - row : row;
    for (let column = 0; column < wide; column += 1) {
      const across = mirror_x ? wide - 1 - column : column;
      out[to] = values[swap ? across * width + down : down * width + across] ?? 0;
      to += 1;
    }
  }
  return out;
}
