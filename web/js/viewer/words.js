/**
 * Figures and words of the viewer. Pure.
 *
 * @import { Size } from "./types.js"
 */
import { formatCount, formatNumber } from "../lib/format.js";

/** @param {number} zoom */
export function formatZoom(zoom) {
  const percent = 100 * zoom;
  return `${percent < 9.95 ? percent.toFixed(1) : formatCount(percent)} %`;
}

/** @param {string} label @param {Size} size @param {number} count of objects */
export function sayImage(label, { width, height }, count) {
  const objects = count ? formatNumber(count, "object") : "no objects";
  return `${label}, ${formatCount(width)} × ${formatCount(height)} pixels, ${objects}`;
}

/**
 * @param {number} id
 * @param {number} count of objects
 * @param {boolean} selected
 * @param {((id: number) => string) | null} describe
 */
export function sayObject(id, count, selected, describe) {
  const words = [
    `Object ${formatCount(id)} of ${formatCount(count)}`,
    describe?.(id),
    selected && "selected",
  ];
  return words.filter(Boolean).join(", ");
}
