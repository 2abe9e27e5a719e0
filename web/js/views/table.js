/**
 * All images as rows; every column sorts.
 *
 * @import { Item, Pack, SortKey } from "../types.js"
 */
import { html } from "lit";
import { addressOf } from "../lib/thumbnail.js";
import { formatCount, formatPercent } from "../lib/format.js";
import { countObjects, findsObjects, objectsOf } from "../lib/objects.js";
import { rowGrid } from "../lib/virtual-grid.js";
import { visibleItems } from "../selectors.js";
import { setSort } from "../state.js";
import { icon } from "./icon.js";
import { ImageList } from "./image-list.js";
import { classOf, marksOf, sayItem, sayState, scriptAttributes } from "./item-words.js";
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
    const { pack, currentId } = this.state;
    return html`<div
      class="table-row"
      role="row"
      data-testid="result-row"
      data-index=${index}
      tabindex=${this.tabIndexOf(index)}
      aria-rowindex=${index + 2}
      aria-selected=${item.id === currentId}
      aria-label=${sayItem(item, pack)}
      @click=${() => this.open(item)}
      ${setData(scriptAttributes(item))}
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
      ${findsObjects(pack) ? renderObjects(item) : renderClass(item, pack)}
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

/** @param {Item} item @param {Pack | null} pack */
function renderClass({ label, score }, pack) {
  const entry = classOf(pack, label);
  return html`<div class="cell-class" role="gridcell">
      ${entry ? html`${swatch(entry)} <span class="cell-text">${entry.name}</span>` : null}
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
