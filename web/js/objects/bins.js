/**
 * Bins of a histogram: equally wide, the last one with its upper edge.
 *
 * @import { Column } from "../objects-types.js"
 */
import { quantile } from "./summary.js";

const LEAST = 10;
const MOST = 100;

/**
 * Edges by the rule of Freedman and Diaconis (1981), 10 to 100 bins. Integers and flags stand in the
 * middle of bins of whole width, of which there may be fewer.
 *
 * @param {Float64Array} sorted finite values, ascending
 * @param {Column["kind"]} kind
 * @returns {Float64Array} one more than there are bins
 */
export function binEdges(sorted, kind) {
  const low = kind === "flag" ? 0 : (sorted[0] ?? 0);
  const high = kind === "flag" ? 1 : (sorted[sorted.length - 1] ?? 0);
  if (kind !== "real") return wholeEdges(low, high, idealWidth(sorted));
  if (low === high) return evenEdges(low - halfOf(low), low + halfOf(low), LEAST + 1);
  const ideal = idealWidth(sorted);
  return evenEdges(low, high, ideal > 0 ? clamp(Math.ceil((high - low) / ideal), LEAST, MOST) : LEAST);
}

/** @param {number} low @param {number} high @param {number} bins */
function evenEdges(low, high, bins) {
  const edges = Float64Array.from({ length: bins + 1 }, (_, at) => low + ((high - low) * at) / bins);
  edges[bins] = high;
  return edges;
}

/** @param {number} low @param {number} high @param {number} ideal */
function wholeEdges(low, high, ideal) {
  const values = high - low + 1;
  const widest = Math.max(1, Math.floor(values / LEAST));
  const width = clamp(Math.round(ideal), Math.ceil(values / MOST), widest);
  const bins = Math.ceil(values / width);
  return Float64Array.from({ length: bins + 1 }, (_, at) => low - 0.5 + at * width);
}

/** @param {Float64Array} sorted */
function idealWidth(sorted) {
  return (2 * (quantile(sorted, 0.75) - quantile(sorted, 0.25))) / Math.cbrt(sorted.length || 1) || 0;
}

/** @param {Float64Array} values of any order; what is outside or not a number is left out @param {Float64Array} edges */
export function countBins(values, edges) {
  const bins = edges.length - 1;
  const counts = new Uint32Array(bins);
  for (const value of values) {
    const bin = binOf(value, edges);
    if (bin >= 0) counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts;
}

/** The bin that holds a value; -1 for none. @param {number} value @param {Float64Array} edges equally spaced */
export function binOf(value, edges) {
  const bins = edges.length - 1;
  const low = edges[0] ?? NaN;
  const high = edges[bins] ?? NaN;
  if (!(value >= low && value <= high)) return -1;
  const at = Math.min(bins - 1, Math.floor(((value - low) / (high - low)) * bins));
  // The division may round across an edge.
  if (value < /** @type {number} */ (edges[at])) return at - 1;
  return at < bins - 1 && value >= /** @type {number} */ (edges[at + 1]) ? at + 1 : at;
}

/** @param {number} value */
function halfOf(value) {
  return Math.abs(value) * 0.05 || 0.5;
}

/** @param {number} value @param {number} low @param {number} high */
function clamp(value, low, high) {
  return Math.min(Math.max(value, low), Math.max(low, high));
}
