/**
 * What histogram and scatter plot share: a chart that follows its size, the colours and the data, and
 * the ranges that are drawn over it or typed below it.
 *
 * @import { PropertyDeclarations, PropertyValues, TemplateResult } from "lit"
 * @import uPlot from "uplot"
 * @import { Measurements } from "../objects-types.js"
 * @import { Box, Point } from "./brush.js"
 * @import { Palette, Plan } from "./chart.js"
 * @import { Limits, Range } from "./ranges.js"
 */
import { html } from "lit";
import { View } from "../views/view.js";
import { listenForBrush } from "./brush.js";
import { makeChart } from "./chart.js";
import { labelOf } from "./measurements.js";
import { limitsFrom, roundLimits } from "./ranges.js";

/** @abstract */
export class PlotView extends View {
  /** @type {PropertyDeclarations} */
  static properties = {
    measurements: { attribute: false },
    selected: { attribute: false },
    hovered: { attribute: false },
    shown: { attribute: false },
    ranges: { state: true },
    readout: { state: true },
  };

  /** @type {ResizeObserver | null} */
  #observer = null;
  /** @type {uPlot | null} */
  #chart = null;
  #colours = matchMedia("(prefers-color-scheme: dark)");
  /** What was chosen before drawing began. @type {readonly Range[]} */
  #before = [];
  #redraw = () => this.#chart?.redraw(false, false);

  constructor() {
    super();
    /** @type {Measurements | null} */
    this.measurements = null;
    /** @type {ReadonlySet<number>} */
    this.selected = new Set();
    /** @type {number | null} */
    this.hovered = null;
    /** @type {Uint32Array | null} */
    this.shown = null;
    /** What is chosen here, one range a column at most. @type {readonly Range[]} */
    this.ranges = [];
    /** What is pointed at, in words. */
    this.readout = "";
  }

  /** Columns along x and y; the histogram has no second one. @abstract @returns {number[]} */
  get axes() {
    return [];
  }

  /** @abstract @returns {Plan | null} null where there is nothing to draw */
  get plan() {
    return null;
  }

  /** @abstract @param {uPlot} _chart @param {Palette} _palette */
  renderMarks(_chart, _palette) {}

  /** Marks over the chart that move more often than it is drawn. @abstract @param {uPlot} _chart */
  placeMarks(_chart) {}

  /** @abstract @param {uPlot} _chart @param {Point | null} _point */
  onPoint(_chart, _point) {}

  /** @abstract @param {uPlot} _chart @param {Point} _point @param {PointerEvent} _event */
  onPick(_chart, _point, _event) {}

  /** Whether what changed needs another chart. @abstract @param {PropertyValues} _changed @returns {boolean} */
  isOther(_changed) {
    return false;
  }

  /** @override @param {PropertyValues} changed */
  willUpdate(changed) {
    if (changed.has("measurements")) this.ranges = [];
    if (this.isOther(changed)) this.readout = "";
  }

  /** @override @param {PropertyValues} changed */
  updated(changed) {
    if (this.isOther(changed) || !this.#chart) this.#build();
    else if (changed.has("shown") || changed.has("selected")) this.#redraw();
    if (this.#chart) this.#place(this.#chart);
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

  get #host() {
    return /** @type {HTMLElement | null} */ (this.querySelector(".plot-chart"));
  }

  #destroy() {
    this.#observer?.disconnect();
    this.#chart?.destroy();
    this.#chart = null;
  }

  #build() {
    this.#destroy();
    const host = this.#host;
    const { plan } = this;
    if (!host || !plan) return;
    const chart = makeChart(host, plan, (drawn, palette) => this.renderMarks(drawn, palette));
    this.#chart = chart;
    listenForBrush(chart.over, this.axes.length > 1 ? "xy" : "x", {
      begin: () => (this.#before = this.ranges),
      brush: (box) => this.#brush(chart, box),
      cancel: () => this.choose(this.#before),
      point: (point) => this.onPoint(chart, point),
      pick: (point, event) => this.onPick(chart, point, event),
    });
    this.#observer = new ResizeObserver(() => this.#resize(chart, host));
    this.#observer.observe(host);
  }

  /** @param {uPlot} chart @param {HTMLElement} host */
  #resize(chart, { clientWidth: width, clientHeight: height }) {
    if (width === chart.width && height === chart.height) return;
    chart.setSize({ width, height });
    queueMicrotask(() => this.#place(chart)); // after uPlot, which measures its axes in a microtask
  }

  /** @param {uPlot} chart */
  #place(chart) {
    const ranges = this.ranges.map((range) => this.#drawn(range));
    chart.setSelect(boxOf(chart, this.axes, ranges), false);
    this.placeMarks(chart);
  }

  /** Integers stand in the middle of their bars. @param {Range} range @returns {Range} */
  #drawn({ column, low, high }) {
    const around = this.measurements?.columns[column]?.kind === "real" ? 0 : 0.5;
    return { column, low: low - around, high: high + around };
  }

  /** @param {uPlot} chart @param {Box} box */
  #brush(chart, { left, top, width, height }) {
    const [x, y] = this.axes;
    /** @type {Range[]} */
    const ranges = [];
    if (x !== undefined) ranges.push(this.#rangeFrom(chart, "x", x, left, left + width));
    if (y !== undefined) ranges.push(this.#rangeFrom(chart, "y", y, top + height, top));
    this.choose(ranges);
  }

  /** @param {uPlot} chart @param {"x" | "y"} scale @param {number} column @param {number} low pixels @param {number} high @returns {Range} */
  #rangeFrom(chart, scale, column, low, high) {
    const limits = { low: chart.posToVal(low, scale), high: chart.posToVal(high, scale) };
    const pixel = Math.abs(chart.posToVal(1, scale) - chart.posToVal(0, scale));
    return { column, ...roundLimits(limits, pixel, this.measurements?.columns[column]?.kind ?? "real") };
  }

  /** @param {readonly Range[]} ranges */
  choose(ranges) {
    if (!ranges.length && !this.ranges.length) return;
    this.ranges = ranges;
    this.dispatchEvent(new CustomEvent("ranges-change"));
  }

  /** @param {number} column @param {Limits | null} limits */
  #setLimits(column, limits) {
    const others = this.ranges.filter((range) => range.column !== column);
    this.choose(limits ? [...others, { column, ...limits }] : others);
  }

  /** A select of measurements. @param {string} label @param {string} name @param {number} chosen @param {(id: string) => void} choose */
  renderSelect(label, name, chosen, choose) {
    return html`<label class="field">
      <span>${label}</span>
      <select
        data-testid=${name}
        @change=${(/** @type {Event} */ event) => choose(/** @type {HTMLSelectElement} */ (event.target).value)}
      >
        ${this.measurements?.columns.map(
          (column, index) =>
            html`<option value=${column.id} ?selected=${index === chosen}>${labelOf(column)}</option>`,
        )}
      </select>
    </label>`;
  }

  /**
   * The chart, what is pointed at, and the ranges as figures.
   *
   * @param {string} description
   * @param {string} hint
   * @returns {TemplateResult}
   */
  renderChart(description, hint) {
    return html`<div class="plot-chart" role="img" aria-label=${description} data-testid="plot-chart"></div>
      <p class="plot-readout figure" data-testid="plot-readout">${this.readout || hint}</p>
      <div class="plot-ranges">
        ${this.axes.map((column) => this.#renderFields(column))}
        <button
          class="button"
          data-testid="plot-clear"
          ?disabled=${!this.ranges.length}
          @click=${() => this.choose([])}
        >
          Clear
        </button>
      </div>`;
  }

  /** @param {number} index of the column */
  #renderFields(index) {
    const column = this.measurements?.columns[index];
    if (!column) return null;
    const range = this.ranges.find((entry) => entry.column === index);
    return html`<fieldset class="plot-range" @change=${this.#onFields(index)}>
      <legend>${labelOf(column)}</legend>
      <label>from ${renderLimit("plot-low", range?.low)}</label>
      <label>to ${renderLimit("plot-high", range?.high)}</label>
    </fieldset>`;
  }

  /** @param {number} column @returns {(event: Event) => void} */
  #onFields(column) {
    return ({ currentTarget }) => {
      const fields = /** @type {HTMLElement} */ (currentTarget).querySelectorAll("input");
      const [low = NaN, high = NaN] = Array.from(fields, (field) => field.valueAsNumber);
      this.#setLimits(column, limitsFrom(low, high));
    };
  }
}

/** @param {string} name @param {number} [value] */
function renderLimit(name, value) {
  return html`<input
    type="number"
    step="any"
    data-testid=${name}
    .value=${value === undefined || !Number.isFinite(value) ? "" : String(value)}
  />`;
}

/** Where the ranges are in the chart; nowhere without any. @param {uPlot} chart @param {number[]} axes @param {readonly Range[]} ranges @returns {Box} */
function boxOf(chart, axes, ranges) {
  const { clientWidth, clientHeight } = chart.over;
  const [x, y] = axes.map((column) => ranges.find((range) => range.column === column));
  if (!x && !y) return { left: 0, top: 0, width: 0, height: 0 };
  const [left, right] = spanOf(chart, "x", x, clientWidth);
  const [top, bottom] = spanOf(chart, "y", y, clientHeight);
  return { left, top, width: right - left, height: bottom - top };
}

/** @param {uPlot} chart @param {"x" | "y"} scale @param {Limits | undefined} limits @param {number} size @returns {[number, number]} */
function spanOf(chart, scale, limits, size) {
  if (!limits) return [0, size];
  const ends = [limits.low, limits.high].map((value, end) => {
    const position = chart.valToPos(value, scale);
    const edge = (end === 0) === (scale === "x") ? 0 : size;
    return Number.isFinite(position) ? Math.min(Math.max(position, 0), size) : edge;
  });
  return [Math.min(...ends), Math.max(...ends)];
}
