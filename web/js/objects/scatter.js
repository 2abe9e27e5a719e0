/**
 * Two measurements against each other; a rectangle can be chosen, and single objects.
 *
 * @import { PropertyDeclarations, PropertyValues } from "lit"
 * @import uPlot from "uplot"
 * @import { Column } from "../objects-types.js"
 * @import { Point } from "./brush.js"
 * @import { AxisPlan, Palette, Plan } from "./chart.js"
 * @import { Dots } from "./dots.js"
 */
import { html } from "lit";
import { formatCount } from "../lib/format.js";
import { dotStyle, nearestDot, placeDots, renderDots } from "./dots.js";
import { formatWithUnit } from "./figures.js";
import { columnIndex, labelOf, maskOf, valuesOf } from "./measurements.js";
import { PlotView } from "./plot-view.js";
import { placeMark } from "./marks.js";

const REACH_PX = 16;
const MARGIN = 0.04;

export class Scatter extends PlotView {
  /** @type {PropertyDeclarations} */
  static properties = { x: { attribute: false }, y: { attribute: false } };

  /** @type {Uint8Array | null} */
  #mask = null;
  /** @type {(Dots & { width: number, height: number }) | null} */
  #dots = null;
  /** @type {Plan | null} */
  #plan = null;
  /** @type {number | null} */
  #pointed = null;

  constructor() {
    super();
    /** Ids of the measurements. */
    this.x = "";
    this.y = "";
  }

  /** @override */
  get axes() {
    const { measurements } = this;
    if (!measurements || !measurements.columns.length) return [];
    return [columnIndex(measurements, this.x, 0), columnIndex(measurements, this.y, 1)];
  }

  /** @override */
  get plan() {
    return this.#plan;
  }

  /** @override @param {PropertyValues} changed */
  isOther(changed) {
    return ["measurements", "x", "y"].some((name) => changed.has(name));
  }

  /** @override @param {PropertyValues} changed */
  willUpdate(changed) {
    super.willUpdate(changed);
    const { measurements } = this;
    if (this.isOther(changed)) {
      this.#dots = null;
      const [x, y] = this.axes.map((column) => this.#axisOf(column));
      this.#plan = x && y ? { x, y } : null;
    }
    if (changed.has("shown") || changed.has("measurements")) {
      this.#mask = maskOf(this.shown, measurements?.count ?? 0);
    }
  }

  /** @param {number} index @returns {AxisPlan | null} null for a measurement without values */
  #axisOf(index) {
    const { measurements } = this;
    const column = measurements?.columns[index];
    if (!measurements || !column) return null;
    if (column.kind === "flag") return { label: column.title, min: -0.5, max: 1.5, words: ["no", "yes"] };
    const [low, high] = extentOf(valuesOf(measurements, index));
    if (low > high) return null;
    const margin = (high - low) * MARGIN || Math.abs(low) * MARGIN || 0.5;
    return {
      label: labelOf(column),
      min: low - margin,
      max: high + margin,
      whole: column.kind === "integer",
    };
  }

  /** @param {uPlot} chart */
  #dotsIn(chart) {
    const { clientWidth: width, clientHeight: height } = chart.over;
    const [x = -1, y = -1] = this.axes;
    if (this.#dots?.width === width && this.#dots.height === height) return this.#dots;
    const { measurements } = this;
    const plan = this.#plan;
    if (!measurements || !plan) return null;
    const across = { ...plan.x, size: width };
    const up = { ...plan.y, size: height };
    const dots = placeDots(valuesOf(measurements, x), valuesOf(measurements, y), across, up);
    this.#dots = { ...dots, width, height };
    return this.#dots;
  }

  /** @override @param {uPlot} chart @param {Palette} palette */
  renderMarks(chart, palette) {
    const dots = this.#dotsIn(chart);
    if (!dots) return;
    const { ctx, bbox } = chart;
    const mask = this.#mask;
    const ratio = bbox.width / dots.width;
    const { size, faint } = dotStyle(dots.x.length);
    const place = { ...boxOf(bbox), ratio, size: size * ratio };
    if (mask)
      renderDots(ctx, dots, (id) => !mask[id], place, { colour: palette.mark, faint: faint / 2, full: 0.5 });
    renderDots(ctx, dots, (id) => !mask || mask[id] === 1, place, { colour: palette.accent, faint, full: 1 });
    for (const id of this.selected) renderSelected(ctx, dots, id, place, palette);
  }

  /** @override @param {uPlot} chart */
  placeMarks(chart) {
    const dots = this.#dotsIn(chart);
    const id = this.hovered ?? this.#pointed;
    const left = dots?.x[(id ?? 0) - 1] ?? NaN;
    const top = dots?.y[(id ?? 0) - 1] ?? NaN;
    placeMark(chart, "plot-ring", Number.isFinite(left + top) ? { left, top } : null);
  }

  /** @param {uPlot} chart @param {Point | null} point */
  #idAt(chart, point) {
    const dots = this.#dotsIn(chart);
    return point && dots ? nearestDot(dots, this.#mask, point.left, point.top, REACH_PX) : null;
  }

  /** @override @param {uPlot} chart @param {Point | null} point */
  onPoint(chart, point) {
    const id = this.#idAt(chart, point);
    if (id === this.#pointed) return;
    this.#pointed = id;
    this.readout = this.#sayObject(id);
    this.placeMarks(chart);
    this.dispatchEvent(new CustomEvent("object-hover", { bubbles: true, detail: { id } }));
  }

  /** @override @param {uPlot} chart @param {Point} point @param {PointerEvent} event */
  onPick(chart, point, { shiftKey, ctrlKey, metaKey }) {
    const id = this.#idAt(chart, point);
    if (id === null) return;
    const detail = { id, shift: shiftKey, toggle: ctrlKey || metaKey, ids: Uint32Array.of(id) };
    this.dispatchEvent(new CustomEvent("object-click", { bubbles: true, detail }));
  }

  /** For example "Object 12: Area 45.20 µm², Solidity 0.9800". @param {number | null} id */
  #sayObject(id) {
    const { measurements } = this;
    if (!measurements || id === null) return "";
    const figures = this.axes.map((index) => {
      const column = /** @type {Column} */ (measurements.columns[index]);
      return `${column.title} ${formatWithUnit(valuesOf(measurements, index)[id - 1] ?? NaN, column)}`;
    });
    return `Object ${formatCount(id)}: ${[...new Set(figures)].join(", ")}`;
  }

  /** @override */
  render() {
    const { measurements } = this;
    const [x = -1, y = -1] = this.axes;
    if (!measurements || x < 0) return null;
    const [across = "", up = ""] = [x, y].map((index) =>
      labelOf(/** @type {Column} */ (measurements.columns[index])),
    );
    return html`<section class="plot" aria-label="Scatter plot" data-testid="scatter">
      <div class="plot-head">
        ${this.renderSelect("Across", "scatter-x", x, (id) => this.#choose({ x: id }))}
        ${this.renderSelect("Up", "scatter-y", y, (id) => this.#choose({ y: id }))}
      </div>
      ${this.renderChart(
        `Scatter plot of ${up} against ${across}, an object a point`,
        "Drag a rectangle to choose objects.",
      )}
    </section>`;
  }

  /** @param {{ x?: string, y?: string }} columns */
  #choose(columns) {
    Object.assign(this, columns);
    this.choose([]);
  }
}

/** @param {CanvasRenderingContext2D} context @param {Dots} dots @param {number} id @param {{ left: number, top: number, ratio: number }} place @param {Palette} palette */
function renderSelected(context, { x, y }, id, { left, top, ratio }, palette) {
  const across = left + (x[id - 1] ?? NaN) * ratio;
  const down = top + (y[id - 1] ?? NaN) * ratio;
  if (!Number.isFinite(across + down)) return;
  context.beginPath();
  context.arc(across, down, 4 * ratio, 0, 2 * Math.PI);
  context.fillStyle = palette.text;
  context.fill();
  context.lineWidth = 1.5 * ratio;
  context.strokeStyle = palette.surface;
  context.stroke();
}

/** In whole pixels. @param {uPlot.BBox} box */
function boxOf({ left, top, width, height }) {
  return {
    left: Math.round(left),
    top: Math.round(top),
    width: Math.round(width),
    height: Math.round(height),
  };
}

/** Least and greatest finite value. @param {Float64Array} values @returns {[number, number]} */
function extentOf(values) {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

customElements.define("insitu-scatter", Scatter);
