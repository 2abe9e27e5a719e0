/**
 * What the views show, derived from the state.
 *
 * @import { Decision, DecisionState } from "./lib/decision.js"
 * @import { Filter, Item, PageState, Sort, SortKey } from "./types.js"
 */
import { decide, decideState } from "./lib/decision.js";
import { compareCodePoints } from "./lib/names.js";
import { countObjects, objectsOf } from "./lib/objects.js";
import { canReview, isReviewed, labelOf } from "./lib/review.js";
import { isUnlike } from "./lib/unlikeness.js";
import { isRunning } from "./scan/state-scan.js";
import { NO_FILTER } from "./state.js";
import { settledCount, unsettled } from "./state-items.js";

/** @type {{ items: readonly Item[], filter: Filter, sort: Sort, threshold: number, visible: readonly Item[] } | null} */
let last = null;

/**
 * The images that pass the filter, in the chosen order. The last answer is kept, because several
 * views ask for it in every frame.
 *
 * @param {PageState} state
 * @returns {readonly Item[]}
 */
export function visibleItems(state) {
  const { items, filter, sort } = state;
  const threshold = filter.decision ? thresholdOf(state) : 0;
  const isSame = last?.items === items && last.filter === filter && last.sort === sort;
  if (last && isSame && last.threshold === threshold) return last.visible;
  const visible = sortItems(isFiltering(filter) ? items.filter(matcher(filter, threshold)) : items, sort);
  last = { items, filter, sort, threshold, visible };
  return visible;
}

/** @param {Filter} filter */
export function isFiltering(filter) {
  return Object.entries(NO_FILTER).some(
    ([key, value]) => filter[/** @type {keyof Filter} */ (key)] !== value,
  );
}

/** @param {Filter} filter @param {number} threshold @returns {(item: Item) => boolean} */
function matcher({ text, label, state, decision, review, maxScore }, threshold) {
  const part = text.toLowerCase();
  return (item) =>
    (label === null || labelOf(item) === label) &&
    (state === null || item.state === state) &&
    (decision === null || decisionState(item, threshold) === decision) &&
    (review === null || REVIEWS[review](item)) &&
    (maxScore >= 1 || (item.score !== null && item.score <= maxScore)) &&
    (part === "" || item.name.toLowerCase().includes(part));
}

/** @type {Record<NonNullable<Filter["review"]>, (item: Item) => boolean>} */
const REVIEWS = {
  open: (item) => canReview(item) && !isReviewed(item),
  reviewed: isReviewed,
  excluded: (item) => item.excluded,
};

/** @param {Item} item @param {number} threshold @returns {DecisionState | null} */
function decisionState(item, threshold) {
  if (hasAnswer(item)) return decideState(item, threshold);
  return isUnlike(item) ? "unlike" : null;
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
  label: (a, b) => compareCodePoints(labelOf(a) ?? "", labelOf(b) ?? ""),
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

/** What packs had before they said it themselves. */
const USUAL_THRESHOLD = 0.5;

/** The least probability at which the pack accepts a class. @param {Pick<PageState, "pack">} state */
export function packThreshold({ pack }) {
  return pack?.classify?.threshold ?? USUAL_THRESHOLD;
}

/** The one in force: a person's, else the pack's. @param {Pick<PageState, "pack" | "threshold">} state */
export function thresholdOf(state) {
  return state.threshold ?? packThreshold(state);
}

/** What becomes of an item's answer; null without one. @param {Item} item @param {number} threshold @returns {Decision | null} */
export function decisionOf(item, threshold) {
  return hasAnswer(item) ? decide(item, threshold) : null;
}

/** @param {Item} item @returns {item is Item & { probabilities: Float32Array }} */
function hasAnswer(item) {
  return item.probabilities !== null;
}

/**
 * How many answers are accepted, uncertain and unlike, and how many the person's threshold moved from accepted to
 * uncertain; below 0, the other way.
 *
 * @param {Pick<PageState, "items" | "pack" | "threshold">} state
 */
export function decisionTotals(state) {
  const { items } = state;
  const threshold = thresholdOf(state);
  const standard = packThreshold(state);
  const isSame = lastDecisions?.items === items && lastDecisions.threshold === threshold;
  if (lastDecisions && isSame && lastDecisions.standard === standard) return lastDecisions;
  const counts = countDecisions(items, threshold);
  const usual = threshold === standard ? counts : countDecisions(items, standard);
  lastDecisions = { items, threshold, standard, ...counts, moved: usual.accepted - counts.accepted };
  return lastDecisions;
}

/** @type {({ items: readonly Item[], threshold: number, standard: number, moved: number } & Record<DecisionState, number>) | null} */
let lastDecisions = null;

/** @param {readonly Item[]} items @param {number} threshold */
function countDecisions(items, threshold) {
  const counts = { accepted: 0, uncertain: 0, unlike: 0 };
  for (const item of items) {
    if (hasAnswer(item)) counts[decideState(item, threshold)] += 1;
  }
  return counts;
}

/** How far a person's review is. @param {Pick<PageState, "items">} state */
export function reviewTotals({ items }) {
  if (lastReviews?.items !== items) {
    const answers = items.filter(canReview);
    const reviewed = answers.filter(isReviewed).length;
    const excluded = answers.filter((item) => item.excluded).length;
    lastReviews = { items, total: answers.length, reviewed, excluded };
  }
  return lastReviews;
}

/** @type {{ items: readonly Item[], total: number, reviewed: number, excluded: number } | null} */
let lastReviews = null;

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
