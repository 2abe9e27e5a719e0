/**
 * One image in words, for people and for scripts.
 *
 * @import { Item, Pack } from "../types.js"
 */
import { formatPercent } from "../lib/format.js";
import { countObjects, sayCount } from "../lib/objects.js";
import { formatUnlikeness, isUnlike } from "../lib/unlikeness.js";

const STATES = {
  queued: "Waiting",
  working: "In work",
  done: "Done",
  failed: "Failed",
  cancelled: "Cancelled",
};

/** @param {Item} item */
export function sayState({ state }) {
  return STATES[state];
}

/** @param {Pack | null} pack @param {string | null} label */
export function classOf(pack, label) {
  return pack?.classes.find((entry) => entry.id === label) ?? null;
}

/** The answer, or the state while there is none. @param {Item} item @param {Pack | null} pack */
export function sayShortly(item, pack) {
  if (item.state === "working" && item.progress > 0) return `In work, ${formatPercent(item.progress)}`;
  if (item.state !== "done") return sayState(item);
  const count = countObjects(item);
  if (count !== null && pack) return sayCount(count, pack);
  return classOf(pack, item.label)?.name ?? item.label ?? "";
}

/** What a person must know before trusting an answer, in the fewest words. @param {Item} item */
export function marksOf(item) {
  return [item.sample ? "drawn, not real" : "", isUnlike(item) ? "unlike training" : ""].filter(Boolean);
}

/** For a screen reader: what the card shows, in its order, and then the rest. @param {Item} item @param {Pack | null} pack */
export function sayItem(item, pack) {
  const parts = [item.error?.message, ...marksOf(item), sayShortly(item, pack), item.name];
  if (item.score !== null) parts.push(formatPercent(item.score));
  return parts.filter(Boolean).join(", ");
}

/** Values of the data attributes that tests/README.md promises to scripts. @param {Item} item */
export function scriptAttributes(item) {
  const { name, state, label, score, unlikeness, error } = item;
  return {
    file: name,
    state,
    label: label ?? "",
    score: score === null ? "" : score.toFixed(4),
    objects: String(countObjects(item) ?? ""),
    unlikeness: unlikeness === null ? "" : formatUnlikeness(unlikeness),
    error: error?.code ?? "",
  };
}
