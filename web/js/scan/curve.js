/**
 * How much of each slice shows the organ, from the feet to the head. A press goes to a slice.
 *
 * Event: `curve-slice` { slice }.
 *
 * @import { PropertyDeclarations, PropertyValues } from "lit"
 * @import uPlot from "uplot"
 */
import { html, LitElement } from "lit";
import { makeChart } from "../objects/chart.js";

const MARK_PX = 1.5;

export class Curve extends LitElement {
  /** @type {PropertyDeclarations} */
  static properties = {
    areas: { attribute: false },
    unit: {},
    range: { attribute: false },
    slice: { type: Number },
  };

  /** @type {ResizeObserver | null} */
  #observer = null;
  /** @type {uPlot | null} */
  #chart = null;
  #colours = matchMedia("(prefers-color-scheme: dark)");
  #redraw = () => this.#chart?.redraw(false, false);

  constructor() {
    super();
    /** Of each slice. @type {Float64Array} */
    this.areas = new Float64Array();
    this.unit = "";
    /** Slices of the box, half-open. @type {[number, number] | null} */
    this.range = null;
    this.slice = 0;
  }

  /** @override */
  createRenderRoot() {
    return this;
  }

  /** @override */
  connectedCallback() {
    super.connectedCallback();
    this.#colours.addEventListener("change", this.#redraw);
    this.#observer = new ResizeObserver(() => this.#make());
    this.#observer.observe(this);
  }

  /** @override */
  disconnectedCallback() {
    super.disconnectedCallback();
    this.#colours.removeEventListener("change", this.#redraw);
    this.#observer?.disconnect();
    this.#chart?.destroy();
    this.#chart = null;
  }

  /** @override */
  render() {
    return html`<div
      class="curve-plot"
      data-testid="curve"
      role="img"
      aria-label=${`Area by slice in ${this.unit}; slice ${this.slice + 1} is shown`}
      @pointerdown=${this.#onPress}
      @pointermove=${this.#onDrag}
    ></div>`;
  }

  /** @override @param {PropertyValues} changed */
  updated(changed) {
    if (changed.has("areas") || changed.has("unit")) this.#make();
    else this.#redraw();
  }

  #make() {
    this.#chart?.destroy();
    this.#chart = null;
    const host = /** @type {HTMLElement | null} */ (this.querySelector(".curve-plot"));
    if (!host?.clientWidth || !this.areas.length) return;
    const most = this.areas.reduce((highest, area) => Math.max(highest, area), 0);
    const plan = {
      x: { label: "Slice, from the feet", min: 0.5, max: this.areas.length + 0.5, whole: true },
      y: { label: `Area, ${this.unit}`, min: 0, max: most > 0 ? most * 1.1 : 1 },
    };
    this.#chart = makeChart(host, plan, (chart, palette) => this.#renderMarks(chart, palette));
  }

  /** @param {uPlot} chart @param {import("../objects/chart.js").Palette} palette */
  #renderMarks(chart, palette) {
    const { ctx, bbox } = chart;
    const at = (/** @type {number} */ slice) => chart.valToPos(slice, "x", true);
    const ratio = globalThis.devicePixelRatio ?? 1;
    if (this.range) {
      ctx.fillStyle = palette.line;
      ctx.fillRect(
        at(this.range[0] + 0.5),
        bbox.top,
        at(this.range[1] + 0.5) - at(this.range[0] + 0.5),
        bbox.height,
      );
    }
    const path = new Path2D();
    path.moveTo(at(1), chart.valToPos(0, "y", true));
    for (const [slice, area] of this.areas.entries())
      path.lineTo(at(slice + 1), chart.valToPos(area, "y", true));
    path.lineTo(at(this.areas.length), chart.valToPos(0, "y", true));
    ctx.globalAlpha = 0.25;
    ctx.fillStyle = palette.accent;
    ctx.fill(path);
    ctx.globalAlpha = 1;
    ctx.strokeStyle = palette.accent;
    ctx.lineWidth = MARK_PX * ratio;
    ctx.stroke(path);
    ctx.strokeStyle = palette.text;
    ctx.beginPath();
    ctx.moveTo(at(this.slice + 1), bbox.top);
    ctx.lineTo(at(this.slice + 1), bbox.top + bbox.height);
    ctx.stroke();
  }

  /** @param {PointerEvent} event */
  #onPress = (event) => {
    if (event.button !== 0) return;
    /** @type {HTMLElement} */ (event.currentTarget).setPointerCapture(event.pointerId);
    this.#tell(event);
  };

  /** @param {PointerEvent} event */
  #onDrag = (event) => {
    if (event.buttons & 1) this.#tell(event);
  };

  /** @param {PointerEvent} event */
  #tell(event) {
    const chart = this.#chart;
    if (!chart) return;
    const left = event.clientX - chart.over.getBoundingClientRect().left;
    const slice = Math.round(chart.posToVal(left, "x")) - 1;
    const detail = { slice: Math.min(this.areas.length - 1, Math.max(0, slice)) };
    this.dispatchEvent(new CustomEvent("curve-slice", { detail, bubbles: true }));
  }
}

customElements.define("insitu-curve", Curve);
