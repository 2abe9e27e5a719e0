/**
 * What is known of a file: size, depth, pixel size.
 *
 * @import { Item } from "../types.js"
 */
import { formatBytes } from "../lib/format.js";
import { sayUnlikeness } from "../lib/unlikeness.js";

/** @param {Item} item */
export function factsOf({ sample, width, height, dtype, spacing, size, extent, unlikeness }) {
  return [
    sample ? "Drawn, not real" : "",
    width === null ? "" : `${width} × ${height} pixels`,
    dtype === null || dtype === "uint8" ? "" : depthOf(dtype),
    spacing ? `${formatSpacing(spacing)} a pixel (${spacing.origin})` : "",
    extent && extent.levels.length > 1 ? `${extent.levels.length} levels` : "",
    size() ? formatBytes(size()) : "",
    sayUnlikeness({ unlikeness }),
  ].filter(Boolean);
}

/** @param {string} dtype a name of numpy's, for example "uint16" */
function depthOf(dtype) {
  const [, kind, bits] = /^(\D+)(\d+)$/.exec(dtype) ?? ["", dtype, ""];
  return `${bits}-bit${kind === "float" ? " float" : kind === "int" ? " signed" : ""}`;
}

/** @param {NonNullable<Item["spacing"]>} spacing */
function formatSpacing({ x, y, unit }) {
  const sides = Math.abs(x - y) <= 0.001 * x ? [x] : [x, y];
  return `${sides.map((side) => Number(side.toPrecision(4))).join(" × ")} ${unit === "um" ? "µm" : unit}`;
}
