/**
 * The one mutable state of the page. Transitions are pure: state in, state out; `createBox` holds
 * the current one and tells who listens. Transitions of the list of images are in state-items.js.
 *
 * @import { Batch, Box, Filter, Item, PageState, Sort } from "./types.js"
 */
import { isReviewed } from "./lib/review.js";

/** @type {Filter} */
export const NO_FILTER = Object.freeze({
  text: "",
  label: null,
  state: null,
  decision: null,
  review: null,
  maxScore: 1,
});

/** @returns {Batch} */
export function emptyBatch(firstId = 0) {
  return {
    items: [],
    firstId,
    counts: { queued: 0, working: 0, done: 0, failed: 0, cancelled: 0 },
    labels: {},
    skipped: 0,
    reviewSteps: [],
  };
}

/** @returns {PageState} */
export function initialState() {
  return {
    ...emptyBatch(),
    nextId: 0,
    revision: 0,
    exported: 0,
    cleared: null,
    scan: null,
    clearedScan: null,
    pace: [],
    startedAt: null,
    finishedAt: null,
    view: "gallery",
    filter: NO_FILTER,
    sort: { key: "added", descending: false },
    threshold: null,
    lastReview: null,
    goesOn: true,
    keptReviews: {},
    currentId: null,
    detailOpen: false,
    dialog: null,
    packs: [],
    pack: null,
    packId: null,
    model: null,
    packOpen: false,
    pool: {
      kind: "loading",
      boot: null,
      engines: 0,
      size: 0,
      queued: 0,
      working: 0,
      paused: false,
      loadingReader: false,
      error: null,
    },
    offline: { kind: "installing", done: 0, total: 0, updateWaiting: false, message: null },
    requests: null,
    collecting: null,
    zip: null,
    notes: [],
    blocked: null,
  };
}

/**
 * @param {PageState} state
 * @returns {Box}
 */
export function createBox(state) {
  /** @type {Set<() => void>} */
  const listeners = new Set();
  const box = {
    state,
    /** @param {(state: PageState) => PageState} change */
    update(change) {
      const next = change(box.state);
      if (next === box.state) return;
      box.state = next;
      for (const listener of listeners) listener();
    },
    /** @param {() => void} listener */
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return box;
}

/**
 * Resolves as soon as a test holds.
 *
 * @param {Box} box
 * @param {(state: PageState) => boolean} test
 * @returns {Promise<void>}
 */
export function firstTime(box, test) {
  return new Promise((resolve) => {
    const check = () => {
      if (!test(box.state)) return;
      stop();
      resolve();
    };
    const stop = box.subscribe(check);
    check();
  });
}

/** Whether results of the person's own images would be lost by leaving. @param {PageState} state */
export function hasUnsavedResults(state) {
  const { scan } = state;
  if (scan && scan.phase === "done" && scan.series.length && !scan.sample && !scan.saved) return true;
  const isLoss = (/** @type {Item} */ item) => !item.sample && (item.state === "done" || isReviewed(item));
  return state.revision !== state.exported && state.items.some(isLoss);
}

/** @param {PageState} state @param {Partial<Filter>} change @returns {PageState} */
export function setFilter(state, change) {
  return { ...state, filter: { ...state.filter, ...change } };
}

/** @param {PageState} state @param {number | null} threshold null: the pack's @returns {PageState} */
export function setThreshold(state, threshold) {
  return { ...state, threshold };
}

/** @param {PageState} state @param {Sort} sort @returns {PageState} */
export function setSort(state, sort) {
  return { ...state, sort };
}

/** @param {PageState} state @param {string} id @param {string} text @returns {PageState} */
export function addNote(state, id, text) {
  return { ...state, notes: [...state.notes.filter((note) => note.id !== id), { id, text }] };
}

/** @param {PageState} state @param {string} id @returns {PageState} */
export function dropNote(state, id) {
  return { ...state, notes: state.notes.filter((note) => note.id !== id) };
}
