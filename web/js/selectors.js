/**
 * What the views show, derived from the state.
 *
 * @import { Filter, Item, PageState, Sort, SortKey } from "./types.js"
 */
import { compareCodePoints } from "./lib/names.js";
import { countObjects, objectsOf } from "./lib/objects.js";
import { isUnlike } from "./lib/unlikeness.js";
import { isRunning } from "./scan/state-scan.js";
import { NO_FILTER } from "./state.js";
import { settledCount, unsettled } from "./state-items.js";

/** @type {{ items: readonly Item[], filter: Filter, sort: Sort, visible: readonly Item[] } | null} */
let last = null;

/**
 * The images that pass the filter, in the chosen order. The last answer is kept, because several
 * views ask for it in every frame.
 *
 * @param {PageState} state
 * @returns {readonly Item[]}
 */
export function visibleItems({ items, filter, sort }) {
  if (last && last.items === items && last.filter === filter && last.sort === sort) return last.visible;
  const visible = sortItems(isFiltering(filter) ? items.filter(matcher(filter)) : items, sort);
  last = { items, filter, sort, visible };
  return visible;
}

/** @param {Filter} filter */
export function isFiltering(filter) {
  return Object.entries(NO_FILTER).some(
    ([key, value]) => filter[/** @type {keyof Filter} */ (key)] !== value,
  );
}

/** @param {Filter} filter @returns {(item: Item) => boolean} */
function matcher({ text, label, state, unlike, maxScore }) {
  const part = text.toLowerCase();
  return (item) =>
    (label === null || item.label === label) &&
    (state === null || item.state === state) &&
    (!unlike || isUnlike(item)) &&
    (maxScore >= 1 || (item.score !== null && item.score <= maxScore)) &&
    (part === "" || item.name.toLowerCase().includes(part));
}

/** @param {readonly Item[]} items @param {Sort} sort @returns {readonly Item[]} */
function sortItems(items, { key, descending }) {
  if (key === "added") return descending ? [...items].reverse() : items;
  const compare = COMPARE[key];
  const sign = descending ? -1 : 1;
  return [...items].sort((a, b) => missingLast(a, b, key) || sign * compare(a, b) || a.id - b.id);
}

/** @type {Record<Exclude<SortKey, "added">, (a: Item, b: Item) => number>} */
const COMPARE = {
  name: (a, b) => compareCodePoints(a.name, b.name),
  label: (a, b) => compareCodePoints(a.label ?? "", b.label ?? ""),
  score: (a, b) => (a.score ?? 0) - (b.score ?? 0),
  objects: (a, b) => (countObjects(a) ?? 0) - (countObjects(b) ?? 0),
  diameter: (a, b) => (objectsOf(a)?.diameter ?? 0) - (objectsOf(b)?.diameter ?? 0),
  size: (a, b) => (a.width ?? 0) * (a.height ?? 0) - (b.width ?? 0) * (b.height ?? 0),
  state: (a, b) => STATES.indexOf(a.state) - STATES.indexOf(b.state),
};

const STATES = ["failed", "cancelled", "working", "queued", "done"];

/** Items without a value come last in either direction. @param {Item} a @param {Item} b @param {SortKey} key */
function missingLast(a, b, key) {
  if (key === "name" || key === "state") return 0;
  return Number(a.state !== "done") - Number(b.state !== "done");
}

/** All objects of all images, and images unlike those of the training. @param {PageState} state */
export function totals({ items }) {
  if (lastTotals?.items !== items) {
    const objects = items.reduce((sum, item) => sum + (countObjects(item) ?? 0), 0);
    lastTotals = { items, objects, unlike: items.filter(isUnlike).length };
  }
  return lastTotals;
}

/** @type {{ items: readonly Item[], objects: number, unlike: number } | null} */
let lastTotals = null;

/**
 * How far the page's work is: of its images, or of the files of its scan.
 *
 * @param {PageState} state
 */
export function workOf(state) {
  const { scan } = state;
  if (scan) return { total: scan.files.length, settled: scan.settled, running: isRunning(scan) };
  return { total: state.items.length, settled: settledCount(state), running: unsettled(state) > 0 };
}

/**
 * One word for scripts and for the coloured dot.
 *
 * @param {PageState} state
 * @returns {"loading" | "ready" | "working" | "failed"}
 */
export function engineState({ pool, packOpen, blocked }) {
  if (blocked || pool.kind === "failed") return "failed";
  if (!packOpen) return "loading";
  return pool.kind;
}
