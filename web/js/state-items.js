/**
 * Transitions of the list of images: pure functions from state to state.
 *
 * @import { Batch, Item, PageState, Settled, Source } from "./types.js"
 */
import { addMoment } from "./lib/pace.js";
import { labelOf, UNREVIEWED } from "./lib/review.js";
import { emptyBatch, NO_FILTER } from "./state.js";

/**
 * Append files to the list, all waiting.
 *
 * @param {PageState} state
 * @param {Source[]} sources
 * @param {{ now: number, skipped?: number, sample?: boolean }} options
 * @returns {PageState}
 */
export function addItems(state, sources, { now, skipped = 0, sample = false }) {
  const added = sources.map((source, index) => newItem(source, state.nextId + index, sample));
  const running = unsettled(state) > 0;
  return {
    ...state,
    items: [...state.items, ...added],
    firstId: state.items.length ? state.firstId : state.nextId,
    nextId: state.nextId + added.length,
    counts: { ...state.counts, queued: state.counts.queued + added.length },
    skipped: state.skipped + skipped,
    startedAt: running || !added.length ? state.startedAt : now,
    finishedAt: added.length ? null : state.finishedAt,
    pace: running || !added.length ? state.pace : [{ at: now, settled: settledCount(state) }],
  };
}

/**
 * @param {Source} source
 * @param {number} id
 * @param {boolean} sample
 * @returns {Item}
 */
function newItem({ name, size, read, file }, id, sample) {
  const chosen = {
    extent: null,
    spacing: null,
    dtype: null,
    plane: null,
    selection: null,
    contrast: null,
    diameter: null,
  };
  return {
    ...UNREVIEWED,
    id,
    name,
    size,
    read,
    ...(file ? { file } : {}),
    sample,
    state: "queued",
    ...NOTHING_KNOWN,
    ...chosen,
  };
}

const NOTHING_KNOWN = Object.freeze({
  width: null,
  height: null,
  label: null,
  score: null,
  probabilities: null,
  objects: null,
  unlikeness: null,
  flaw: null,
  corrections: [],
  progress: 0,
  thumbnail: null,
  error: null,
});

/** @param {Batch} batch @param {number} id @returns {Item | undefined} */
export function itemById(batch, id) {
  return batch.items[id - batch.firstId];
}

/** @param {Batch} batch */
export function settledCount({ counts }) {
  return counts.done + counts.failed + counts.cancelled;
}

/** @param {Batch} batch */
export function unsettled({ counts }) {
  return counts.queued + counts.working;
}

/**
 * An engine took an item, or gave it back to the queue.
 *
 * @param {PageState} state
 * @param {number} id
 * @param {"queued" | "working"} to
 * @returns {PageState}
 */
export function moveItem(state, id, to) {
  const item = itemById(state, id);
  return !item || item.state === to ? state : replaceItems(state, [{ ...item, state: to }]);
}

/**
 * @param {PageState} state
 * @param {number} id
 * @param {Settled} outcome
 * @param {number} now
 * @returns {PageState}
 */
export function settleItem(state, id, outcome, now) {
  const item = itemById(state, id);
  if (!item || isSettled(item)) return state;
  return finish(replaceItems(state, [{ ...item, ...resultOf(outcome), state: outcome.state }]), now);
}

/**
 * Everything that has not settled is cancelled.
 *
 * @param {PageState} state
 * @param {number} now
 * @returns {PageState}
 */
export function cancelItems(state, now) {
  const open = state.items.filter((item) => !isSettled(item));
  if (!open.length) return state;
  return finish(
    replaceItems(
      state,
      open.map((item) => ({ ...item, state: "cancelled" })),
    ),
    now,
  );
}

/** @param {PageState} next @param {number} now @returns {PageState} */
function finish(next, now) {
  return {
    ...next,
    revision: next.revision + 1,
    finishedAt: unsettled(next) ? null : now,
    pace: addMoment(next.pace, now, settledCount(next)),
  };
}

/** @param {Item} item */
export function isSettled(item) {
  return item.state !== "queued" && item.state !== "working";
}

/** @param {Settled} outcome @returns {Partial<Item>} */
function resultOf(outcome) {
  if (outcome.state === "failed") return { error: outcome.error };
  if (outcome.state === "cancelled") return {};
  const { width, height, label, score, probabilities, objects, thumbnail } = outcome.analysis;
  const { extent, selection: plane, spacing, dtype, unlikeness, flaw } = outcome.analysis;
  const answer = { label, score, probabilities, objects, unlikeness, flaw, thumbnail };
  return { width, height, ...answer, extent, plane, spacing, dtype };
}

/**
 * Put items back into the queue, as if they had just been dropped. What a person judged stays: it is of the image, and
 * not of one answer of the network.
 *
 * @param {PageState} state
 * @param {Iterable<number>} ids
 * @param {number} now
 * @returns {PageState}
 */
export function requeueItems(state, ids, now) {
  const running = unsettled(state) > 0;
  /** @type {Item[]} */
  const waiting = [];
  for (const id of ids) {
    const item = itemById(state, id);
    if (item) waiting.push({ ...item, ...NOTHING_KNOWN, state: "queued" });
  }
  if (!waiting.length) return state;
  const next = replaceItems(state, waiting);
  const restart = { startedAt: now, pace: [{ at: now, settled: settledCount(next) }] };
  return { ...next, ...(running ? {} : restart), finishedAt: null };
}

/**
 * How much of a large image is done.
 *
 * @param {PageState} state
 * @param {number} id
 * @param {number} progress
 * @returns {PageState}
 */
export function progressItem(state, id, progress) {
  const item = itemById(state, id);
  return item?.state === "working" ? replaceItems(state, [{ ...item, progress }]) : state;
}

/**
 * A person corrected the objects of an item.
 *
 * @param {PageState} state
 * @param {number} id
 * @param {Item["corrections"]} corrections
 * @returns {PageState}
 */
export function correctItem(state, id, corrections) {
  const item = itemById(state, id);
  if (!item) return state;
  return { ...replaceItems(state, [{ ...item, corrections }]), revision: state.revision + 1 };
}

/**
 * What the person chose for an item; to analyse it again is another step.
 *
 * @param {PageState} state
 * @param {number} id
 * @param {Partial<Pick<Item, "selection" | "contrast" | "diameter">>} chosen
 * @returns {PageState}
 */
export function chooseForItem(state, id, chosen) {
  const item = itemById(state, id);
  return item ? replaceItems(state, [{ ...item, ...chosen }]) : state;
}

/** @param {PageState} state @param {Item[]} changed @returns {PageState} */
export function replaceItems(state, changed) {
  const items = state.items.slice();
  const counts = { ...state.counts };
  /** @type {Record<string, number>} */
  const labels = { ...state.labels };
  for (const item of changed) {
    const index = item.id - state.firstId;
    const before = /** @type {Item} */ (items[index]);
    items[index] = item;
    counts[before.state] -= 1;
    counts[item.state] += 1;
    addTo(labels, labelOf(before), -1);
    addTo(labels, labelOf(item), 1);
  }
  return { ...state, items, counts, labels };
}

/** @param {Record<string, number>} counts @param {string | null} key @param {number} change */
function addTo(counts, key, change) {
  if (key !== null) counts[key] = (counts[key] ?? 0) + change;
}

/**
 * Empty the list; what was in it can come back until `forgetCleared`.
 *
 * @param {PageState} state
 * @returns {PageState}
 */
export function clearItems(state) {
  if (!state.items.length) return state;
  const { items, firstId, counts, labels, skipped, reviewSteps } = state;
  return {
    ...state,
    ...emptyBatch(state.nextId),
    cleared: { items, firstId, counts, labels, skipped, reviewSteps },
    lastReview: null,
    pace: [],
    startedAt: null,
    finishedAt: null,
    filter: NO_FILTER,
    currentId: null,
    detailOpen: false,
  };
}

/**
 * Bring the cleared items back, before those that came since. What had not settled waits again.
 *
 * @param {PageState} state
 * @param {number} now
 * @returns {PageState}
 */
export function restoreCleared(state, now) {
  const { cleared } = state;
  if (!cleared) return state;
  const joined = {
    ...state,
    items: [...cleared.items, ...state.items],
    firstId: cleared.firstId,
    counts: addCounts(cleared.counts, state.counts),
    labels: addCounts(cleared.labels, state.labels),
    skipped: cleared.skipped + state.skipped,
    reviewSteps: [...cleared.reviewSteps, ...state.reviewSteps],
    cleared: null,
  };
  return requeueItems(
    joined,
    cleared.items.filter((item) => !isSettled(item)).map((item) => item.id),
    now,
  );
}

/** @template {Record<string, number>} T @param {T} a @param {T} b @returns {T} */
function addCounts(a, b) {
  /** @type {Record<string, number>} */
  const sum = { ...a };
  for (const [key, count] of Object.entries(b)) sum[key] = (sum[key] ?? 0) + count;
  return /** @type {T} */ (sum);
}

/** @param {PageState} state @returns {PageState} */
export function forgetCleared(state) {
  return state.cleared ? { ...state, cleared: null } : state;
}
