/**
 * Rings of an object as a path on the screen. Pure.
 *
 * @import { Outlines } from "../objects-types.js"
 * @import { SpatialIndex } from "./types.js"
 *
 * @typedef {object} Place where the image lies on a canvas, in device pixels
 * @property {number} scale
 * @property {number} left
 * @property {number} top
 *
 * @typedef {object} Detail
 * @property {boolean} exact every corner of every pixel; else stairs become the slopes they stand for
 * @property {number} step points nearer to the one before are left out, in device pixels
 *
 * @typedef {Pick<CanvasPath, "moveTo" | "lineTo" | "closePath">} Path
 */

/** From this zoom on pixels of the image are to be seen, and outlines follow their edges. */
export const EXACT_ZOOM = 3;
/** Corners of stairs are cut by this much, in pixels of the image, so that steps of 1 pixel become slopes. */
const CUT = 0.5;

/** @param {number} zoom @param {number} ratio device pixels a CSS pixel @returns {Detail} */
export function detailAt(zoom, ratio) {
  return { exact: zoom >= EXACT_ZOOM, step: ratio };
}

/**
 * Add all rings of an object to a path.
 *
 * @param {Path} path
 * @param {Outlines} outlines
 * @param {SpatialIndex} index
 * @param {number} id
 * @param {Place} place
 * @param {Detail} detail
 * @returns {number} points added: what it costs to draw
 */
export function traceObject(path, { points, starts }, index, id, place, detail) {
  const tracer = new Tracer(path, place, detail.step);
  const end = index.rings[id + 1] ?? 0;
  for (let ring = index.rings[id] ?? 0; ring < end; ring++) {
    const from = 2 * (starts[ring] ?? 0);
    const to = 2 * (starts[ring + 1] ?? 0);
    if (detail.exact) traceCorners(tracer, points, from, to);
    else traceSlopes(tracer, points, from, to);
    tracer.close();
  }
  return tracer.count;
}

class Tracer {
  count = 0;
  #open = false;
  #x = 0;
  #y = 0;

  /** @param {Path} path @param {Place} place @param {number} step */
  constructor(path, place, step) {
    this.path = path;
    this.scale = place.scale;
    this.left = place.left;
    this.top = place.top;
    this.step = step;
  }

  /** @param {number} imageX @param {number} imageY */
  add(imageX, imageY) {
    const x = imageX * this.scale + this.left;
    const y = imageY * this.scale + this.top;
    if (this.#open) {
      if (Math.abs(x - this.#x) < this.step && Math.abs(y - this.#y) < this.step) return;
      this.path.lineTo(x, y);
    } else {
      this.path.moveTo(x, y);
      this.#open = true;
    }
    this.#x = x;
    this.#y = y;
    this.count++;
  }

  close() {
    if (this.#open) this.path.closePath();
    this.#open = false;
  }
}

/** @param {Tracer} tracer @param {Int32Array} points @param {number} from @param {number} to */
function traceCorners(tracer, points, from, to) {
  for (let i = from; i < to; i += 2) tracer.add(points[i] ?? 0, points[i + 1] ?? 0);
}

/**
 * Both ends of each edge, `CUT` before its corners; one point in the middle of a short edge.
 *
 * @param {Tracer} tracer
 * @param {Int32Array} points
 * @param {number} from
 * @param {number} to
 */
function traceSlopes(tracer, points, from, to) {
  let x = points[to - 2] ?? 0;
  let y = points[to - 1] ?? 0;
  for (let i = from; i < to; i += 2) {
    const nextX = points[i] ?? 0;
    const nextY = points[i + 1] ?? 0;
    const dx = nextX - x;
    const dy = nextY - y;
    const part = CUT / Math.max(Math.abs(dx) + Math.abs(dy), 2 * CUT);
    tracer.add(x + dx * part, y + dy * part);
    if (part < 0.5) tracer.add(nextX - dx * part, nextY - dy * part);
    x = nextX;
    y = nextY;
  }
}
