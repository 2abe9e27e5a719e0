/**
 * Which planes of which files lie in a box, in the order of the slices.
 *
 * @import { Box3, FoundSeries } from "../engine/protocol.js"
 */

/** More planes of one file at once would need their memory at once. */
const MOST_PLANES = 256;

/** @param {Pick<FoundSeries, "files" | "planes">} series @param {Pick<Box3, "z0" | "z1">} box */
export function slicesByFile({ files, planes }, { z0, z1 }) {
  /** @type {{ file: number, planes: number[] }[]} */
  const parts = [];
  for (let slice = z0; slice < z1; slice += 1) {
    const file = /** @type {number} */ (files[slice]);
    const plane = /** @type {number} */ (planes[slice]);
    const last = parts.at(-1);
    if (last?.file === file && last.planes.length < MOST_PLANES) last.planes.push(plane);
    else parts.push({ file, planes: [plane] });
  }
  return parts.map((part) => ({ file: part.file, planes: Int32Array.from(part.planes) }));
}
