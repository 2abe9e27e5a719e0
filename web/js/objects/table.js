/**
 * All objects as rows. Only those in sight are in the document; every column sorts.
 *
 * Events, all bubbling: `object-hover` {id | null}; `object-click` {id, shift, toggle, ids}, where `ids`
 * are the rows from the last click to this one in the order of the table if Shift is held, else this one.
 *
 * @import { PropertyDeclarations, PropertyValues } from "lit"
 * @import { Column, Measurements } from "../objects-types.js"
 * @import { Sort } from "./order.js"
 */
import { html } from "lit";
import { guard } from "lit/directives/guard.js";
import { repeat } from "lit/directives/repeat.js";
import { moveByKey, rowGrid, scrollToShow, visibleCells } from "../lib/virtual-grid.js";
import { setProperties, View } from "../views/view.js";
import { allIds, keepShown, valuesOf } from "./measurements.js";
import { idsBetween, nextSort, sortIds } from "./order.js";
import { contentHeight, listTop, scrollTopFor } from "./scroll-scale.js";
import { renderCells, renderHeadCell, trackSizes } from "./table-cells.js";

const ROW_PX = 28;
const SPARE_ROWS = 6;
const OBJECT = { title: "Object", unit: "" };

export class ObjectTable extends View {
  /** @type {PropertyDeclarations} */
  static properties = {
    measurements: { attribute: false },
    selected: { attribute: false },
    hovered: { attribute: false },
    shown: { attribute: false },
    sort: { state: true },
    space: { state: true },
  };

  /** @type {ResizeObserver | null} */
  #observer = null;
  /** The row that Tab reaches. @type {number | null} */
  #active = null;
  /** Where a range with Shift starts. @type {number | null} */
  #anchor = null;
  /** @type {Uint32Array} */
  #all = new Uint32Array(0);
  #headStop = 0;
  #focusActive = false;
  /** What was last reported. @type {number | null} */
  #pointed = null;

  constructor() {
    super();
    /** @type {Measurements | null} */
    this.measurements = null;
    /** @type {ReadonlySet<number>} */
    this.selected = new Set();
    /** @type {number | null} */
    this.hovered = null;
    /** Ids that pass a filter; null for all. @type {Uint32Array | null} */
    this.shown = null;
    /** @type {Sort} */
    this.sort = null;
    /** Ids in the order of the rows. @type {Uint32Array} */
    this.rows = new Uint32Array(0);
    /** The scrolling part, in CSS pixels; `height` is that below the header. */
    this.space = { width: 0, height: 0, top: 0 };
  }

  /** Bring a row into sight; false if no row has this id. @param {number} id */
  scrollToId(id) {
    const index = this.rows.indexOf(id);
    const { scroller } = this;
    if (index < 0 || !scroller) return false;
    const height = this.#viewHeight;
    const top = listTop(this.#grid, scroller.scrollTop, height);
    const wanted = scrollToShow(this.#grid, index, top, height);
    if (wanted !== top) scroller.scrollTop = scrollTopFor(this.#grid, wanted, height);
    return true;
  }

  get scroller() {
    return /** @type {HTMLElement | null} */ (this.querySelector(".objects-scroll"));
  }

  get #grid() {
    return rowGrid({ count: this.rows.length, width: this.space.width, rowHeight: ROW_PX });
  }

  /** Height in which rows are seen. */
  get #viewHeight() {
    const head = /** @type {HTMLElement | null} */ (this.querySelector(".objects-head"));
    return Math.max(0, (this.scroller?.clientHeight ?? 0) - (head?.offsetHeight ?? 0));
  }

  /** @override @param {PropertyValues} changed */
  willUpdate(changed) {
    if (changed.has("measurements")) this.#forget();
    const isOther = changed.has("measurements") || changed.has("sort");
    if (isOther) this.#all = this.#order();
    if (isOther || changed.has("shown")) this.rows = keepShown(this.#all, this.shown);
  }

  /** @override */
  firstUpdated() {
    const { scroller } = this;
    if (!scroller) return;
    this.#observer = new ResizeObserver(() => this.#measure());
    this.#observer.observe(scroller);
    scroller.addEventListener("scroll", () => this.#measure(), { passive: true });
  }

  /** @override */
  connectedCallback() {
    super.connectedCallback();
    if (this.#observer && this.scroller) this.#observer.observe(this.scroller);
  }

  /** @override */
  disconnectedCallback() {
    super.disconnectedCallback();
    this.#observer?.disconnect();
  }

  /** @override @param {PropertyValues} changed */
  updated(changed) {
    // A shorter list has moved the scroll position.
    if (changed.has("measurements") || changed.has("shown") || changed.has("sort")) this.#measure();
    if (this.#focusActive) this.#focusRow();
  }

  #forget() {
    this.#active = null;
    this.#anchor = null;
    this.#pointed = null;
    const columns = this.measurements?.columns.length ?? 0;
    if (this.sort && this.sort.column >= columns) this.sort = null;
    this.#headStop = Math.min(this.#headStop, columns);
  }

  /** All ids in the order of the rows. */
  #order() {
    const { measurements, sort } = this;
    const ids = allIds(measurements?.count ?? 0);
    if (!measurements || !sort) return ids;
    if (sort.column < 0) return sort.descending ? ids.reverse() : ids;
    return sortIds(ids, valuesOf(measurements, sort.column), sort.descending);
  }

  #measure() {
    const { scroller, space } = this;
    if (!scroller) return;
    const { clientWidth: width, scrollTop: top } = scroller;
    const height = this.#viewHeight;
    if (space.width !== width || space.height !== height || space.top !== top) {
      this.space = { width, height, top };
    }
  }

  /** @override */
  render() {
    const columns = this.measurements?.columns ?? [];
    return html`<div class="objects-scroll" data-testid="object-table" tabindex="-1">
      <div
        class="objects-grid"
        role="grid"
        aria-label="Objects"
        aria-multiselectable="true"
        aria-rowcount=${this.rows.length + 1}
        aria-colcount=${columns.length + 1}
        ${setProperties(trackSizes(columns))}
      >
        <div class="objects-head" role="rowgroup" @keydown=${this.#onHeadKey}>
          <div class="objects-row" role="row" aria-rowindex="1">
            ${[OBJECT, ...columns].map((column, place) => this.#renderHead(column, place))}
          </div>
        </div>
        <div
          class="objects-body"
          role="rowgroup"
          @click=${this.#onClick}
          @keydown=${this.#onKey}
          @focusin=${this.#onFocus}
          @focusout=${this.#onBlur}
          @pointerover=${this.#onPointer}
          @pointerleave=${() => this.#point(null)}
          ${setProperties({ height: `${contentHeight(this.#grid)}px` })}
        >
          ${this.#renderRows()}
        </div>
      </div>
      ${this.rows.length ? null : html`<p class="objects-none">${this.#sayNone()}</p>`}
    </div>`;
  }

  #sayNone() {
    if (!this.measurements) return "Nothing is measured yet.";
    return this.measurements.count ? "No object lies in the chosen ranges." : "No objects were found.";
  }

  /** @param {Pick<Column, "title" | "unit">} column @param {number} place */
  #renderHead(column, place) {
    const sorted = this.sort?.column === place - 1 ? this.sort : null;
    return renderHeadCell(column, place, sorted, place === this.#headStop, () => this.#sortBy(place - 1));
  }

  /** @param {number} column */
  #sortBy(column) {
    this.#headStop = column + 1;
    this.sort = nextSort(this.sort, column);
    this.scroller?.scrollTo({ top: 0 });
  }

  #renderRows() {
    const grid = this.#grid;
    const top = listTop(grid, this.space.top, this.space.height);
    const { first, end } = visibleCells(grid, top, this.space.height, SPARE_ROWS);
    const shown = Array.from(this.rows.subarray(first, end), (id, offset) => ({ id, index: first + offset }));
    const active = this.#active === null ? -1 : this.rows.indexOf(this.#active);
    const stop = active >= 0 ? active : Math.min(Math.ceil(top / ROW_PX), this.rows.length - 1);
    // The active row stays in the document, so that it can keep the focus.
    if (active >= end) shown.push({ id: this.#active ?? 0, index: active });
    else if (active >= 0 && active < first) shown.unshift({ id: this.#active ?? 0, index: active });
    const shift = this.space.top - top;
    return repeat(
      shown,
      ({ id }) => id,
      ({ id, index }) => this.#renderRow(id, index, index * ROW_PX + shift, index === stop),
    );
  }

  /** @param {number} id @param {number} index @param {number} y @param {boolean} isStop */
  #renderRow(id, index, y, isStop) {
    return html`<div
      class="objects-row"
      role="row"
      data-testid="object-row"
      data-object=${id}
      tabindex=${isStop ? 0 : -1}
      aria-rowindex=${index + 2}
      aria-selected=${this.selected.has(id)}
      ?data-hovered=${this.hovered === id}
      ${setProperties({ transform: `translateY(${y}px)` })}
    >
      ${guard([this.measurements, id], () => this.measurements && renderCells(this.measurements, id))}
    </div>`;
  }

  /** @param {number} id @param {{ shiftKey: boolean, ctrlKey: boolean, metaKey: boolean }} keys */
  #choose(id, { shiftKey, ctrlKey, metaKey }) {
    const ids = shiftKey ? idsBetween(this.rows, this.#anchor, id) : Uint32Array.of(id);
    if (!shiftKey) this.#anchor = id;
    const detail = { id, shift: shiftKey, toggle: ctrlKey || metaKey, ids };
    this.dispatchEvent(new CustomEvent("object-click", { bubbles: true, detail }));
  }

  /** @param {number | null} id */
  #point(id) {
    if (id === this.#pointed) return;
    this.#pointed = id;
    this.dispatchEvent(new CustomEvent("object-hover", { bubbles: true, detail: { id } }));
  }

  /** @param {MouseEvent} event */
  #onClick(event) {
    const id = idAt(event);
    if (id !== null) this.#choose(id, event);
  }

  /** @param {PointerEvent} event */
  #onPointer(event) {
    if (event.pointerType !== "touch") this.#point(idAt(event));
  }

  /** @param {FocusEvent} event */
  #onFocus(event) {
    const id = idAt(event);
    if (id === null) return;
    this.#active = id;
    this.#point(id);
    this.requestUpdate();
  }

  /** @param {FocusEvent} event */
  #onBlur({ relatedTarget, currentTarget }) {
    const body = /** @type {Element} */ (currentTarget);
    if (!(relatedTarget instanceof Node && body.contains(relatedTarget))) this.#point(null);
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const id = idAt(event);
    if (id === null || event.altKey) return;
    if (event.key === " " || event.key === "Enter") {
      event.preventDefault();
      this.#choose(id, event);
      return;
    }
    // Left and right scroll sideways, as the browser does it.
    if (event.ctrlKey || event.metaKey || event.key === "ArrowLeft" || event.key === "ArrowRight") return;
    const from = this.rows.indexOf(this.#active ?? id);
    const to = moveByKey(this.#grid, from, event.key, this.#viewHeight);
    if (to === null) return;
    event.preventDefault();
    if (to === from && event.key === "ArrowUp") this.#focusHead(this.#headStop);
    else this.#moveTo(this.rows[to] ?? id, event);
  }

  /** @param {number} id @param {KeyboardEvent} event */
  #moveTo(id, event) {
    this.#anchor ??= this.#active;
    this.#active = id;
    this.#focusActive = true;
    this.scrollToId(id);
    this.#measure();
    this.requestUpdate();
    if (event.shiftKey) this.#choose(id, event);
  }

  #focusRow() {
    const row = this.querySelector(`[data-object="${this.#active}"]`);
    if (!(row instanceof HTMLElement)) return;
    this.#focusActive = false;
    row.focus({ preventScroll: true });
  }

  /** @param {KeyboardEvent} event */
  #onHeadKey(event) {
    const last = this.measurements?.columns.length ?? 0;
    /** @type {Record<string, number>} */
    const places = { ArrowLeft: this.#headStop - 1, ArrowRight: this.#headStop + 1, Home: 0, End: last };
    const to = places[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "ArrowDown" && this.rows.length) {
      event.preventDefault();
      this.#moveTo(this.#active ?? this.rows[0] ?? 0, event);
    } else if (to !== undefined) {
      event.preventDefault();
      this.#focusHead(Math.min(Math.max(to, 0), last));
    }
  }

  /** @param {number} place 0 for the object's number */
  #focusHead(place) {
    this.#headStop = place;
    this.requestUpdate();
    const button = this.querySelector(`.objects-sort[data-column="${place - 1}"]`);
    if (button instanceof HTMLElement) button.focus();
    if (place === 0) this.scroller?.scrollTo({ left: 0 }); // it is always in sight
  }
}

/** The object in whose row something happened. @param {Event} event */
function idAt(event) {
  const row = event.target instanceof Element ? event.target.closest("[data-object]") : null;
  return row instanceof HTMLElement ? Number(row.dataset["object"]) : null;
}

customElements.define("insitu-object-table", ObjectTable);
