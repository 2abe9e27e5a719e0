/**
 * A length that is easy to read and fits. Pure.
 *
 * @import { Spacing } from "./types.js"
 */

/**
 * The longest of 1, 2 or 5 times a power of ten that fits.
 *
 * @param {Spacing} spacing
 * @param {number} zoom CSS pixels a pixel of the image
 * @param {number} room in CSS pixels
 * @returns {{ width: number, text: string } | null} null where there is no spacing to tell
 */
export function scaleBar({ x, unit }, zoom, room) {
  const um = unit === "mm" ? 1000 * x : x;
  const most = (room / zoom) * um;
  if (!Number.isFinite(most) || most <= 0) return null;
  const power = 10 ** Math.floor(Math.log10(most));
  const digit = [5, 2, 1].find((one) => one * power <= most * (1 + 1e-9)) ?? 1;
  const length = digit * power;
  return { width: (length / um) * zoom, text: formatLength(length) };
}

/** @param {number} um */
function formatLength(um) {
  if (um >= 999.5) return `${round(um / 1000)} mm`;
  return um >= 0.9995 ? `${round(um)} µm` : `${round(1000 * um)} nm`;
}

/** @param {number} length */
function round(length) {
  return Number(length.toPrecision(1)).toLocaleString("en-GB", { maximumFractionDigits: 6 });
}
