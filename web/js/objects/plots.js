/**
 * A histogram and a scatter plot of an image's objects.
 *
 * Events, all bubbling: `objects-filter` {ids: Uint32Array | null}, at most once a frame while a range is
 * drawn; from the scatter plot `object-hover` and `object-click` as in table.js.
 *
 * @import { PropertyDeclarations, PropertyValues } from "lit"
 * @import { Measurements } from "../objects-types.js"
 * @import { PlotView } from "./plot-view.js"
 */
import { html } from "lit";
import { View } from "../views/view.js";
import "./histogram.js";
import { idsInRanges } from "./ranges.js";
import "./scatter.js";

export class MeasurementPlots extends View {
  /** @type {PropertyDeclarations} */
  static properties = {
    measurements: { attribute: false },
    selected: { attribute: false },
    hovered: { attribute: false },
    shown: { attribute: false },
    column: { attribute: false },
    x: { attribute: false },
    y: { attribute: false },
  };

  #frame = 0;
  #filtered = false;

  constructor() {
    super();
    /** @type {Measurements | null} */
    this.measurements = null;
    /** @type {ReadonlySet<number>} */
    this.selected = new Set();
    /** @type {number | null} */
    this.hovered = null;
    /** Ids that pass a filter, as the page joined them; null for all. @type {Uint32Array | null} */
    this.shown = null;
    /** Ids of the measurements that are drawn first; "" for the first ones. */
    this.column = "";
    this.x = "";
    this.y = "";
  }

  /** Take back all ranges. */
  clear() {
    for (const plot of this.#plots) plot.choose([]);
  }

  get #plots() {
    return /** @type {NodeListOf<PlotView>} */ (this.querySelectorAll("insitu-histogram, insitu-scatter"));
  }

  /** @override @param {PropertyValues} changed */
  updated(changed) {
    // The ranges were those of other objects.
    if (changed.has("measurements") && this.#filtered) this.#report(null);
  }

  /** @override */
  disconnectedCallback() {
    super.disconnectedCallback();
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
  }

  /** @override */
  render() {
    const { measurements, selected, hovered, shown, column, x, y } = this;
    if (!measurements?.count) return html`<p class="objects-none">There are no objects to plot.</p>`;
    return html`<div class="plots" data-testid="measurement-plots">
      <insitu-histogram
        .measurements=${measurements}
        .column=${column}
        .hovered=${hovered}
        .shown=${shown}
        @ranges-change=${this.#onRanges}
      ></insitu-histogram>
      <insitu-scatter
        .measurements=${measurements}
        .x=${x}
        .y=${y}
        .selected=${selected}
        .hovered=${hovered}
        .shown=${shown}
        @ranges-change=${this.#onRanges}
      ></insitu-scatter>
    </div>`;
  }

  #onRanges() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      const ranges = Array.from(this.#plots, (plot) => plot.ranges).flat();
      this.#report(this.measurements && idsInRanges(this.measurements, ranges));
    });
  }

  /** @param {Uint32Array | null} ids */
  #report(ids) {
    this.#filtered = ids !== null;
    this.dispatchEvent(new CustomEvent("objects-filter", { bubbles: true, detail: { ids } }));
  }
}

customElements.define("insitu-measurement-plots", MeasurementPlots);
