/**
 * Cells of the table of objects.
 *
 * @import { Column, Measurements } from "../objects-types.js"
 * @import { Sort } from "./order.js"
 */
import { html } from "lit";
import { formatCount } from "../lib/format.js";
import { icon } from "../views/icon.js";
import { formatValue } from "./figures.js";
import { labelOf } from "./measurements.js";

const NUMBER_PX = 80;
const LETTER_PX = 6.5;
const AROUND_PX = 36;
const WIDEST_PX = 156;

/**
 * Widths of the columns: as their titles need it, in two lines at most. In a wide table they grow.
 *
 * @param {Pick<Column, "title" | "unit">[]} columns
 * @returns {Record<string, string>} CSS properties of the grid
 */
export function trackSizes(columns) {
  const widths = columns.map((column) => {
    const letters = labelOf(column).length;
    const wanted = letters > 16 ? letters / 2 + 4 : Math.max(letters, 9);
    return Math.min(WIDEST_PX, Math.round(AROUND_PX + LETTER_PX * wanted));
  });
  const tracks = widths.map((width) => `minmax(${width}px, 1fr)`);
  return {
    "--objects-columns": [`${NUMBER_PX}px`, ...tracks].join(" "),
    "min-width": `${widths.reduce((sum, width) => sum + width, NUMBER_PX)}px`,
  };
}

/**
 * @param {Pick<Column, "title" | "unit">} column
 * @param {number} place 0 for the object's number
 * @param {Sort} sorted null where the table is not sorted by this column
 * @param {boolean} isStop whether Tab reaches it
 * @param {() => void} sort
 */
export function renderHeadCell(column, place, sorted, isStop, sort) {
  const label = labelOf(column);
  const direction = sorted?.descending ? "descending" : "ascending";
  return html`<div
    class="objects-cell"
    role="columnheader"
    aria-colindex=${place + 1}
    aria-sort=${sorted ? direction : "none"}
  >
    <button
      class="objects-sort"
      data-testid="object-sort"
      data-column=${place - 1}
      title=${label}
      tabindex=${isStop ? 0 : -1}
      @click=${sort}
    >
      ${sorted ? icon(sorted.descending ? "arrow-down" : "arrow-up") : null}
      <span class="objects-title">${label}</span>
    </button>
  </div>`;
}

/** @param {Measurements} measurements @param {number} id */
export function renderCells({ columns, values, count }, id) {
  return html`<div class="objects-cell" role="gridcell" aria-colindex="1">${formatCount(id)}</div>
    ${columns.map(
      ({ kind }, column) =>
        html`<div class="objects-cell" role="gridcell" aria-colindex=${column + 2}>
          ${formatValue(values[column * count + id - 1] ?? NaN, kind)}
        </div>`,
    )}`;
}
