/**
 * Axes and grid by uPlot; the marks between them are drawn by whoever asks for the chart. uPlot's own
 * pointer events are off: it knows only the mouse.
 *
 * @import { Axis, Scale } from "uplot"
 *
 * @typedef {object} AxisPlan
 * @property {string} label
 * @property {number} min
 * @property {number} max
 * @property {boolean} [log]
 * @property {boolean} [whole] ticks at integers only
 * @property {readonly string[]} [words] for 0, 1, ... instead of figures
 *
 * @typedef {{ x: AxisPlan, y: AxisPlan }} Plan
 * @typedef {{ text: string, quiet: string, line: string, mark: string, accent: string, surface: string }} Palette
 */
import uPlot from "uplot";
import { formatTicks } from "./figures.js";

const LABEL_PX = 20;
const TICK_PX = 4;
const INTEGERS = Array.from({ length: 10 }, (_, power) =>
  [1, 2, 5].map((first) => first * 10 ** power),
).flat();

/** The page's colours as they are now, by day or night. @param {Element} host @returns {Palette} */
export function readPalette(host) {
  const style = getComputedStyle(host);
  const read = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  return {
    text: read("--text"),
    quiet: read("--text-quiet"),
    line: read("--line"),
    mark: read("--line-strong"),
    accent: read("--accent"),
    surface: read("--surface"),
  };
}

/**
 * @param {HTMLElement} host
 * @param {Plan} plan
 * @param {(chart: uPlot, palette: Palette) => void} renderMarks called with the clip at the plot's edges
 */
export function makeChart(host, plan, renderMarks) {
  const render = (/** @type {uPlot} */ chart) => {
    const { left, top, width, height } = chart.bbox;
    if (width < 1 || height < 1) return; // not shown yet, or too narrow for its axes
    chart.ctx.save();
    chart.ctx.beginPath();
    chart.ctx.rect(left, top, width, height);
    chart.ctx.clip();
    renderMarks(chart, readPalette(host));
    chart.ctx.restore();
  };
  return new uPlot(
    {
      width: host.clientWidth,
      height: host.clientHeight,
      padding: [10, 14, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      select: { show: true, left: 0, top: 0, width: 0, height: 0 },
      scales: { x: scaleOf(plan.x), y: scaleOf(plan.y) },
      series: [{}, { paths: () => null, points: { show: false } }],
      axes: [axisOf(plan.x, host, true), axisOf(plan.y, host, false)],
      hooks: { draw: [render] },
    },
    [
      [plan.x.min, plan.x.max],
      [plan.y.min, plan.y.max],
    ],
    host,
  );
}

/** @param {AxisPlan} plan @returns {Scale} */
function scaleOf({ min, max, log }) {
  return { time: false, range: [min, max], distr: log ? 3 : 1 };
}

/** @param {AxisPlan} plan @param {HTMLElement} host @param {boolean} isX @returns {Axis} */
function axisOf(plan, host, isX) {
  const { fontSize, fontFamily } = getComputedStyle(host);
  const font = `${Math.round(parseFloat(fontSize))}px ${fontFamily}`;
  const line = () => readPalette(host).line;
  /** @type {Axis} */
  const axis = {
    font,
    labelFont: font,
    label: (chart) => fitText(chart.ctx, plan.label, isX ? chart.bbox.width : chart.bbox.height),
    labelSize: LABEL_PX,
    labelGap: isX ? 0 : 2,
    size: isX ? 24 : (chart, values) => widest(chart, values ?? [], font) + TICK_PX + 8,
    gap: 4,
    space: isX ? 56 : 30,
    stroke: () => readPalette(host).quiet,
    grid: { stroke: line, width: 1, show: !isX },
    ticks: { stroke: line, width: 1, size: TICK_PX },
    border: { show: true, stroke: () => readPalette(host).mark, width: 1 },
  };
  if (plan.log) {
    const decades = (/** @type {uPlot} */ _chart, /** @type {number[]} */ splits) => splits.map(decadeOnly);
    axis.grid = { ...axis.grid, filter: decades };
    axis.ticks = { ...axis.ticks, filter: decades };
  }
  if (plan.whole) axis.incrs = INTEGERS;
  if (plan.words) axis.splits = plan.words.map((_, value) => value);
  axis.values = (_chart, splits, _axis, _space, step) => ticksOf(plan, splits, step);
  return axis;
}

/** @param {number} value */
function decadeOnly(value) {
  return Number.isInteger(Math.log10(value)) ? value : null;
}

/** @param {AxisPlan} plan @param {(number | null)[]} splits null where uPlot leaves a label out @param {number} step */
function ticksOf({ words, log }, splits, step) {
  if (words) return [...words];
  if (log)
    return splits.map((value) =>
      value === null ? null : (formatTicks([value], Math.min(value, 1))[0] ?? ""),
    );
  return formatTicks(
    splits.map((value) => value ?? 0),
    step,
  );
}

/** CSS pixels of the longest label. @param {uPlot} chart @param {readonly (string | null)[]} values @param {string} font */
function widest(chart, values, font) {
  chart.ctx.save();
  chart.ctx.font = font;
  const width = Math.max(8, ...values.map((value) => chart.ctx.measureText(value ?? "").width));
  chart.ctx.restore();
  return Math.ceil(width);
}

/** @param {CanvasRenderingContext2D} context @param {string} text @param {number} width as the context measures */
function fitText(context, text, width) {
  if (context.measureText(text).width <= width) return text;
  let end = text.length - 1;
  while (end > 1 && context.measureText(`${text.slice(0, end)}…`).width > width) end -= 1;
  return `${text.slice(0, end).trimEnd()}…`;
}
