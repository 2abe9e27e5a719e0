/**
 * Judging images by keys.
 *
 * @import { Actions, PackClass, PageState } from "../types.js"
 */
import { sortsIntoClasses } from "../lib/review.js";
import { itemById } from "../state-items.js";
import { assignClass, toggleExcluded, undoReview } from "../state-review.js";

/** What the list of keys says of them. */
export const REVIEW_KEYS = [
  ["1 to 9", "Give the image the class of that number"],
  ["0, Backspace", "Take that class back"],
  ["x", "Leave the image out, or take it in again"],
  ["u, Ctrl Z", "Undo the last of these"],
];

/** The key of a class: the first nine have one. @param {PackClass[]} classes @param {PackClass} entry */
export function keyOf(classes, entry) {
  const number = classes.indexOf(entry) + 1;
  return number >= 1 && number <= 9 ? String(number) : "";
}

/**
 * Do what a key asks for. Keys concern the image in full, else the one in the list that has the focus.
 *
 * @param {KeyboardEvent} event
 * @param {PageState} state
 * @param {Pick<Actions, "update">} actions
 */
export function reviewByKey(event, state, { update }) {
  const target = /** @type {Element} */ (event.target);
  if (!sortsIntoClasses(state.pack) || state.dialog || target.closest(OTHERS_KEYS)) return;
  const undo = isUndo(event);
  const change = undo ? undoReview : changeOf(event, state.pack?.classes ?? []);
  if (!change || !(undo || state.detailOpen || target.closest("[data-index]"))) return;
  event.preventDefault();
  // A key that is held down would judge images that nobody has seen.
  if (!event.repeat) update((now) => change(now, now.currentId ?? -1));
}

/** What takes keys for itself. */
const OTHERS_KEYS = "input:not([type=checkbox]), textarea, select, [contenteditable], [role=menu], dialog";

/** @param {KeyboardEvent} event */
function isUndo({ key, ctrlKey, metaKey, altKey, shiftKey }) {
  if (altKey || shiftKey) return false;
  return ctrlKey || metaKey ? key.toLowerCase() === "z" : key.toLowerCase() === "u";
}

/**
 * @param {KeyboardEvent} event
 * @param {PackClass[]} classes
 * @returns {((state: PageState, id: number) => PageState) | null}
 */
function changeOf(event, classes) {
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  const digit = digitOf(event);
  if (event.key === "Backspace" || digit === "0") return (state, id) => assignClass(state, id, null);
  if (event.key.toLowerCase() === "x" && !event.shiftKey) return toggleExcluded;
  const label = digit === null ? undefined : classes[Number(digit) - 1]?.id;
  return label === undefined ? null : (state, id) => assignClass(state, id, label);
}

/** Where digits need Shift, as on French keyboards, their keys count without it too. @param {KeyboardEvent} event */
function digitOf({ key, code, shiftKey }) {
  if (/^\d$/.test(key)) return key;
  return shiftKey ? null : (/^Digit(\d)$/.exec(code)?.[1] ?? null);
}

/** What was done last, for the eye and for screen readers. @param {PageState} state */
export function sayLastReview(state) {
  const { lastReview, pack } = state;
  if (!lastReview) return "";
  const { id, before, after } = lastReview.step;
  const name = itemById(state, id)?.name ?? "";
  if (lastReview.undone) return `Undone: ${name}`;
  if (before.excluded !== after.excluded) return `${after.excluded ? "Excluded" : "Included again"}: ${name}`;
  const entry = pack?.classes.find((one) => one.id === after.reviewedLabel);
  return entry ? `Assigned ${entry.name}: ${name}` : `Class taken back: ${name}`;
}
