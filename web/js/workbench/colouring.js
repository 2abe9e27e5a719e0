/**
 * How objects are coloured: all alike, each apart from its neighbours, or by a measurement.
 *
 * @import { Measurements } from "../objects-types.js"
 */
import { formatValue } from "../objects/figures.js";
import { columnIndex, valuesOf } from "../objects/measurements.js";
import { coloursById, coloursByValue } from "../viewer/colours.js";

export const ALIKE = "";
export const BY_NUMBER = "#";

/** Ends of the scale leave out this part of the values at each side, so that one outlier does not take it all. */
const OUTLIERS = 0.01;

/**
 * @typedef {object} Colouring
 * @property {Uint8Array | null} colours null for the accent
 * @property {{ title: string, unit: string, low: string, high: string, missing: boolean } | null} scale
 */

/**
 * @param {Measurements} measurements
 * @param {string} by `ALIKE`, `BY_NUMBER` or the id of a column
 * @returns {Colouring}
 */
export function colourObjects(measurements, by) {
  if (by === ALIKE) return { colours: null, scale: null };
  if (by === BY_NUMBER) return { colours: coloursById(measurements.count), scale: null };
  const index = columnIndex(measurements, by, 0);
  const column = measurements.columns[index];
  if (!column) return { colours: null, scale: null };
  const values = valuesOf(measurements, index);
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  const at = (/** @type {number} */ part) => sorted[Math.round(part * (sorted.length - 1))] ?? 0;
  const [low, high] = [at(OUTLIERS), at(1 - OUTLIERS)];
  return {
    colours: coloursByValue(values, low, high),
    scale: {
      title: column.title,
      unit: column.unit,
      low: formatValue(low, column.kind),
      high: formatValue(high, column.kind),
      missing: sorted.length < values.length,
    },
  };
}
