/**
 * What fingers, pens and mice do, told apart: a tap, panning, drawing a line, pinching. Knows points
 * of the viewer and nothing of images. Pure.
 *
 * @import { Point } from "./types.js"
 *
 * @typedef {object} Touch a pointer event, as far as it matters
 * @property {number} id
 * @property {"mouse" | "pen" | "touch"} kind
 * @property {number} x in the viewer
 * @property {number} y
 * @property {number} button as PointerEvent.button
 * @property {number} time_ms
 * @property {boolean} shift
 * @property {boolean} ctrl Control, or Command on a Mac
 *
 * @typedef {object} Doings what follows
 * @property {(dx: number, dy: number) => void} pan
 * @property {(factor: number, at: Point) => void} zoom
 * @property {(touch: Touch) => void} tap
 * @property {(touch: Touch) => void} doubleTap
 * @property {(at: Point) => void} drawTo begins a line at its first call
 * @property {(whole: boolean) => void} endLine not whole: it was given up
 */

/** A hand is not still: movement up to this is none. */
const SLOP_PX = { mouse: 4, pen: 6, touch: 10 };
const DOUBLE_MS = 350;
const DOUBLE_PX = 24;

export class Gestures {
  /** Whether dragging draws; else it pans. */
  draws = false;
  /** Dragging pans, whatever the tool, while a key is held. */
  pans = false;
  /** Pointers that are down, in the order they came. @type {Map<number, Point>} */
  #down = new Map();
  /** @type {"none" | "press" | "pan" | "line" | "pinch"} */
  #state = "none";
  /** @type {Point} */
  #start = { x: 0, y: 0 };
  /** @type {Touch | null} */
  #lastTap = null;
  #doings;

  /** @param {Doings} doings */
  constructor(doings) {
    this.#doings = doings;
  }

  get state() {
    return this.#state;
  }

  /** @param {Touch} touch @returns {boolean} whether the pointer is followed from here on */
  press({ id, x, y, button }) {
    if (button > 1 || this.#down.size > 1) return false;
    this.#down.set(id, { x, y });
    if (this.#down.size === 2) {
      this.#giveUpLine();
      this.#state = "pinch";
    } else {
      this.#start = { x, y };
      this.#state = button === 1 || this.pans ? "pan" : "press";
    }
    return true;
  }

  /** @param {Touch} touch */
  move({ id, kind, x, y }) {
    const before = this.#down.get(id);
    if (!before) return;
    if (this.#state === "press") this.#leavePress({ x, y }, SLOP_PX[kind]);
    if (this.#state === "pinch") this.#pinch(id, before, { x, y });
    else if (this.#state === "pan") this.#doings.pan(x - before.x, y - before.y);
    else if (this.#state === "line") this.#doings.drawTo({ x, y });
    // Before a drag has begun, the way so far is kept for its first step.
    if (this.#state !== "press") this.#down.set(id, { x, y });
  }

  /** @param {Touch} touch */
  release(touch) {
    if (!this.#down.delete(touch.id)) return;
    const state = this.#state;
    // After a pinch, the finger that is left goes on panning.
    this.#state = this.#down.size ? "pan" : "none";
    if (state === "press") this.#tap(touch);
    if (state === "line") this.#doings.endLine(true);
  }

  /** The pointer was taken away, or Escape pressed. */
  cancel() {
    this.#giveUpLine();
    this.#down.clear();
    this.#state = "none";
  }

  #giveUpLine() {
    if (this.#state === "line") this.#doings.endLine(false);
  }

  /** @param {Point} at @param {number} slop */
  #leavePress(at, slop) {
    if (Math.hypot(at.x - this.#start.x, at.y - this.#start.y) <= slop) return;
    this.#state = this.draws ? "line" : "pan";
    if (this.draws) this.#doings.drawTo(this.#start);
  }

  /** @param {number} id @param {Point} before @param {Point} now */
  #pinch(id, before, now) {
    const other = [...this.#down].find(([one]) => one !== id)?.[1];
    if (!other) return;
    const length = Math.hypot(before.x - other.x, before.y - other.y);
    const stretched = Math.hypot(now.x - other.x, now.y - other.y);
    this.#doings.pan((now.x - before.x) / 2, (now.y - before.y) / 2);
    const middle = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 };
    if (length > 1 && stretched > 1) this.#doings.zoom(stretched / length, middle);
  }

  /** @param {Touch} touch */
  #tap(touch) {
    const last = this.#lastTap;
    const near = last && Math.hypot(touch.x - last.x, touch.y - last.y) < DOUBLE_PX;
    const double = near && touch.time_ms - last.time_ms < DOUBLE_MS;
    this.#lastTap = double ? null : touch;
    if (double) this.#doings.doubleTap(touch);
    else this.#doings.tap(touch);
  }
}

/** Lines and pages, in pixels. */
const DELTA_PX = [1, 16, 400];
/** A wheel's notch is 100 to 120 pixels: a quarter more. A pinch on a touch pad sends small steps, with Control. */
const WHEEL = 0.002;
const PINCH = 0.01;
const MOST_STEP_PX = 240;

/**
 * How much a turn of the wheel zooms.
 *
 * @param {Pick<WheelEvent, "deltaY" | "deltaMode" | "ctrlKey">} event
 * @returns {number} factor
 */
export function wheelFactor({ deltaY, deltaMode, ctrlKey }) {
  const px = deltaY * (DELTA_PX[deltaMode] ?? 1);
  const step = Math.min(Math.max(px, -MOST_STEP_PX), MOST_STEP_PX);
  const rate = ctrlKey && Math.abs(px) < 50 ? PINCH : WHEEL;
  return Math.exp(-step * rate);
}
