/**
 * Outlines on a sheet of their own, somewhat larger than the viewer. While the view moves, the last
 * whole sheet moves with it; the next one is painted behind it, a slice a frame. Few objects take
 * one slice, so that they are always sharp.
 *
 * @import { Content, Frame } from "./painter.js"
 * @import { Space, Transform } from "./types.js"
 *
 * @typedef {object} Sheet
 * @property {CanvasRenderingContext2D} context
 * @property {Content} content
 * @property {Frame} frame
 * @property {Space} space that it was made for
 */
import { detailAt } from "./outline-path.js";
import { paintObjects } from "./painter.js";
import { paintPixels } from "./pixel-painter.js";
import { objectsIn } from "./spatial-index.js";
import { boxInSight } from "./transform.js";

/** Part of the viewer's width and height that a sheet has to spare on each side. */
const SPARE = 0.15;
/** More objects than this on a sheet are small, and painted pixel by pixel. */
const MANY = 2000;
const SLICE_MS = 8;
const SLICE_POINTS = { first: 8000, least: 2000, most: 24_000 };
/** A frame that took longer, or less, than this changes how much is painted in the next. */
const SLOW_MS = 40;
const FAST_MS = 20;
/** A sheet being painted for a zoom further off than this is given up. */
const USEFUL_ZOOM = 4;

export class OutlineLayer {
  /** @type {Sheet | null} */
  #front = null;
  /** @type {Sheet | null} */
  #back = null;
  /** @type {CanvasRenderingContext2D | null} */
  #spare = null;
  /** Kept from sheet to sheet. @type {ImageData | null} */
  #image = null;
  /** @type {Generator<number, void> | null} */
  #work = null;
  #slice = SLICE_POINTS.first;
  #lastAt = 0;

  /** Forget what is painted, for another image. */
  clear() {
    this.#spare ??= this.#front?.context ?? this.#back?.context ?? null;
    this.#front = null;
    this.#stop();
  }

  /**
   * Paint on, for at most a slice.
   *
   * @param {Content} content
   * @param {Transform} transform
   * @param {Space} space
   * @param {number} now of the frame
   * @returns {boolean} whether there is more to paint
   */
  update(content, transform, space, now) {
    if (this.#back && !isUseful(this.#back, content, transform)) this.#stop();
    if (!this.#back && !(this.#front && fits(this.#front, content, transform, space))) {
      this.#start(content, transform, space);
    }
    if (!this.#back) return false;
    if (!this.#paintSlice(now)) return true;
    return !(this.#front && fits(this.#front, content, transform, space));
  }

  /** @param {CanvasRenderingContext2D} context @param {Transform} transform @param {number} ratio */
  drawOn(context, transform, ratio) {
    const sheet = this.#front ?? this.#back;
    if (!sheet) return;
    const { canvas } = sheet.context;
    const by = (transform.zoom * ratio) / sheet.frame.scale;
    const x = transform.left * ratio - sheet.frame.left * by;
    const y = transform.top * ratio - sheet.frame.top * by;
    context.imageSmoothingEnabled = true;
    if (Math.abs(by - 1) < 1e-9) context.drawImage(canvas, Math.round(x), Math.round(y));
    else context.drawImage(canvas, x, y, canvas.width * by, canvas.height * by);
  }

  /** @param {Content} content @param {Transform} transform @param {Space} space */
  #start(content, transform, space) {
    const { ratio } = space;
    const across = Math.ceil(space.width * SPARE);
    const down = Math.ceil(space.height * SPARE);
    const whole = { width: space.width + 2 * across, height: space.height + 2 * down };
    const shifted = { zoom: transform.zoom, left: transform.left + across, top: transform.top + down };
    const frame = {
      scale: transform.zoom * ratio,
      left: shifted.left * ratio,
      top: shifted.top * ratio,
      ratio,
      detail: detailAt(transform.zoom, ratio),
    };
    const context = this.#takeSheet(Math.round(whole.width * ratio), Math.round(whole.height * ratio));
    const ids = objectsIn(content.index, boxInSight(shifted, whole));
    this.#back = { context, content, frame, space };
    this.#work =
      ids.length > MANY
        ? this.#paintPixels(context, content, ids, frame)
        : paintObjects(context, content, ids, frame);
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Content} content
   * @param {Uint32Array} ids
   * @param {Frame} frame
   */
  *#paintPixels(context, content, ids, frame) {
    const { width, height } = context.canvas;
    const image = this.#takeImage(width, height);
    const pixels = { words: new Uint32Array(image.data.buffer), width, height };
    yield* paintPixels(pixels, content, ids, frame);
    context.putImageData(image, 0, 0);
  }

  /** Empty pixels. @param {number} width @param {number} height */
  #takeImage(width, height) {
    if (this.#image?.width === width && this.#image.height === height) this.#image.data.fill(0);
    else this.#image = new ImageData(width, height);
    return this.#image;
  }

  /** An empty canvas. @param {number} width @param {number} height in device pixels */
  #takeSheet(width, height) {
    const context = this.#spare ?? createContext();
    this.#spare = null;
    const { canvas } = context;
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    } else {
      context.clearRect(0, 0, width, height);
    }
    return context;
  }

  /** @param {number} now @returns {boolean} whether the sheet is whole, and in front */
  #paintSlice(now) {
    const took = now - this.#lastAt;
    this.#lastAt = now;
    if (took > SLOW_MS && took < 10 * SLOW_MS) this.#slice = Math.max(SLICE_POINTS.least, this.#slice / 2);
    if (took < FAST_MS) this.#slice = Math.min(SLICE_POINTS.most, this.#slice * 1.25);
    const end = performance.now() + SLICE_MS;
    let points = 0;
    while (points < this.#slice && performance.now() < end) {
      const step = this.#work?.next();
      if (!step || step.done) return this.#finish();
      points += step.value;
    }
    return false;
  }

  #finish() {
    this.#spare = this.#front?.context ?? null;
    this.#front = this.#back;
    this.#back = null;
    this.#work = null;
    return true;
  }

  #stop() {
    this.#spare ??= this.#back?.context ?? null;
    this.#back = null;
    this.#work = null;
  }
}

/** Painted by the processor: drivers take long for thousands of short lines, and pixels are put there. */
function createContext() {
  const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("this browser has no canvas to draw on");
  return context;
}

/** @param {Content} one @param {Content} other */
function isSame(one, other) {
  return (
    one.outlines === other.outlines &&
    one.palette === other.palette &&
    one.selected === other.selected &&
    one.look.outline === other.look.outline &&
    one.look.fill === other.look.fill
  );
}

/** Whether it is worth painting to its end. @param {Sheet} sheet @param {Content} content @param {Transform} transform */
function isUseful(sheet, content, transform) {
  const by = (transform.zoom * sheet.space.ratio) / sheet.frame.scale;
  return isSame(sheet.content, content) && by < USEFUL_ZOOM && by > 1 / USEFUL_ZOOM;
}

/**
 * Whether a sheet shows what is asked for, as it is.
 *
 * @param {Sheet} sheet
 * @param {Content} asked
 * @param {Transform} transform
 * @param {Space} space
 */
function fits({ context: { canvas }, content, frame }, asked, { zoom, left, top }, { width, height, ratio }) {
  if (!isSame(content, asked) || Math.abs(frame.scale - zoom * ratio) > 1e-9 * frame.scale) return false;
  const x = frame.left - left * ratio;
  const y = frame.top - top * ratio;
  return x >= 0 && y >= 0 && x + width * ratio <= canvas.width + 1 && y + height * ratio <= canvas.height + 1;
}
