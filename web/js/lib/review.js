/**
 * What a person decided of an image.
 *
 * @import { Item, Pack, Review } from "../types.js"
 */

/** @type {Review} */
export const UNREVIEWED = Object.freeze({ reviewedLabel: null, excluded: false });

/** Whether a pack sorts into classes, so that a person can review its answers. @param {Pick<Pack, "task"> | null} pack */
export function sortsIntoClasses(pack) {
  return pack?.task === "classify";
}

/** @param {Review} review */
export function isReviewed({ reviewedLabel, excluded }) {
  return reviewedLabel !== null || excluded;
}

/** Whether there is an answer to judge. @param {Pick<Item, "state" | "probabilities">} item */
export function canReview({ state, probabilities }) {
  return state === "done" && probabilities !== null;
}

/** The class of an image: a person's, else the network's. @param {Pick<Item, "label" | "reviewedLabel">} item */
export function labelOf({ label, reviewedLabel }) {
  return reviewedLabel ?? label;
}
