/**
 * To the image before and after the current one, among those in sight.
 *
 * @import { Actions, Item, PageState } from "../types.js"
 */
import { html } from "lit";
import { visibleItems } from "../selectors.js";
import { icon } from "./icon.js";

/**
 * @param {Item} item the current one
 * @param {PageState} state
 * @param {Pick<Actions, "update">} actions
 */
export function renderSteps(item, state, actions) {
  const items = visibleItems(state);
  const at = items.indexOf(item);
  const go = (/** @type {number} */ by) => () => stepTo(by, actions);
  return html`${renderStep("Previous image", "chevron-left", at > 0, go(-1))}
    <span class="detail-place figure">${at < 0 ? "" : `${at + 1} of ${items.length}`}</span>
    ${renderStep("Next image", "chevron-right", at >= 0 && at < items.length - 1, go(1))}`;
}

/** @param {number} by @param {Pick<Actions, "update">} actions */
export function stepTo(by, actions) {
  actions.update((state) => {
    const items = visibleItems(state);
    const target = items[items.findIndex((item) => item.id === state.currentId) + by];
    return target ? { ...state, currentId: target.id } : state;
  });
}

/** @param {string} label @param {Parameters<typeof icon>[0]} picture @param {boolean} enabled @param {() => void} act */
function renderStep(label, picture, enabled, act) {
  return html`<button
    class="button icon-only quiet"
    aria-label=${label}
    title=${label}
    ?disabled=${!enabled}
    @click=${act}
  >
    ${icon(picture)}
  </button>`;
}
