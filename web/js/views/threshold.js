/** The least probability at which a class is accepted, and what moving it changes. */
import { html } from "lit";
import { formatCount, formatThreshold } from "../lib/format.js";
import { decisionTotals, packThreshold, thresholdOf } from "../selectors.js";
import { setThreshold } from "../state.js";
import { icon } from "./icon.js";
import { View } from "./view.js";

class Threshold extends View {
  static properties = { open: { state: true } };

  constructor() {
    super();
    /** Whether it is shown on narrow screens; wide ones always show it. */
    this.open = false;
  }

  /** @override */
  render() {
    const threshold = thresholdOf(this.state);
    return html`<button
        class="filter threshold-open"
        aria-expanded=${this.open}
        aria-controls="threshold-panel"
        @click=${() => (this.open = !this.open)}
      >
        ${icon("sliders-horizontal")}<span class="filter-name">Accept from</span>
        <span class="figure">${formatThreshold(threshold)}</span>
      </button>
      <div class="threshold" id="threshold-panel" ?data-open=${this.open}>
        <label class="threshold-name" for="threshold-number">Accept a class from</label>
        <div class="threshold-line">
          <input
            type="range"
            aria-label="Least probability to accept a class"
            aria-valuetext=${`${formatThreshold(threshold)}: ${this.#sayCounts()}`}
            data-testid="threshold"
            min="0"
            max="1"
            step="0.01"
            .value=${String(threshold)}
            @input=${this.#onInput}
          />
          <input
            type="number"
            id="threshold-number"
            data-testid="threshold-number"
            min="0"
            max="1"
            step="0.01"
            inputmode="decimal"
            .value=${formatThreshold(threshold)}
            @change=${this.#onInput}
          />
          ${this.#renderReset()}
        </div>
        <p class="threshold-counts figure">${this.#sayCounts()}</p>
        <output class="threshold-moved figure" data-testid="threshold-moved">${this.#sayMoved()}</output>
      </div>`;
  }

  #sayCounts() {
    const { accepted, uncertain, unlike } = decisionTotals(this.state);
    return `${formatCount(accepted)} accepted, ${formatCount(uncertain)} uncertain, ${formatCount(unlike)} none of these`;
  }

  /** What moving it changed, before any table is taken away. */
  #sayMoved() {
    if (this.state.threshold === null) return "As the pack sets it";
    const { moved } = decisionTotals(this.state);
    const [from, to] = moved > 0 ? ["accepted", "uncertain"] : ["uncertain", "accepted"];
    return moved ? `${formatCount(Math.abs(moved))} moved from ${from} to ${to}` : "None moved";
  }

  #renderReset() {
    const standard = formatThreshold(packThreshold(this.state));
    return html`<button
      class="button icon-only quiet"
      data-testid="threshold-reset"
      aria-label=${`Back to ${standard}, as the pack sets it`}
      title=${`Back to ${standard}, as the pack sets it`}
      ?disabled=${this.state.threshold === null}
      @click=${() => this.#set(null)}
    >
      ${icon("rotate-ccw")}
    </button>`;
  }

  /** @param {Event} event */
  #onInput(event) {
    const input = /** @type {HTMLInputElement} */ (event.target);
    const value = input.valueAsNumber;
    if (Number.isFinite(value)) this.#set(Math.round(100 * Math.min(1, Math.max(0, value))) / 100);
    input.value = input.type === "number" ? formatThreshold(thresholdOf(this.state)) : input.value;
  }

  /** @param {number | null} threshold */
  #set(threshold) {
    this.actions.update((state) =>
      setThreshold(state, threshold === packThreshold(state) ? null : threshold),
    );
  }
}

customElements.define("insitu-threshold", Threshold);
