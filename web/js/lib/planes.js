/**
 * Planes of files that hold several.
 *
 * @import { Extent } from "../engine/protocol.js"
 */

/** Whether there is more than one plane. @param {Extent} extent */
export function hasChoice({ frames, z, channels, levels }) {
  return frames > 1 || z > 1 || channels.length > 1 || levels.length > 1;
}
