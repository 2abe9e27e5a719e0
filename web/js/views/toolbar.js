/**
 * Above the images: gallery or table, how many are shown, their order, adding more.
 *
 * @import { PageState, SortKey } from "../types.js"
 */
import { html } from "lit";
import { formatCount, formatNumber } from "../lib/format.js";
import { findsObjects } from "../lib/objects.js";
import { isFiltering, visibleItems } from "../selectors.js";
import { setSort } from "../state.js";
import { icon } from "./icon.js";
import { View } from "./view.js";

/** @type {{ value: string, key: SortKey, descending: boolean, label: string }[]} */
const AS_DROPPED = [
  { value: "added", key: "added", descending: false, label: "As dropped" },
  { value: "name", key: "name", descending: false, label: "By name" },
];
/** @type {typeof AS_DROPPED} */
const BY_CLASS = [
  { value: "label", key: "label", descending: false, label: "By class" },
  { value: "score", key: "score", descending: false, label: "Least certain first" },
  { value: "score-down", key: "score", descending: true, label: "Most certain first" },
];
/** @type {typeof AS_DROPPED} */
const BY_OBJECTS = [
  { value: "objects", key: "objects", descending: false, label: "Fewest objects first" },
  { value: "objects-down", key: "objects", descending: true, label: "Most objects first" },
];
/** @type {typeof AS_DROPPED} */
const BY_STATE = [{ value: "state", key: "state", descending: false, label: "Failed first" }];
/** @type {typeof AS_DROPPED} */
const ORDERS = [...AS_DROPPED, ...BY_CLASS, ...BY_OBJECTS, ...BY_STATE];

class Toolbar extends View {
  /** @override */
  render() {
    const { state, actions } = this;
    return html`<div class="toolbar">
      <div class="segments" role="group" aria-label="View">
        ${this.#renderSegment("gallery", "Gallery", "layout-grid")}
        ${this.#renderSegment("table", "Table", "table-2")}
      </div>
      <span class="toolbar-count" ?data-partial=${state.collecting !== null || isFiltering(state.filter)}
        >${this.#sayCount()}</span
      >
      <label class="toolbar-order">
        <span class="visually-hidden">Order</span>
        <select data-testid="order" @change=${this.#onOrder}>
          ${this.#orders().map(
            ({ value, label, selected }) =>
              html`<option value=${value} .selected=${selected}>${label}</option>`,
          )}
        </select>
      </label>
      <button class="button" @click=${actions.pickFiles} title="Add images">
        ${icon("image-plus")} <span class="label">Add images</span>
      </button>
      <button class="button add-folder" @click=${actions.pickFolder} title="Add a folder">
        ${icon("folder-open")} <span class="label">Add a folder</span>
      </button>
    </div>`;
  }

  /**
   * @param {PageState["view"]} view
   * @param {string} label
   * @param {Parameters<typeof icon>[0]} picture
   */
  #renderSegment(view, label, picture) {
    return html`<button
      class="segment"
      data-testid=${`view-${view}`}
      aria-pressed=${this.state.view === view}
      title=${label}
      @click=${() => this.actions.update((state) => ({ ...state, view }))}
    >
      ${icon(picture)} <span class="label">${label}</span>
    </button>`;
  }

  #sayCount() {
    const { state } = this;
    if (state.collecting !== null) return `${formatNumber(state.collecting, "file")} found so far`;
    if (!isFiltering(state.filter)) return formatNumber(state.items.length, "image");
    return `${formatCount(visibleItems(state).length)} of ${formatNumber(state.items.length, "image")}`;
  }

  /** The orders on offer; one that came from a column of the table is added. */
  #orders() {
    const { key, descending } = this.state.sort;
    const middle = findsObjects(this.state.pack) ? BY_OBJECTS : BY_CLASS;
    const orders = [...AS_DROPPED, ...middle, ...BY_STATE].map((order) => ({
      ...order,
      selected: order.key === key && order.descending === descending,
    }));
    if (orders.some((order) => order.selected)) return orders;
    return [...orders, { value: "other", key, descending, label: "By column", selected: true }];
  }

  /** @param {Event} event */
  #onOrder(event) {
    const { value } = /** @type {HTMLSelectElement} */ (event.target);
    const order = ORDERS.find((entry) => entry.value === value);
    if (order)
      this.actions.update((state) => setSort(state, { key: order.key, descending: order.descending }));
  }
}

customElements.define("insitu-toolbar", Toolbar);
