/**
 * What gallery and table share: only the cells in sight are in the document, and the keyboard
 * moves one current cell through all of them.
 *
 * @import { PropertyValues, TemplateResult } from "lit"
 * @import { Grid } from "../lib/virtual-grid.js"
 * @import { Item } from "../types.js"
 */
import { html } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { cellPosition, moveByKey, scrollToShow, visibleCells } from "../lib/virtual-grid.js";
import { visibleItems } from "../selectors.js";
import { setProperties, View } from "./view.js";

/** @abstract */
export class ImageList extends View {
  static properties = { space: { state: true } };

  /** @type {ResizeObserver | null} */
  #observer = null;
  #focusCurrent = false;
  /** Whether a cell had the focus before what is drawn now. */
  #hadFocus = false;
  #tabStop = 0;

  constructor() {
    super();
    /** The content box of the list and where it is scrolled to, in CSS pixels. */
    this.space = { width: 0, height: 0, top: 0 };
  }

  /** @abstract @param {number} _count @returns {Grid} */
  grid(_count) {
    throw new Error("a list says where its cells are");
  }

  /**
   * @abstract
   * @param {Item} _item
   * @param {number} _index
   * @returns {TemplateResult}
   */
  renderCell(_item, _index) {
    throw new Error("a list draws its cells");
  }

  /** The part that scrolls. */
  get scroller() {
    return /** @type {HTMLElement} */ (this.querySelector(".images-scroll"));
  }

  /** @override */
  firstUpdated() {
    this.#observer = new ResizeObserver(() => this.#measure());
    this.#observer.observe(this.scroller);
    this.scroller.addEventListener("scroll", () => this.#measure(), { passive: true });
    this.#showCurrent();
  }

  /** @override */
  disconnectedCallback() {
    super.disconnectedCallback();
    this.#observer?.disconnect();
  }

  /** @override */
  willUpdate() {
    this.#hadFocus = this.#focused !== null;
  }

  /** @override @param {PropertyValues} changed */
  updated(changed) {
    const before = /** @type {View["state"] | undefined} */ (changed.get("state"));
    if (before && before.currentId !== this.state.currentId) this.#showCurrent();
    if (this.#hadFocus && this.#focusStrayed) this.#focusCurrent = true;
    if (this.#focusCurrent) this.#focus();
  }

  /** The cell that has the focus. @returns {HTMLElement | null} */
  get #focused() {
    const { activeElement } = document;
    const isCell = this.contains(activeElement) && activeElement?.matches("[data-index]");
    return isCell ? /** @type {HTMLElement} */ (activeElement) : null;
  }

  /**
   * Whether the focus is at another cell than the current one, or lost. It is lost with a cell that a review has hidden,
   * or that moved in the document, as in another order.
   */
  get #focusStrayed() {
    const focused = this.#focused;
    return focused ? indexIn(focused) !== this.currentIndex : document.activeElement === document.body;
  }

  /** Cells in sight, and the current one wherever it is, so that it can keep the focus. */
  renderCells() {
    const items = visibleItems(this.state);
    const grid = this.grid(items.length);
    const { first, end } = visibleCells(grid, this.space.top, this.space.height);
    const shown = items.slice(first, end).map((item, offset) => ({ item, index: first + offset }));
    const current = this.currentIndex;
    this.#tabStop = Math.max(0, current);
    const currentItem = items[current];
    if (currentItem && (current < first || current >= end)) shown.push({ item: currentItem, index: current });
    return html`<div class="cells" ${setProperties({ height: `${grid.height}px` })}>
      ${repeat(
        shown,
        ({ item }) => item.id,
        ({ item, index }) => this.renderCell(item, index),
      )}
    </div>`;
  }

  /** Position and size of a cell. @param {number} index */
  place(index) {
    const grid = this.grid(visibleItems(this.state).length);
    const { x, y } = cellPosition(grid, index);
    return setProperties({
      transform: `translate(${x}px, ${y}px)`,
      width: `${grid.cellWidth}px`,
      height: `${grid.cellHeight}px`,
    });
  }

  get currentIndex() {
    return visibleItems(this.state).findIndex((item) => item.id === this.state.currentId);
  }

  /** The one cell that Tab reaches. @param {number} index */
  tabIndexOf(index) {
    return index === this.#tabStop ? 0 : -1;
  }

  /** @param {Item} item */
  open(item) {
    this.actions.update((state) => ({ ...state, currentId: item.id, detailOpen: true }));
  }

  /** The cell under the keyboard is the current one. @param {FocusEvent} event */
  onFocus(event) {
    const item = visibleItems(this.state)[indexOf(event)];
    if (item && item.id !== this.state.currentId && !this.#focusCurrent) {
      this.actions.update((state) => ({ ...state, currentId: item.id }));
    }
  }

  /** Keys may come faster than frames, so each starts from the newest state. @param {KeyboardEvent} event */
  onKey(event) {
    if (indexOf(event) < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === " " || event.key === "Enter") {
      event.preventDefault();
      this.actions.update((state) => ({ ...state, detailOpen: state.currentId !== null }));
      return;
    }
    this.actions.update((state) => {
      const items = visibleItems(state);
      const from = items.findIndex((item) => item.id === state.currentId);
      const to = items[moveByKey(this.grid(items.length), from, event.key, this.#viewHeight) ?? -1];
      if (!to) return state;
      event.preventDefault();
      this.#focusCurrent = true;
      return { ...state, currentId: to.id };
    });
  }

  /** Give the keyboard back to the current cell, after the sheet over it has closed. */
  focusCurrent() {
    this.#focusCurrent = true;
    this.requestUpdate();
  }

  /** Height in which cells are seen, without a header that stays. */
  get #viewHeight() {
    const header = this.querySelector(".table-head");
    return this.scroller.clientHeight - (header instanceof HTMLElement ? header.offsetHeight : 0);
  }

  #measure() {
    const { scroller } = this;
    const style = getComputedStyle(scroller);
    const width = scroller.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    const { space } = this;
    const height = scroller.clientHeight;
    const top = scroller.scrollTop;
    if (space.width !== width || space.height !== height || space.top !== top) {
      this.space = { width, height, top };
    }
  }

  #showCurrent() {
    const index = this.currentIndex;
    if (index < 0) return;
    const grid = this.grid(visibleItems(this.state).length);
    this.scroller.scrollTop = scrollToShow(grid, index, this.scroller.scrollTop, this.#viewHeight);
  }

  #focus() {
    const { currentIndex } = this;
    const cell = currentIndex < 0 ? this.scroller : this.querySelector(`[data-index="${currentIndex}"]`);
    if (!(cell instanceof HTMLElement)) return;
    this.#focusCurrent = false;
    cell.focus({ preventScroll: true });
  }
}

/** Place of the cell that an event comes from; -1 if from none. @param {Event} event */
function indexOf(event) {
  const cell = /** @type {HTMLElement} */ (event.target).closest("[data-index]");
  return cell instanceof HTMLElement ? indexIn(cell) : -1;
}

/** Place of a cell. @param {HTMLElement} cell */
function indexIn(cell) {
  return Number(cell.dataset["index"] ?? -1);
}
