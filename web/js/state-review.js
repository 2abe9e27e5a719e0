/**
 * Transitions of a person's review: pure functions from state to state.
 *
 * @import { Item, PageState, Review, ReviewStep } from "./types.js"
 */
import { canReview, isReviewed, UNREVIEWED } from "./lib/review.js";
import { visibleItems } from "./selectors.js";
import { itemById, replaceItems } from "./state-items.js";
import { setFilter } from "./state.js";

/** How many judgements can be undone. */
export const MOST_STEPS = 1000;

/**
 * Assign a class, or take the one that was assigned back. The next image in sight becomes the current one where a person
 * goes through images in full.
 *
 * @param {PageState} state
 * @param {number} id
 * @param {string | null} label
 * @returns {PageState}
 */
export function assignClass(state, id, label) {
  return judge(state, id, { reviewedLabel: label }, { goesOn: label !== null });
}

/**
 * Leave an image out, or take it in again.
 *
 * @param {PageState} state
 * @param {number} id
 * @returns {PageState}
 */
export function toggleExcluded(state, id) {
  const excluded = !itemById(state, id)?.excluded;
  return judge(state, id, { excluded }, { goesOn: excluded });
}

/**
 * @param {PageState} state
 * @param {number} id
 * @param {Partial<Review>} change
 * @param {{ goesOn: boolean }} options
 * @returns {PageState}
 */
function judge(state, id, change, { goesOn }) {
  const item = itemById(state, id);
  if (!item || !canReview(item)) return state;
  const before = reviewOf(item);
  const step = { id, before, after: { ...before, ...change } };
  const isNew = before.reviewedLabel !== step.after.reviewedLabel || before.excluded !== step.after.excluded;
  if (!isNew && !goesOn) return state;
  const next = isNew ? keepStep(setReview(state, id, step.after), step) : state;
  const list = visibleItems(state);
  const at = list.indexOf(item);
  const follower = at < 0 ? undefined : list.slice(at + 1).find(canReview);
  const wanted = goesOn && state.goesOn && state.detailOpen && follower ? follower.id : id;
  return { ...next, lastReview: { step, undone: false }, currentId: nearestInSight(wanted, list, next) };
}

/**
 * Take the last judgement back, and show its image.
 *
 * @param {PageState} state
 * @returns {PageState}
 */
export function undoReview(state) {
  const step = state.reviewSteps.at(-1);
  if (!step) return state;
  const list = visibleItems(state);
  const next = setReview({ ...state, reviewSteps: state.reviewSteps.slice(0, -1) }, step.id, step.before);
  const isInSight = visibleItems(next).some((item) => item.id === step.id);
  const current = state.currentId ?? step.id;
  const currentId = isInSight ? step.id : nearestInSight(current, list, next);
  return { ...next, lastReview: { step, undone: true }, currentId };
}

/**
 * Another pack is chosen: what a person decided of the one before belongs to that. It comes back with it.
 *
 * @param {PageState} state
 * @param {string} packId
 * @returns {PageState}
 */
export function leavePack(state, packId) {
  if (packId === state.packId) return state;
  const reviews = new Map(state.items.filter(isReviewed).map((item) => [item.id, reviewOf(item)]));
  const keptReviews = { ...state.keptReviews, ...(state.packId === null ? {} : { [state.packId]: reviews }) };
  const back = keptReviews[packId];
  const changed = state.items
    .filter((item) => isReviewed(item) || back?.has(item.id))
    .map((item) => ({ ...item, ...(back?.get(item.id) ?? UNREVIEWED) }));
  const next = setFilter(replaceItems(state, changed), { label: null, decision: null, review: null });
  return { ...next, keptReviews, reviewSteps: [], lastReview: null, threshold: null };
}

/** @param {Item} item @returns {Review} */
function reviewOf({ reviewedLabel, excluded }) {
  return { reviewedLabel, excluded };
}

/** @param {PageState} state @param {number} id @param {Review} review @returns {PageState} */
function setReview(state, id, review) {
  const item = itemById(state, id);
  return item ? { ...replaceItems(state, [{ ...item, ...review }]), revision: state.revision + 1 } : state;
}

/** @param {PageState} state @param {ReviewStep} step @returns {PageState} */
function keepStep(state, step) {
  return { ...state, reviewSteps: [...state.reviewSteps.slice(1 - MOST_STEPS), step] };
}

/**
 * The item itself if the filter still shows it, else the nearest behind it, else before it. Where none is left in
 * sight, it stays the current one.
 *
 * @param {number} id
 * @param {readonly Item[]} list what was in sight before
 * @param {PageState} state
 */
function nearestInSight(id, list, state) {
  const inSight = new Set(visibleItems(state).map((item) => item.id));
  if (inSight.has(id)) return id;
  const at = list.findIndex((item) => item.id === id);
  const around = at < 0 ? [] : [...list.slice(at + 1), ...list.slice(0, at).reverse()];
  return around.find((item) => inSight.has(item.id))?.id ?? id;
}
