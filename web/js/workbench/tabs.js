/**
 * Beside the image: which of the pages is shown.
 *
 * @typedef {"objects" | "plots" | "image"} Tab
 */
import { html } from "lit";

/** @type {{ tab: Tab, label: string }[]} */
const TABS = [
  { tab: "objects", label: "Objects" },
  { tab: "plots", label: "Plots" },
  { tab: "image", label: "Image" },
];

/** @param {Tab} shown @param {(tab: Tab) => void} choose */
export function renderTabs(shown, choose) {
  return html`<div class="workbench-tabs" role="tablist" aria-label="Beside the image">
    ${TABS.map(
      ({ tab, label }) =>
        html`<button
          class="workbench-tab"
          role="tab"
          id=${`tab-${tab}`}
          data-testid=${`tab-${tab}`}
          aria-selected=${shown === tab}
          aria-controls="workbench-page"
          @click=${() => choose(tab)}
        >
          ${label}
        </button>`,
    )}
  </div>`;
}
