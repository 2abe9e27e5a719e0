/**
 * Images unlike those that the network was trained on: what is found in them is not to be trusted unseen.
 *
 * @import { Item } from "../types.js"
 */

/** @param {Pick<Item, "unlikeness">} item */
export function isUnlike({ unlikeness }) {
  return unlikeness !== null && unlikeness > 1;
}

/** Two decimals; a little more than 1 stays more than 1. @param {number} unlikeness */
export function formatUnlikeness(unlikeness) {
  return (unlikeness > 1 ? Math.max(unlikeness, 1.01) : unlikeness).toFixed(2);
}

/** What the figure means, in a few words; "" where the pack cannot tell. @param {Pick<Item, "unlikeness">} item */
export function sayUnlikeness({ unlikeness }) {
  return unlikeness === null ? "" : `Unlikeness ${formatUnlikeness(unlikeness)} (up to 1 is usual)`;
}
