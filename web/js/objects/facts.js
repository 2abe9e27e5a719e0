/**
 * One object's figures, for a card beside the pointer or the selection.
 *
 * @import { PropertyDeclarations } from "lit"
 * @import { Column, Measurements } from "../objects-types.js"
 */
import { html } from "lit";
import { formatCount } from "../lib/format.js";
import { View } from "../views/view.js";
import { formatValue } from "./figures.js";

export class ObjectFacts extends View {
  /** @type {PropertyDeclarations} */
  static properties = {
    measurements: { attribute: false },
    columns: { attribute: false },
    objectId: { attribute: false },
  };

  constructor() {
    super();
    /** @type {Measurements | null} */
    this.measurements = null;
    /** Which of the measurements to show; null for all. @type {readonly Column[] | null} */
    this.columns = null;
    /** @type {number | null} */
    this.objectId = null;
  }

  /** @override */
  render() {
    const { measurements, objectId } = this;
    if (!measurements || objectId === null || objectId < 1 || objectId > measurements.count) return null;
    return html`<section
      class="object-facts"
      aria-label=${`Object ${objectId}`}
      data-testid="object-facts"
      data-object=${objectId}
    >
      <h3>Object <span class="figure">${formatCount(objectId)}</span></h3>
      <dl>
        ${measurements.columns.map((column, index) =>
          this.columns && !this.columns.includes(column)
            ? null
            : renderFact(column, measurements.values[index * measurements.count + objectId - 1] ?? NaN),
        )}
      </dl>
    </section>`;
  }
}

/** @param {Column} column @param {number} value */
function renderFact({ title, unit, kind }, value) {
  const words = kind === "flag" && value <= 0 ? "no" : formatValue(value, kind);
  return html`<div class="object-fact">
    <dt>${title}</dt>
    <dd class="figure">${words} <span class="object-fact-unit">${unit}</span></dd>
  </div>`;
}

customElements.define("insitu-object-facts", ObjectFacts);
