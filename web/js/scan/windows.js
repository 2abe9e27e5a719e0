/**
 * Which values are black and white: the usual windows of radiology, in Hounsfield units.
 *
 * @import { Window } from "./types.js"
 */

/** @type {readonly { id: string, name: string, window: Window }[]} */
export const WINDOWS = [
  { id: "soft", name: "Soft tissue", window: [-160, 240] },
  { id: "vessels", name: "Vessels", window: [-100, 600] },
  { id: "lung", name: "Lung", window: [-1350, 150] },
  { id: "bone", name: "Bone", window: [-450, 1050] },
  { id: "all", name: "Everything", window: [-1024, 1024] },
];

/**
 * Values as the grey levels of a picture.
 *
 * @param {Int16Array} values
 * @param {Window} window
 * @param {Uint8ClampedArray} rgba four bytes for each value
 * @param {number} [at] where the first goes, in pixels
 */
export function paintValues(values, [black, white], rgba, at = 0) {
  const factor = 255 / Math.max(1, white - black);
  let to = at * 4;
  for (const value of values) {
    const grey = (value - black) * factor; // the array clamps and rounds
    rgba[to] = grey;
    rgba[to + 1] = grey;
    rgba[to + 2] = grey;
    rgba[to + 3] = 255;
    to += 4;
  }
}
