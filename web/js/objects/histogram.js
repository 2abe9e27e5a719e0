/**
 * How one measurement is distributed; a range of it can be chosen.
 *
 * @import { PropertyDeclarations, PropertyValues } from "lit"
 * @import uPlot from "uplot"
 * @import { Point } from "./brush.js"
 * @import { Palette, Plan } from "./chart.js"
 * @import { Summary } from "./summary.js"
 */
import { html } from "lit";
import { formatCount, formatNumber } from "../lib/format.js";
import { binEdges, binOf, countBins } from "./bins.js";
import { formatValue, formatWithUnit } from "./figures.js";
import { allIds, columnIndex, keepShown, labelOf, pickValues, valuesOf } from "./measurements.js";
import { sortIds } from "./order.js";
import { PlotView } from "./plot-view.js";
import { placeMark } from "./marks.js";
import { finiteOnly, summarise } from "./summary.js";

export class Histogram extends PlotView {
  /** @type {PropertyDeclarations} */
  static properties = { column: { attribute: false }, log: { state: true } };

  /** @type {Float64Array} */
  #edges = Float64Array.of(0, 1);
  #totals = new Uint32Array(1);
  #counts = new Uint32Array(1);
  /** Ids by their values, ascending. @type {Uint32Array} */
  #ranked = new Uint32Array(0);
  #summary = summarise(new Float64Array(0));

  constructor() {
    super();
    /** Id of the measurement. */
    this.column = "";
    this.log = false;
  }

  get #index() {
    return this.measurements ? columnIndex(this.measurements, this.column, 0) : -1;
  }

  get #column() {
    return this.measurements?.columns[this.#index];
  }

  /** @override */
  get axes() {
    return this.#column ? [this.#index] : [];
  }

  /** @override @param {PropertyValues} changed */
  isOther(changed) {
    return ["measurements", "column", "log"].some((name) => changed.has(name));
  }

  /** @override @param {PropertyValues} changed */
  willUpdate(changed) {
    super.willUpdate(changed);
    const isOther = changed.has("measurements") || changed.has("column");
    if (!this.measurements || !this.#column || !(isOther || changed.has("shown"))) return;
    const values = valuesOf(this.measurements, this.#index);
    if (isOther) {
      this.#ranked = sortIds(allIds(values.length), values, false);
      const sorted = finiteOnly(pickValues(values, this.#ranked));
      this.#edges = binEdges(sorted, this.#column.kind);
      this.#totals = countBins(sorted, this.#edges);
    }
    // While a range is drawn this happens in every frame, so it must not sort again.
    const shown = finiteOnly(pickValues(values, keepShown(this.#ranked, this.shown)));
    this.#counts = this.shown ? countBins(shown, this.#edges) : this.#totals;
    this.#summary = summarise(shown);
  }

  /** @override @returns {Plan | null} */
  get plan() {
    const column = this.#column;
    if (!column || !this.#totals.some(Boolean)) return null;
    const most = Math.max(...this.#totals);
    const isFlag = column.kind === "flag";
    return {
      x: {
        label: labelOf(column),
        min: this.#edges[0] ?? 0,
        max: this.#edges.at(-1) ?? 1,
        whole: column.kind === "integer",
        ...(isFlag && { words: ["no", "yes"] }),
      },
      y: {
        label: "Objects",
        min: this.log ? 0.7 : 0,
        max: this.log ? Math.max(most, 2) * 1.3 : most * 1.05,
        log: this.log,
        whole: !this.log,
      },
    };
  }

  /** @override @param {uPlot} chart @param {Palette} palette */
  renderMarks(chart, palette) {
    const drawBars = (/** @type {Uint32Array} */ counts) => renderBars(chart, this.#edges, counts);
    if (this.shown) {
      chart.ctx.fillStyle = palette.mark;
      chart.ctx.globalAlpha = 0.45;
      drawBars(this.#totals);
      chart.ctx.globalAlpha = 1;
    }
    chart.ctx.fillStyle = palette.accent;
    drawBars(this.#counts);
  }

  /** @override @param {uPlot} chart */
  placeMarks(chart) {
    const { hovered, measurements } = this;
    const value =
      measurements && hovered !== null ? valuesOf(measurements, this.#index)[hovered - 1] : undefined;
    const at = chart.valToPos(value ?? NaN, "x");
    placeMark(chart, "plot-line", value === undefined || !Number.isFinite(at) ? null : { left: at });
  }

  /** @override @param {uPlot} chart @param {Point | null} point */
  onPoint(chart, point) {
    const bin = point ? binOf(chart.posToVal(point.left, "x"), this.#edges) : -1;
    this.readout = this.#sayBin(bin);
    if (bin < 0) return placeMark(chart, "plot-bin", null);
    const left = chart.valToPos(this.#edges[bin] ?? NaN, "x");
    placeMark(chart, "plot-bin", { left, width: chart.valToPos(this.#edges[bin + 1] ?? NaN, "x") - left });
  }

  /** For example "12.40 to 13.10 µm: 4 of 32 objects". @param {number} bin */
  #sayBin(bin) {
    const column = this.#column;
    if (bin < 0 || !column) return "";
    const total = this.#totals[bin] ?? 0;
    const of = this.shown ? `${formatCount(this.#counts[bin] ?? 0)} of ` : "";
    return `${sayEdges(this.#edges, bin, column)}: ${of}${formatNumber(total, "object")}`;
  }

  /** @override */
  render() {
    const column = this.#column;
    if (!this.measurements || !column) return null;
    const description = `Histogram of ${labelOf(column)}: ${saySummary(this.#summary, column)}`;
    return html`<section class="plot" aria-label="Histogram" data-testid="histogram">
      <div class="plot-head">
        ${this.renderSelect("Histogram of", "histogram-column", this.#index, (id) => this.#choose(id))}
        <label class="plot-check">
          <input
            type="checkbox"
            data-testid="histogram-log"
            .checked=${this.log}
            @change=${() => (this.log = !this.log)}
          />
          Log counts
        </label>
      </div>
      ${this.renderChart(description, "Drag over the bars to choose a range.")}${this.#renderSummary()}
    </section>`;
  }

  /** @param {string} id */
  #choose(id) {
    this.column = id;
    this.choose([]);
  }

  #renderSummary() {
    const column = this.#column;
    const { count, ...figures } = this.#summary;
    if (!column || column.kind === "flag") return null;
    return html`<dl class="plot-summary" data-testid="histogram-summary">
      ${renderFigure(this.shown ? "Shown" : "Values", formatCount(count))}
      ${FIGURES.map(([name, key]) => renderFigure(name, formatValue(figures[key], column.kind)))}
    </dl>`;
  }
}

/** @type {[string, Exclude<keyof Summary, "count">][]} */
const FIGURES = [
  ["Mean", "mean"],
  ["SD", "sd"],
  ["Minimum", "min"],
  ["Quartile 1", "q1"],
  ["Median", "median"],
  ["Quartile 3", "q3"],
  ["Maximum", "max"],
];

/** @param {string} name @param {string} words */
function renderFigure(name, words) {
  return html`<div>
    <dt>${name}</dt>
    <dd class="figure">${words}</dd>
  </div>`;
}

/** @param {uPlot} chart @param {Float64Array} edges @param {Uint32Array} counts */
function renderBars(chart, edges, counts) {
  const base = chart.bbox.top + chart.bbox.height;
  counts.forEach((count, bin) => {
    if (!count) return;
    const left = Math.round(chart.valToPos(edges[bin] ?? NaN, "x", true));
    const right = Math.round(chart.valToPos(edges[bin + 1] ?? NaN, "x", true));
    const top = Math.min(Math.round(chart.valToPos(count, "y", true)), base - 1);
    const gap = right - left > 4 ? 1 : 0;
    chart.ctx.fillRect(left, top, Math.max(1, right - left - gap), base - top);
  });
}

/** @param {Float64Array} edges @param {number} bin @param {import("../objects-types.js").Column} column */
function sayEdges(edges, bin, column) {
  const low = edges[bin] ?? NaN;
  const high = edges[bin + 1] ?? NaN;
  if (column.kind === "flag") return `${column.title}: ${bin ? "yes" : "no"}`;
  if (column.kind === "real") return `${formatValue(low, "real")} to ${formatWithUnit(high, column)}`;
  const [first, last] = [low + 0.5, high - 0.5];
  const from = first === last ? "" : `${formatCount(first)} to `;
  return `${from}${formatWithUnit(last, column)}`;
}

/** @param {Summary} summary @param {import("../objects-types.js").Column} column */
function saySummary({ count, median, min, max }, column) {
  if (!count) return "no values";
  const [low, middle, high] = [min, median, max].map((value) => formatValue(value, column.kind));
  return `${formatNumber(count, "value")}, median ${middle}, from ${low} to ${high}${column.unit ? ` ${column.unit}` : ""}`;
}

customElements.define("insitu-histogram", Histogram);
