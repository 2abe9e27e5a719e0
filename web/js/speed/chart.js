/**
 * Times against the size of the batch, one line for each number of engines.
 *
 * @import { PropertyDeclarations, PropertyValues } from "lit"
 * @import uPlot from "uplot"
 * @import { Plan } from "../objects/chart.js"
 *
 * @typedef {{ batch: number, p50: number, p95: number }} Point
 * @typedef {{ engines: number, points: Point[] }} Line
 */
import { html, LitElement } from "lit";
import { makeChart } from "../objects/chart.js";
import { drawMark } from "./marks.js";

const LINE_PX = 1.5;
/** What a label under the chart needs, "1024" the most. */
const LABEL_PX = 36;

export class SpeedChart extends LitElement {
  /** @type {PropertyDeclarations} */
  static properties = { lines: { attribute: false }, label: {}, log: { type: Boolean } };

  /** @type {ResizeObserver | null} */
  #observer = null;
  /** @type {uPlot | null} */
  #chart = null;
  #colours = matchMedia("(prefers-color-scheme: dark)");
  #redraw = () => this.#chart?.redraw(false, false);

  constructor() {
    super();
    /** @type {Line[]} */
    this.lines = [];
    this.label = "";
    /** Whether times span so much that equal factors get equal distances. */
    this.log = false;
  }

  /** @override */
  createRenderRoot() {
    return this;
  }

  /** @override */
  connectedCallback() {
    super.connectedCallback();
    this.#colours.addEventListener("change", this.#redraw);
    this.requestUpdate();
  }

  /** @override */
  disconnectedCallback() {
    super.disconnectedCallback();
    this.#colours.removeEventListener("change", this.#redraw);
    this.#destroy();
  }

  /** @override */
  render() {
    return html`<div
      class="plot-chart speed-plot"
      role="img"
      data-testid="speed-chart"
      aria-label=${`${this.label} against the size of the batch; the table below has the figures.`}
    ></div>`;
  }

  /** @override @param {PropertyValues} _changed */
  updated(_changed) {
    this.#destroy();
    const host = /** @type {HTMLElement | null} */ (this.querySelector(".speed-plot"));
    const sizes = sizesOf(this.lines);
    if (!host || !sizes.length) return;
    const chart = makeChart(host, this.#plan(sizes, host.clientWidth), (drawn) => this.#render(drawn, sizes));
    this.#chart = chart;
    this.#observer = new ResizeObserver(() => {
      const { clientWidth: width, clientHeight: height } = host;
      if (width !== chart.width || height !== chart.height) this.requestUpdate();
    });
    this.#observer.observe(host);
  }

  #destroy() {
    this.#observer?.disconnect();
    this.#chart?.destroy();
    this.#chart = null;
  }

  /** @param {number[]} sizes @param {number} width @returns {Plan} */
  #plan(sizes, width) {
    const every = sizes.length * LABEL_PX > width ? 2 : 1;
    const words = sizes.map((size, index) => (index % every ? "" : String(size)));
    const points = this.lines.flatMap((line) => line.points);
    // One bad outlier among the p95 must not press all medians to the ground.
    const most = Math.min(
      Math.max(...points.map(({ p95 }) => p95)),
      2 * Math.max(...points.map(({ p50 }) => p50)),
    );
    const least = Math.min(...points.map(({ p50 }) => p50));
    return {
      x: { label: "Images at a time", min: -0.4, max: sizes.length - 0.6, words },
      y: this.log
        ? { label: "ms", min: decade(least, Math.floor), max: decade(most, Math.ceil), log: true }
        : { label: "ms", min: 0, max: most * 1.08 },
    };
  }

  /** @param {uPlot} chart @param {number[]} sizes */
  #render(chart, sizes) {
    const x = (/** @type {Point} */ { batch }) => chart.valToPos(sizes.indexOf(batch), "x", true);
    const y = (/** @type {number} */ ms) => chart.valToPos(ms, "y", true);
    const { ctx } = chart;
    const style = getComputedStyle(this);
    ctx.lineWidth = LINE_PX * devicePixelRatio;
    for (const { engines, points } of this.lines) {
      const colour = style.getPropertyValue(`--engines-${engines}`).trim();
      ctx.strokeStyle = ctx.fillStyle = colour;
      ctx.beginPath();
      points.forEach((point, index) => ctx[index ? "lineTo" : "moveTo"](x(point), y(point.p50)));
      for (const point of points) {
        ctx.moveTo(x(point), y(point.p50));
        ctx.lineTo(x(point), y(point.p95));
      }
      ctx.stroke();
      for (const point of points) drawMark(ctx, engines, x(point), y(point.p50), devicePixelRatio);
    }
  }
}

/** @param {Line[]} lines */
function sizesOf(lines) {
  const sizes = new Set(lines.flatMap(({ points }) => points.map(({ batch }) => batch)));
  return [...sizes].sort((a, b) => a - b);
}

/** @param {number} value @param {(power: number) => number} round */
function decade(value, round) {
  return 10 ** round(Math.log10(Math.max(value, 1e-3)));
}

customElements.define("insitu-speed-chart", SpeedChart);
