/**
 * Summary figures of a measurement.
 *
 * @typedef {object} Summary NaN where there are too few values
 * @property {number} count of finite values
 * @property {number} mean
 * @property {number} median
 * @property {number} sd standard deviation of a sample, with n - 1
 * @property {number} q1 quartiles and median as numpy's method "linear"
 * @property {number} q3
 * @property {number} min
 * @property {number} max
 */

/** In their order; a copy. @param {Float64Array} values */
export function finiteOnly(values) {
  return values.filter(Number.isFinite);
}

/** @param {Float64Array} sorted finite values, ascending @returns {Summary} */
export function summarise(sorted) {
  const count = sorted.length;
  const mean = count ? sorted.reduce((sum, value) => sum + value, 0) / count : NaN;
  const squares = sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    count,
    mean,
    median: quantile(sorted, 0.5),
    sd: count > 1 ? Math.sqrt(squares / (count - 1)) : NaN,
    q1: quantile(sorted, 0.25),
    q3: quantile(sorted, 0.75),
    min: sorted[0] ?? NaN,
    max: sorted[count - 1] ?? NaN,
  };
}

/** @param {Float64Array} sorted @param {number} part 0 ... 1 */
export function quantile(sorted, part) {
  if (!sorted.length) return NaN;
  const at = (sorted.length - 1) * part;
  const low = sorted[Math.floor(at)] ?? NaN;
  const high = sorted[Math.ceil(at)] ?? NaN;
  return low + (high - low) * (at - Math.floor(at));
}
