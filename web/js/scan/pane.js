/**
 * One plane of a series: the picture, the outline and the box of what was found, and where the other planes lie.
 * The wheel and the arrow keys step through slices; a press goes to a place, or moves the edge of the box under it.
 *
 * Events: `plane-step` { by }, `plane-point` { x, y } and `plane-box` { rect, done }, in units of the plane.
 *
 * @import { PropertyDeclarations } from "lit"
 * @import { Rect } from "./types.js"
 */
import { html, LitElement } from "lit";
import { cursorFor, moveEdges, takeHold } from "./box-drag.js";
import { fitInto, renderPane } from "./pane-painter.js";

/** How near an edge a pointer takes hold of it, in CSS pixels: 24 px targets. */
const REACH_PX = 12;
/** What one notch of a wheel turns by, where it tells pixels. */
const NOTCH_PX = 40;
/** @type {Record<string, number>} */
const KEYS = {
  ArrowUp: 1,
  ArrowRight: 1,
  ArrowDown: -1,
  ArrowLeft: -1,
  PageUp: 10,
  PageDown: -10,
  Home: -Infinity,
  End: Infinity,
};

export class Pane extends LitElement {
  /** @type {PropertyDeclarations} */
  static properties = {
    picture: { attribute: false },
    size: { attribute: false },
    outline: { attribute: false },
    box: { attribute: false },
    corrected: { type: Boolean },
    fixed: { type: Boolean },
    lines: { attribute: false },
    marks: { attribute: false },
    label: {},
  };

  /** @type {ResizeObserver | null} */
  #observer = null;
  /** @type {{ hold: NonNullable<ReturnType<typeof takeHold>>, box: Rect } | null} */
  #held = null;
  #pressed = false;
  #turned = 0;

  constructor() {
    super();
    /** @type {CanvasImageSource | null} */
    this.picture = null;
    /** @type {{ width: number, height: number }} */
    this.size = { width: 1, height: 1 };
    /** @type {Path2D | null} */
    this.outline = null;
    /** @type {Rect | null} */
    this.box = null;
    this.corrected = false;
    /** Whether edges of the box stay where they are. */
    this.fixed = false;
    /** Where the other planes cross this one. @type {{ x: number | null, y: number | null }} */
    this.lines = { x: null, y: null };
    /** What lies to the left, up, right and down. @type {readonly string[]} */
    this.marks = [];
    this.label = "";
  }

  /** @override */
  createRenderRoot() {
    return this;
  }

  /** @override */
  connectedCallback() {
    super.connectedCallback();
    this.#observer = new ResizeObserver(() => this.#paint());
    this.#observer.observe(this);
    this.addEventListener("wheel", this.#onWheel, { passive: false });
    this.addEventListener("touchstart", this.#onTouch, { passive: false });
  }

  /** @override */
  disconnectedCallback() {
    super.disconnectedCallback();
    this.#observer?.disconnect();
    this.removeEventListener("wheel", this.#onWheel);
    this.removeEventListener("touchstart", this.#onTouch);
  }

  /** @override */
  render() {
    return html`<canvas
      class="pane-canvas"
      tabindex="0"
      role="img"
      aria-label=${this.label}
      @pointerdown=${this.#onDown}
      @pointermove=${this.#onMove}
      @pointerup=${this.#onUp}
      @pointercancel=${this.#onUp}
      @keydown=${this.#onKey}
    ></canvas>`;
  }

  /** @override */
  updated() {
    this.#paint();
  }

  get #canvas() {
    return /** @type {HTMLCanvasElement | null} */ (this.querySelector("canvas"));
  }

  #paint() {
    const canvas = this.#canvas;
    const { clientWidth, clientHeight } = this;
    if (!canvas || !clientWidth || !clientHeight) return;
    const ratio = globalThis.devicePixelRatio ?? 1;
    canvas.width = Math.round(clientWidth * ratio);
    canvas.height = Math.round(clientHeight * ratio);
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    context.scale(ratio, ratio);
    renderPane(context, { width: clientWidth, height: clientHeight }, this);
  }

  /** @param {{ offsetX: number, offsetY: number }} event */
  #pointOf({ offsetX, offsetY }) {
    const { left, top, scale } = fitInto(this.size, { width: this.clientWidth, height: this.clientHeight });
    return { x: (offsetX - left) / scale, y: (offsetY - top) / scale, scale };
  }

  /** @param {{ x: number, y: number }} point @param {number} scale CSS pixels a unit of the plane */
  #holdAt(point, scale) {
    return this.box && !this.fixed ? takeHold(this.box, point, REACH_PX / scale) : null;
  }

  /** @param {PointerEvent} event */
  #onDown = (event) => {
    if (event.button !== 0) return;
    this.#canvas?.focus({ preventScroll: true });
    this.#canvas?.setPointerCapture(event.pointerId);
    const { scale, ...point } = this.#pointOf(event);
    const hold = this.#holdAt(point, scale);
    this.#held = hold && this.box ? { hold, box: this.box } : null;
    this.#pressed = true;
    if (!hold) this.#tell("plane-point", point);
  };

  /** @param {PointerEvent} event */
  #onMove = (event) => {
    const { scale, ...point } = this.#pointOf(event);
    if (this.#held)
      this.#tell("plane-box", { rect: moveEdges(this.#held.box, this.#held.hold, point), done: false });
    else if (this.#pressed) this.#tell("plane-point", point);
    else if (this.#canvas) {
      const hold = this.#holdAt(point, scale);
      this.#canvas.style.cursor = cursorFor(hold);
    }
  };

  /** @param {PointerEvent} event */
  #onUp = (event) => {
    if (this.#held) {
      const { hold, box } = this.#held;
      const rect = event.type === "pointercancel" ? box : moveEdges(box, hold, this.#pointOf(event));
      this.#tell("plane-box", { rect, done: true });
    }
    this.#held = null;
    this.#pressed = false;
  };

  /** A finger scrolls the page, but on an edge it drags that. @param {TouchEvent} event */
  #onTouch = (event) => {
    const [touch] = event.touches;
    if (!touch) return;
    const { left, top } = this.getBoundingClientRect();
    const { scale, ...point } = this.#pointOf({
      offsetX: touch.clientX - left,
      offsetY: touch.clientY - top,
    });
    if (this.#holdAt(point, scale)) event.preventDefault();
  };

  /** @param {WheelEvent} event */
  #onWheel = (event) => {
    if (event.ctrlKey) return; // the browser's own zoom
    event.preventDefault();
    this.#turned -= event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? event.deltaY / NOTCH_PX : event.deltaY;
    const by = Math.trunc(this.#turned);
    this.#turned -= by;
    if (by) this.#tell("plane-step", { by });
  };

  /** @param {KeyboardEvent} event */
  #onKey = (event) => {
    const by = KEYS[event.key];
    if (by === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.#tell("plane-step", { by });
  };

  /** @param {string} type @param {object} detail */
  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true }));
  }
}

customElements.define("insitu-pane", Pane);
