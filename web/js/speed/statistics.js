/**
 * Figures of measured runs, and which size of a batch is the best.
 *
 * @import { Figures, Measured } from "./types.js"
 */
import { quantile } from "../objects/summary.js";

/** Sizes whose figures differ by less are equally fast, as far as a machine with other work can tell. */
const EQUALLY_FAST = 0.03;

/** Percentiles as numpy's method "linear". @param {Measured} measured @returns {Figures} */
export function figuresOf({ engines, batch, warmUp, ms }) {
  const sorted = Float64Array.from(ms).sort();
  const p50 = quantile(sorted, 0.5);
  const p95 = quantile(sorted, 0.95);
  const images = batch * engines;
  // Engines answer their first run in the order in which they stand in `warmUp`.
  const first = Math.max(...warmUp.slice(0, engines));
  return { first, p50, p95, imageP50: p50 / images, imageP95: p95 / images };
}

/** Results with the same number of engines, in the order of measuring. @param {readonly Measured[]} measured */
export function seriesOf(measured) {
  const counts = [...new Set(measured.map(({ engines }) => engines))];
  return counts.map((engines) => measured.filter((entry) => entry.engines === engines));
}

/**
 * The least time an image, or the smallest batch that comes within 3 % of it.
 *
 * @param {readonly Measured[]} series with the same number of engines, batches ascending
 */
export function bestOfSeries(series) {
  return firstGoodEnough(series);
}

/**
 * The same over all numbers of engines: the best of each, and of those the fewest engines within 3 %.
 *
 * @param {readonly Measured[]} measured
 */
export function bestOf(measured) {
  const bests = seriesOf(measured).flatMap((series) => bestOfSeries(series) ?? []);
  return firstGoodEnough(bests.sort((a, b) => a.engines - b.engines));
}

/** @param {readonly Measured[]} entries from the one that costs least besides time @returns {Measured | null} */
function firstGoodEnough(entries) {
  const times = entries.map((entry) => figuresOf(entry).imageP50);
  const enough = Math.min(...times) * (1 + EQUALLY_FAST);
  return entries.find((_, index) => (times[index] ?? Infinity) <= enough) ?? null;
}
