/** Figures as words. Everything is British English, whatever the browser's language. */

const WHOLE = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });
const TENTHS = new Intl.NumberFormat("en-GB", { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** @param {number} count */
export function formatCount(count) {
  return WHOLE.format(count);
}

/** @param {number} count @param {string} one @param {string} [many] */
export function formatNumber(count, one, many = `${one}s`) {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** Decimal units, as file managers show them. @param {number} bytes */
export function formatBytes(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 999_500) return `${WHOLE.format(bytes / 1000)} kB`;
  if (bytes < 999_950_000) return `${TENTHS.format(bytes / 1e6)} MB`;
  return `${TENTHS.format(bytes / 1e9)} GB`;
}

/** @param {number} done @param {number} total bytes */
export function formatBytesOf(done, total) {
  return `${TENTHS.format(done / 1e6)} of ${TENTHS.format(total / 1e6)} MB`;
}

/** @param {number} score 0..1 */
export function formatPercent(score) {
  return `${TENTHS.format(100 * score)} %`;
}

/** Two decimals, more where a pack sets it more finely. @param {number} threshold 0..1 */
export function formatThreshold(threshold) {
  const rounded = threshold.toFixed(2);
  return Number(rounded) === threshold ? rounded : String(threshold);
}

/** @param {number} perSecond */
export function formatRate(perSecond) {
  return `${perSecond < 10 ? TENTHS.format(perSecond) : WHOLE.format(perSecond)}/s`;
}

/** @param {number} seconds */
export function formatDuration(seconds) {
  if (seconds < 9.95) return `${TENTHS.format(seconds)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`;
}

/** Coarser than `formatDuration`, so that it does not flicker. @param {number} seconds */
export function formatTimeLeft(seconds) {
  return `${formatDuration(Math.max(1, Math.ceil(seconds))).replace(".0 s", " s")} left`;
}

/** For file names: 2026-11-20-142530, in the person's own time. @param {Date} date */
export function formatStamp(date) {
  const day = [date.getFullYear(), pad(date.getMonth() + 1), pad(date.getDate())].join("-");
  return `${day}-${[date.getHours(), date.getMinutes(), date.getSeconds()].map(pad).join("")}`;
}

/** @param {number} value */
function pad(value) {
  return String(value).padStart(2, "0");
}
