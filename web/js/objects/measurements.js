/**
 * Columns of measurements, and the words for their headers.
 *
 * @import { Column, Measurements } from "../objects-types.js"
 */

/** Values of one column, of objects 1 ... count; a view, not a copy. @param {Measurements} measurements @param {number} column */
export function valuesOf({ values, count }, column) {
  return values.subarray(column * count, (column + 1) * count);
}

/** @param {Pick<Column, "title" | "unit">} column for example "Area (µm²)" */
export function labelOf({ title, unit }) {
  return unit ? `${title} (${unit})` : title;
}

/** Where a column stands; `otherwise` if it is not there. @param {Measurements} measurements @param {string} id @param {number} otherwise */
export function columnIndex({ columns }, id, otherwise) {
  const found = columns.findIndex((column) => column.id === id);
  if (found >= 0) return found;
  return Math.min(otherwise, columns.length - 1);
}

/** 1 ... count @param {number} count */
export function allIds(count) {
  const ids = new Uint32Array(count);
  for (let at = 0; at < count; at += 1) ids[at] = at + 1;
  return ids;
}

/** The shown ones of some ids, in their order. @param {Uint32Array} ids @param {Uint32Array | null} shown null for all */
export function keepShown(ids, shown) {
  const mask = maskOf(shown, ids.length);
  return mask ? ids.filter((id) => mask[id]) : ids;
}

/** 1 at the place of each id that is shown; null where all are. @param {Uint32Array | null} shown @param {number} count */
export function maskOf(shown, count) {
  if (!shown) return null;
  const mask = new Uint8Array(count + 1);
  for (const id of shown) mask[id] = 1;
  return mask;
}

/** Values of some objects; a copy. @param {Float64Array} values of objects 1 ... n @param {Uint32Array} ids */
export function pickValues(values, ids) {
  const picked = new Float64Array(ids.length);
  for (let at = 0; at < ids.length; at += 1) picked[at] = values[(ids[at] ?? 0) - 1] ?? NaN;
  return picked;
}
