/**
 * Planes of files that hold several.
 *
 * @import { Extent, Selection } from "../engine/protocol.js"
 * @import { Item } from "../types.js"
 */

/**
 * The plane that an item shows: a person's choice, else the one that was analysed.
 *
 * @param {Pick<Item, "selection" | "plane">} item
 * @returns {Selection | null}
 */
export function planeOf({ selection, plane }) {
  return selection ?? plane;
}

/** Whether there is more than one plane. @param {Extent} extent */
export function hasChoice({ frames, z, channels, levels }) {
  return frames > 1 || z > 1 || channels.length > 1 || levels.length > 1;
}
