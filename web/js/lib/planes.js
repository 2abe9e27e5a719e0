/**
 * Planes of files that hold several.
 *
 * @import { Extent, Selection } from "../engine/protocol.js"
 */

/** @type {Selection} */
export const FIRST_PLANE = Object.freeze({ frame: 0, z: 0, channel: null, level: 0 });

/** Whether there is more than one plane. @param {Extent} extent */
export function hasChoice({ frames, z, channels }) {
  return frames > 1 || z > 1 || channels.length > 1;
}
