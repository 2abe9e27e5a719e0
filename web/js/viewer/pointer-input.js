/**
 * Pointers and wheel of the canvas, as gestures.
 *
 * @import { Point } from "./types.js"
 * @import { Doings, Touch } from "./gestures.js"
 *
 * @typedef {Doings & { hover: (touch: Touch | null) => void }} Hearer
 */
import { Gestures, wheelFactor } from "./gestures.js";

export class PointerInput {
  /** Of Safari's pinch, at its last event. */
  #scale = 1;

  /** @param {HTMLCanvasElement} canvas @param {Hearer} hearer */
  constructor(canvas, hearer) {
    this.canvas = canvas;
    this.hearer = hearer;
    this.gestures = new Gestures(hearer);
    canvas.addEventListener("pointerdown", (event) => this.#press(event));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    canvas.addEventListener("pointerup", (event) => this.#release(event));
    canvas.addEventListener("pointercancel", () => this.cancel());
    canvas.addEventListener("pointerleave", () => hearer.hover(null));
    canvas.addEventListener("mousedown", preventScrolling);
    canvas.addEventListener("wheel", (event) => this.#turn(event), { passive: false });
    // Safari tells of a pinch on a touch pad in events of its own; of fingers it tells as pointers too.
    canvas.addEventListener("gesturestart", (event) => this.#pinch(event));
    canvas.addEventListener("gesturechange", (event) => this.#pinch(event));
  }

  /** Another tool. @param {boolean} draws whether dragging draws; else it pans */
  use(draws) {
    this.cancel();
    this.gestures.draws = draws;
  }

  /** @returns {boolean} whether there was anything to give up */
  cancel() {
    const busy = this.gestures.state !== "none";
    this.gestures.cancel();
    this.#showState();
    return busy;
  }

  /** Dragging pans while a key is held. @param {boolean} on */
  holdPan(on) {
    this.gestures.pans = on;
    this.#showState();
  }

  /** @param {PointerEvent} event */
  #press(event) {
    if (!this.gestures.press(this.#touchOf(event))) return;
    this.canvas.setPointerCapture(event.pointerId);
    this.#showState();
  }

  /** @param {PointerEvent} event */
  #move(event) {
    const before = this.gestures.state;
    if (before === "none") return this.hearer.hover(this.#touchOf(event));
    // All the points between two frames make a smooth line.
    const parts = before === "line" ? event.getCoalescedEvents?.() : [];
    for (const part of parts?.length ? parts : [event]) this.gestures.move(this.#touchOf(part));
    if (this.gestures.state === before) return;
    this.hearer.hover(null);
    this.#showState();
  }

  /** @param {PointerEvent} event */
  #release(event) {
    this.gestures.release(this.#touchOf(event));
    this.#showState();
  }

  /** @param {WheelEvent} event */
  #turn(event) {
    event.preventDefault();
    if (event.deltaY) this.hearer.zoom(wheelFactor(event), this.#pointOf(event));
  }

  /** @param {Event & { scale?: number, clientX?: number, clientY?: number }} event */
  #pinch(event) {
    event.preventDefault();
    const { type, scale = 1, clientX = 0, clientY = 0 } = event;
    const before = type === "gesturestart" ? scale : this.#scale;
    this.#scale = scale;
    if (this.gestures.state === "none") this.hearer.zoom(scale / before, this.#pointOf({ clientX, clientY }));
  }

  /** For the shape of the pointer. */
  #showState() {
    const { state, pans } = this.gestures;
    const grabs = state === "pan" || state === "pinch";
    this.canvas.dataset["pan"] = grabs ? "now" : pans ? "ready" : "";
  }

  /** @param {PointerEvent} event @returns {Touch} */
  #touchOf(event) {
    const { pointerId: id, button, timeStamp: time_ms, shiftKey: shift, ctrlKey, metaKey } = event;
    const ctrl = ctrlKey || metaKey;
    return { id, kind: kindOf(event), button, time_ms, shift, ctrl, ...this.#pointOf(event) };
  }

  /** @param {{ clientX: number, clientY: number }} event @returns {Point} in the viewer */
  #pointOf({ clientX, clientY }) {
    const { left, top } = this.canvas.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top };
  }
}

/** @param {PointerEvent} event @returns {Touch["kind"]} */
function kindOf({ pointerType }) {
  return pointerType === "touch" || pointerType === "pen" ? pointerType : "mouse";
}

/** The middle button would begin to scroll the page. @param {MouseEvent} event */
function preventScrolling(event) {
  if (event.button === 1) event.preventDefault();
}
