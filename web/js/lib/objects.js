/**
 * Objects of an item.
 *
 * @import { Objects } from "../engine/protocol.js"
 * @import { Item, Pack } from "../types.js"
 */
import { formatCount } from "./format.js";

/**
 * With a person's corrections; the engine's own stay in `item.objects`.
 *
 * @param {Pick<Item, "objects" | "corrections">} item
 * @returns {Objects | null}
 */
export function objectsOf({ objects, corrections }) {
  return corrections.at(-1) ?? objects;
}

/** How many there are; null where none were looked for. @param {Pick<Item, "objects" | "corrections">} item */
export function countObjects(item) {
  return objectsOf(item)?.measurements.count ?? null;
}

/** Whether a pack finds objects. @param {Pick<Pack, "task"> | null} pack */
export function findsObjects(pack) {
  return pack?.task === "segment";
}

/** Whether a pack looks for an organ in a scan. @param {Pick<Pack, "task"> | null} pack */
export function readsScans(pack) {
  return pack?.task === "locate";
}

/** "1 nucleus", "23 nuclei". @param {number} count @param {Pack} pack */
export function sayCount(count, { name, classes }) {
  const word = count === 1 ? (classes[0]?.name ?? name) : name;
  return `${formatCount(count)} ${word.toLowerCase()}`;
}
