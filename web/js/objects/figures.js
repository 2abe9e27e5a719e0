/**
 * Measured values as words, the same in table, card and plots.
 *
 * @import { Column } from "../objects-types.js"
 */
import { formatCount } from "../lib/format.js";

const UNDEFINED = "–";

/** Four significant digits; integers as they are; flags as "yes" or nothing. @param {number} value @param {Column["kind"]} kind */
export function formatValue(value, kind) {
  if (kind === "flag") return value > 0 ? "yes" : "";
  if (Number.isNaN(value)) return UNDEFINED;
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "-∞";
  return kind === "integer" && Number.isInteger(value) ? formatCount(value) : formatReal(value);
}

/** @param {number} value */
function formatReal(value) {
  if (value === 0) return "0";
  const size = Math.abs(Number(value.toPrecision(4)));
  if (size < 1e-3 || size >= 1e9) return value.toExponential(3).replace("e+", "e");
  return size < 1000 ? value.toPrecision(4) : formatCount(value);
}

/** @param {number} value @param {Column} column for example "12.34 µm" */
export function formatWithUnit(value, { kind, unit }) {
  const words = kind === "flag" && value <= 0 ? "no" : formatValue(value, kind);
  return unit && !Number.isNaN(value) ? `${words} ${unit}` : words;
}

/** Labels of an axis: as many decimals as its steps have. @param {number[]} values ascending @param {number} step */
export function formatTicks(values, step) {
  const largest = Math.max(0, ...values.map(Math.abs));
  if (largest >= 1e6 || (step > 0 && step < 1e-4)) return values.map(formatExponent);
  const digits = decimalsOf(step);
  const format = new Intl.NumberFormat("en-GB", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return values.map((value) => format.format(value + 0)); // not "-0"
}

/** @param {number} value */
function formatExponent(value) {
  return value === 0 ? "0" : Number(value.toPrecision(6)).toExponential().replace("e+", "e");
}

/** @param {number} step */
function decimalsOf(step) {
  let digits = 0;
  while (digits < 6 && Math.abs(step * 10 ** digits - Math.round(step * 10 ** digits)) > 1e-6) digits += 1;
  return digits;
}
