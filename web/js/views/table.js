/**
 * All images as rows; every column sorts.
 *
 * @import { Item, PageState, SortKey } from "../types.js"
 */
import { html } from "lit";
import { addressOf } from "../lib/thumbnail.js";
import { formatCount, formatPercent } from "../lib/format.js";
import { countObjects, findsObjects, objectsOf } from "../lib/objects.js";
import { labelOf } from "../lib/review.js";
import { rowGrid } from "../lib/virtual-grid.js";
import { visibleItems } from "../selectors.js";
import { setSort } from "../state.js";
import { iconOf, signOf, wordOf } from "./decision-sign.js";
import { icon } from "./icon.js";
import { ImageList } from "./image-list.js";
import {
  classOf,
  marksOf,
  sayCaption,
  sayItem,
  sayShortly,
  sayState,
  scriptAttributes,
} from "./item-words.js";
import { swatch } from "./pack-card.js";
import { setData } from "./view.js";

const ROW_PX = 36;

/** @type {{ key: SortKey, label: string, name: string }[]} */
const OF_CLASSES = [
  { key: "name", label: "File", name: "file" },
  { key: "label", label: "Class", name: "class" },
  { key: "score", label: "Probability", name: "score" },
  { key: "size", label: "Pixels", name: "size" },
  { key: "state", label: "State", name: "state" },
];
/** @type {typeof OF_CLASSES} */
const OF_OBJECTS = [
  { key: "name", label: "File", name: "file" },
  { key: "objects", label: "Objects", name: "class" },
  { key: "diameter", label: "Diameter, px", name: "score" },
  { key: "size", label: "Pixels", name: "size" },
  { key: "state", label: "State", name: "state" },
];

class Table extends ImageList {
  /** @override @param {number} count */
  grid(count) {
    return rowGrid({ count, width: this.space.width, rowHeight: ROW_PX });
  }

  /** @override */
  render() {
    return html`<div class="images-scroll table" tabindex="-1">
      <div
        role="grid"
        aria-label="Images"
        aria-rowcount=${visibleItems(this.state).length + 1}
        aria-colcount=${OF_CLASSES.length}
        @keydown=${this.onKey}
        @focusin=${this.onFocus}
      >
        <div class="table-head table-row" role="row" aria-rowindex="1">
          ${this.#columns.map(({ key, label, name }) => this.#renderHead(key, label, name))}
        </div>
        <div role="rowgroup">${this.renderCells()}</div>
      </div>
    </div>`;
  }

  get #columns() {
    return findsObjects(this.state.pack) ? OF_OBJECTS : OF_CLASSES;
  }

  /** @param {SortKey} key @param {string} label @param {string} name */
  #renderHead(key, label, name) {
    const { sort } = this.state;
    const sorted = sort.key === key;
    const direction = sort.descending ? "descending" : "ascending";
    return html`<div class="cell-${name}" role="columnheader" aria-sort=${sorted ? direction : "none"}>
      <button class="table-sort" data-testid=${`sort-${name}`} @click=${() => this.#sortBy(key)}>
        ${label} ${sorted ? icon(sort.descending ? "arrow-down" : "arrow-up") : null}
      </button>
    </div>`;
  }

  /** Up, down, then as dropped again. @param {SortKey} key */
  #sortBy(key) {
    this.actions.update((state) => {
      const { sort } = state;
      if (sort.key !== key) return setSort(state, { key, descending: false });
      if (!sort.descending) return setSort(state, { key, descending: true });
      return setSort(state, { key: "added", descending: false });
    });
  }

  /** @override @param {Item} item @param {number} index */
  renderCell(item, index) {
    const { state } = this;
    return html`<div
      class="table-row"
      role="row"
      data-testid="result-row"
      data-index=${index}
      tabindex=${this.tabIndexOf(index)}
      aria-rowindex=${index + 2}
      aria-selected=${item.id === state.currentId}
      aria-label=${sayItem(item, state)}
      @click=${() => this.open(item)}
      ${setData(scriptAttributes(item, state))}
      ${this.place(index)}
    >
      <div class="cell-file" role="gridcell" title=${item.name}>
        <span class="cell-picture"
          >${item.thumbnail ? html`<img src=${addressOf(item.thumbnail)} alt="" loading="lazy" />` : null}</span
        >
        <span class="cell-words">
          <span class="cell-text">${item.name}</span>
          ${marksOf(item).map((mark) => html`<span class="mark">${mark}</span>`)}
        </span>
      </div>
      ${findsObjects(state.pack) ? renderObjects(item) : renderClass(item, state)}
      <div class="cell-size figure" role="gridcell">
        ${item.width === null ? null : `${item.width} × ${item.height}`}
      </div>
      <div class="cell-state" role="gridcell" title=${item.error?.message ?? ""}>
        <span class="state-mark" data-state=${item.state} aria-hidden="true"></span>
        <span class="cell-text">${item.error?.message ?? sayState(item)}</span>
      </div>
    </div>`;
  }
}

/** @param {Item} item @param {PageState} state */
function renderClass(item, state) {
  const { label, score } = item;
  const words = label === null ? "" : sayCaption(item, state);
  const sign = signOf(item, state);
  const hidesClass = sign !== null && sign !== "reviewed";
  const entry = hidesClass ? null : classOf(state.pack, labelOf(item));
  return html`<div class="cell-class" role="gridcell" title=${words && sayShortly(item, state)}>
      ${sign && iconOf(sign)}${hidesClass ? html`<span class="cell-sign">${wordOf(sign)}:</span>` : null}${entry && swatch(entry)}
      <span class="cell-text">${words}</span>
    </div>
    <div class="cell-score figure" role="gridcell">${score === null ? null : formatPercent(score)}</div>`;
}

/** @param {Item} item */
function renderObjects(item) {
  const count = countObjects(item);
  const diameter = objectsOf(item)?.diameter ?? null;
  return html`<div class="cell-class figure" role="gridcell">
      ${count === null ? null : formatCount(count)}
    </div>
    <div class="cell-score figure" role="gridcell">${diameter === null ? null : diameter.toFixed(1)}</div>`;
}

customElements.define("insitu-table", Table);
