/**
 * Choosing objects by ranges of their measurements.
 *
 * @import { Column, Measurements } from "../objects-types.js"
 *
 * @typedef {object} Limits both belong to the range
 * @property {number} low -Infinity where there is none
 * @property {number} high Infinity where there is none
 *
 * @typedef {Limits & { column: number }} Range
 */
import { valuesOf } from "./measurements.js";

/**
 * Objects whose values lie in all ranges; NaN lies in none.
 *
 * @param {Measurements} measurements
 * @param {readonly Range[]} ranges
 * @returns {Uint32Array | null} ids, ascending; null where there is no range
 */
export function idsInRanges(measurements, ranges) {
  if (!ranges.length) return null;
  const tests = ranges.map((range) => ({ ...range, values: valuesOf(measurements, range.column) }));
  const ids = new Uint32Array(measurements.count);
  let found = 0;
  for (let at = 0; at < measurements.count; at += 1) {
    if (tests.every(({ values, low, high }) => isInside(values[at] ?? NaN, low, high))) {
      ids[found] = at + 1;
      found += 1;
    }
  }
  return ids.slice(0, found);
}

/** @param {number} value @param {number} low @param {number} high */
function isInside(value, low, high) {
  return value >= low && value <= high;
}

/**
 * What was drawn, in figures short enough to show: outwards to the next step of a power of ten that is
 * finer than a pixel, or to the integers whose bars were touched.
 *
 * @param {Limits} limits
 * @param {number} pixel width of one in units of the value
 * @param {Column["kind"]} kind
 * @returns {Limits}
 */
export function roundLimits({ low, high }, pixel, kind) {
  if (kind !== "real") return { low: Math.round(low) + 0, high: Math.ceil(high - 0.5) + 0 };
  const digits = -Math.floor(Math.log10(pixel));
  return { low: roundTo(low, digits, Math.floor), high: roundTo(high, digits, Math.ceil) };
}

/** @param {number} value @param {number} digits after the point, negative for before @param {(value: number) => number} round */
function roundTo(value, digits, round) {
  if (digits > 15) return value;
  const scale = 10 ** Math.abs(digits);
  return digits > 0 ? round(value * scale) / scale : round(value / scale) * scale + 0;
}

/** From what stands in two number fields; null for two empty ones. @param {number} low NaN if empty @param {number} high @returns {Limits | null} */
export function limitsFrom(low, high) {
  if (Number.isNaN(low) && Number.isNaN(high)) return null;
  const limits = { low: Number.isNaN(low) ? -Infinity : low, high: Number.isNaN(high) ? Infinity : high };
  return limits.low <= limits.high ? limits : { low: limits.high, high: limits.low };
}
