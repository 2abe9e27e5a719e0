/**
 * The contact sheet on the page. A press goes to a slice.
 *
 * Event: `sheet-slice` { slice }.
 *
 * @import { PropertyDeclarations } from "lit"
 * @import { Sheet } from "./contact-sheet.js"
 * @import { SheetContent } from "./types.js"
 */
import { html, LitElement } from "lit";
import { heightOf, planSheet, renderSheet, sliceAt } from "./contact-sheet.js";

const CELL_PX = 96;

export class SheetView extends LitElement {
  /** @type {PropertyDeclarations} */
  static properties = { count: { type: Number }, content: { attribute: false } };

  /** @type {ResizeObserver | null} */
  #observer = null;
  /** @type {Sheet | null} */
  #sheet = null;

  constructor() {
    super();
    this.count = 0;
    /** @type {SheetContent | null} */
    this.content = null;
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
  }

  /** @override */
  disconnectedCallback() {
    super.disconnectedCallback();
    this.#observer?.disconnect();
  }

  /** @override */
  render() {
    return html`<canvas
      class="sheet-canvas"
      data-testid="contact-sheet"
      role="img"
      aria-label="Slices with what was found in them"
      @click=${this.#onClick}
    ></canvas>`;
  }

  /** @override */
  updated() {
    this.#paint();
  }

  #paint() {
    const canvas = /** @type {HTMLCanvasElement | null} */ (this.querySelector("canvas"));
    const width = this.clientWidth;
    if (!canvas || !width || !this.content || !this.count) return;
    const sheet = planSheet(this.count, width, CELL_PX);
    this.#sheet = sheet;
    const ratio = globalThis.devicePixelRatio ?? 1;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(heightOf(sheet) * ratio);
    canvas.style.height = `${heightOf(sheet)}px`;
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    context.scale(ratio, ratio);
    renderSheet(context, sheet, this.content);
  }

  /** @param {PointerEvent} event */
  #onClick = (event) => {
    const slice = this.#sheet && sliceAt(this.#sheet, event.offsetX, event.offsetY);
    if (slice === null) return;
    this.dispatchEvent(new CustomEvent("sheet-slice", { detail: { slice }, bubbles: true }));
  };
}

customElements.define("insitu-sheet", SheetView);
