/**
 * Beside the images: what was found, and which of it to show.
 *
 * @import { Filter, ItemState, PackClass } from "../types.js"
 */
import { html } from "lit";
import { formatCount } from "../lib/format.js";
import { findsObjects } from "../lib/objects.js";
import { isFiltering, totals } from "../selectors.js";
import { NO_FILTER, setFilter } from "../state.js";
import { renderDecisions, renderReviews } from "./decision-filters.js";
import { swatch } from "./pack-card.js";
import { icon } from "./icon.js";
import { keyOf } from "./review-keys.js";
import "./threshold.js";
import { View } from "./view.js";

/** @type {{ state: ItemState, label: string }[]} */
const STATES = [
  { state: "queued", label: "Waiting" },
  { state: "working", label: "In work" },
  { state: "failed", label: "Failed" },
  { state: "cancelled", label: "Cancelled" },
];

class Filters extends View {
  /** @override */
  render() {
    const { filter } = this.state;
    return html`<aside class="filters" aria-label="Filter">
      ${findsObjects(this.state.pack) ? this.#renderTotal() : this.#renderAnswers()} ${this.#renderStates()}
      <div class="filters-group filters-fields">
        <label class="field">
          <span>Name contains</span>
          <input
            type="search"
            data-testid="filter-name"
            placeholder="Name"
            spellcheck="false"
            autocomplete="off"
            .value=${filter.text}
            @input=${this.#onText}
          />
        </label>
        ${findsObjects(this.state.pack) ? null : this.#renderScore()}
        ${
          isFiltering(filter)
            ? html`<button class="button" data-testid="show-all" @click=${this.#onReset}>
                ${icon("x")} Show all
              </button>`
            : null
        }
      </div>
      ${this.#renderTryAgain()}
    </aside>`;
  }

  #renderAnswers() {
    const { state, actions } = this;
    const set = (/** @type {Partial<Filter>} */ change) => this.#set(change);
    return html`${this.#renderClasses()} ${renderDecisions(state, set)}
      <insitu-threshold .state=${state} .actions=${actions}></insitu-threshold>
      ${renderReviews(state, set)}`;
  }

  #renderClasses() {
    return html`<div class="filters-group" role="group" aria-label="Classes">
      <h2 class="filters-title">Classes</h2>
      <div class="filters-list">
        ${(this.state.pack?.classes ?? []).map((entry) => this.#renderClass(entry))}
      </div>
    </div>`;
  }

  /** Of a pack that finds objects: how many there are. */
  #renderTotal() {
    const { state } = this;
    return html`<div class="filters-group">
      <h2 class="filters-title">Found</h2>
      <p class="filters-total">
        ${state.pack?.classes.slice(0, 1).map((entry) => swatch(entry))}
        <span>${state.pack?.name}</span>
        <span class="figure" data-testid="object-count">${formatCount(totals(state).objects)}</span>
      </p>
    </div>`;
  }

  #renderScore() {
    const { maxScore } = this.state.filter;
    return html`<label class="field field-score">
      <span>Probability at most <output>${Math.round(100 * maxScore)} %</output></span>
      <input
        type="range"
        data-testid="filter-score"
        min="0"
        max="100"
        .value=${String(Math.round(100 * maxScore))}
        @input=${this.#onScore}
      />
    </label>`;
  }

  /** @param {PackClass} entry */
  #renderClass(entry) {
    const { filter, labels, pack } = this.state;
    const chosen = filter.label === entry.id;
    return html`<button
      class="filter"
      data-testid="filter-class"
      data-label=${entry.id}
      aria-pressed=${chosen}
      @click=${() => this.#set({ label: chosen ? null : entry.id, state: null })}
    >
      ${swatch(entry)}<span class="filter-name">${entry.name}</span>
      <kbd class="filter-key" aria-hidden="true" title="Key that assigns this class"
        >${keyOf(pack?.classes ?? [], entry)}</kbd
      >
      <span class="figure">${formatCount(labels[entry.id] ?? 0)}</span>
    </button>`;
  }

  #renderStates() {
    const { counts, filter } = this.state;
    const shown = STATES.filter(({ state }) => counts[state] > 0 || filter.state === state);
    const { unlike } = totals(this.state);
    const chosen = filter.decision === "unlike";
    const isOffered = findsObjects(this.state.pack) && (unlike > 0 || chosen);
    if (!shown.length && !isOffered) return null;
    return html`<div class="filters-group" role="group" aria-label="State">
      <div class="filters-list">
        ${isOffered ? this.#renderUnlike(unlike, chosen) : null}
        ${shown.map((entry) => this.#renderState(entry))}
      </div>
    </div>`;
  }

  /** @param {number} count @param {boolean} chosen */
  #renderUnlike(count, chosen) {
    return html`<button
      class="filter"
      data-testid="filter-unlike"
      aria-pressed=${chosen}
      title="Images unlike those that the network was trained on: look before you trust what was found."
      @click=${() => this.#set({ decision: chosen ? null : "unlike" })}
    >
      ${icon("circle-alert")}<span class="filter-name">Unlike training</span>
      <span class="figure">${formatCount(count)}</span>
    </button>`;
  }

  /** @param {{ state: ItemState, label: string }} entry */
  #renderState({ state, label }) {
    const count = this.state.counts[state];
    const chosen = this.state.filter.state === state;
    return html`<button
      class="filter"
      data-testid="filter-state"
      data-state=${state}
      aria-pressed=${chosen}
      @click=${() => this.#set({ state: chosen ? null : state, label: null })}
    >
      <span class="state-mark" data-state=${state} aria-hidden="true"></span
      ><span class="filter-name">${label}</span>
      <span class="figure">${formatCount(count)}</span>
    </button>`;
  }

  #renderTryAgain() {
    const { items, counts } = this.state;
    if (counts.queued + counts.working || !(counts.failed + counts.cancelled)) return null;
    const again = () =>
      items.filter(({ state }) => state === "failed" || state === "cancelled").map((item) => item.id);
    return html`<button
      class="button quiet"
      data-testid="try-again"
      @click=${() => this.actions.tryAgain(again())}
    >
      ${icon("rotate-ccw")} Try failed and cancelled again
    </button>`;
  }

  /** @param {Parameters<typeof setFilter>[1]} change */
  #set(change) {
    this.actions.update((state) => setFilter(state, change));
  }

  /** @param {Event} event */
  #onText(event) {
    this.#set({ text: /** @type {HTMLInputElement} */ (event.target).value });
  }

  /** @param {Event} event */
  #onScore(event) {
    this.#set({ maxScore: Number(/** @type {HTMLInputElement} */ (event.target).value) / 100 });
  }

  #onReset() {
    this.#set(NO_FILTER);
  }
}

customElements.define("insitu-filters", Filters);
