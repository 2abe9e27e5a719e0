/**
 * What is said of one object where there is little room. Pure.
 *
 * @import { Measurements } from "../objects-types.js"
 */
import { formatWithUnit } from "../objects/figures.js";
import { valuesOf } from "../objects/measurements.js";

/** Shape and mean intensities, in µm where they are known: what fits beside the pointer. @param {Measurements} measurements */
export function briefColumns({ columns }) {
  const ids = new Set(columns.map(({ id }) => id));
  return columns.filter(
    ({ id }) =>
      /^(area|equivalent_diameter|perimeter|eccentricity|solidity|mean_intensity)/.test(id) &&
      !(id.endsWith("_px") && (ids.has(id.replace(/px$/, "um")) || ids.has(id.replace(/px$/, "um2")))),
  );
}

/** The first figures of an object, for a screen reader. @param {Measurements} measurements @param {number} id */
export function sayFigures(measurements, id) {
  return measurements.columns
    .slice(0, 3)
    .map((column, index) => {
      const value = valuesOf(measurements, index)[id - 1] ?? NaN;
      return `${column.title} ${formatWithUnit(value, column)}`;
    })
    .join(", ");
}
