/**
 * A small sign on what is not simply the network's accepted answer. The words beside it say the same.
 *
 * @import { Item, PageState } from "../types.js"
 */
import { html } from "lit";
import { decisionOf, thresholdOf } from "../selectors.js";
import { icon } from "./icon.js";

/** @typedef {"excluded" | "reviewed" | "uncertain" | "unlike"} Sign */

/** @type {Record<Sign, { picture: Parameters<typeof icon>[0], word: string }>} */
const SIGNS = {
  excluded: { picture: "ban", word: "Excluded" },
  reviewed: { picture: "user-check", word: "Reviewed" },
  uncertain: { picture: "circle-question-mark", word: "Uncertain" },
  unlike: { picture: "circle-slash", word: "None of these" },
};

/**
 * @param {Item} item
 * @param {Pick<PageState, "pack" | "threshold">} state
 * @returns {Sign | null}
 */
export function signOf(item, state) {
  if (item.excluded) return "excluded";
  if (item.reviewedLabel !== null) return "reviewed";
  const decision = decisionOf(item, thresholdOf(state));
  return decision && decision.state !== "accepted" ? decision.state : null;
}

/** Over a picture. @param {Sign} sign */
export function renderSign(sign) {
  return html`<span class="mark sign" data-sign=${sign}>${iconOf(sign)}${wordOf(sign)}</span>`;
}

/** @param {Sign} sign */
export function wordOf(sign) {
  return SIGNS[sign].word;
}

/** @param {Sign} sign */
export function iconOf(sign) {
  return icon(SIGNS[sign].picture);
}
