/**
 * Beside one image in full: what the network says of every class, and what a person makes of it.
 *
 * @import { Actions, Item, PackClass, PageState } from "../types.js"
 */
import { html } from "lit";
import { formatPercent } from "../lib/format.js";
import { decisionOf, reviewTotals, thresholdOf } from "../selectors.js";
import { assignClass, toggleExcluded, undoReview } from "../state-review.js";
import { iconOf, signOf } from "./decision-sign.js";
import { icon } from "./icon.js";
import { explainDecision, sayReviewOf } from "./item-words.js";
import { swatch } from "./pack-card.js";
import { keyOf, sayLastReview } from "./review-keys.js";
import { sayReviewed } from "./decision-filters.js";
import { setProperties } from "./view.js";

/**
 * @param {Item} item that has an answer
 * @param {PageState} state
 * @param {Pick<Actions, "update">} actions
 */
export function renderReview(item, state, actions) {
  const classes = state.pack?.classes ?? [];
  return html`${renderDecision(item, state)}
    <ul class="bars" aria-label="Probabilities; choose the right class">
      ${classes.map((entry, index) => renderBar(entry, index, item, classes, actions))}
    </ul>
    ${renderButtons(item, state, actions)}`;
}

/** @param {Item} item @param {PageState} state */
function renderDecision(item, state) {
  const decision = decisionOf(item, thresholdOf(state));
  const sign = signOf(item, state);
  const said = sayReviewOf(item, state.pack);
  return html`<div class="detail-decision" data-testid="detail-decision">
    ${sign ? iconOf(sign) : icon("check")}
    <p>
      ${said ? html`<strong>${said}</strong><br />` : null}
      <span class=${said ? "detail-overruled" : ""}>
        ${said ? "Network: " : ""}${decision ? explainDecision(decision, item, state.pack) : ""}
      </span>
    </p>
  </div>`;
}

/**
 * A class: its key, its probability, and a button that assigns it.
 *
 * @param {PackClass} entry
 * @param {number} index
 * @param {Item} item
 * @param {PackClass[]} classes
 * @param {Pick<Actions, "update">} actions
 */
function renderBar(entry, index, item, classes, { update }) {
  const probability = item.probabilities?.[index] ?? 0;
  const chosen = item.reviewedLabel === entry.id;
  const key = keyOf(classes, entry);
  return html`<li>
    <button
      class="bar"
      data-testid="assign-class"
      data-label=${entry.id}
      ?data-winner=${entry.id === item.label}
      aria-pressed=${chosen}
      aria-keyshortcuts=${key}
      title=${chosen ? "Take this class back" : `Assign ${entry.name}`}
      @click=${() => update((state) => assignClass(state, item.id, chosen ? null : entry.id))}
    >
      <kbd class="bar-key" aria-hidden="true">${key}</kbd>
      ${swatch(entry)}
      <span class="bar-name">${entry.name}</span>
      <span class="bar-track" aria-hidden="true">
        <span
          class="bar-fill"
          ${setProperties({ "--part": String(probability), "--class-colour": entry.colour })}
        ></span>
      </span>
      <span class="figure">${formatPercent(probability)}</span>
    </button>
  </li>`;
}

/** @param {Item} item @param {PageState} state @param {Pick<Actions, "update">} actions */
function renderButtons(item, state, { update }) {
  return html`<div class="review-buttons" role="group" aria-label="Review">
      <button
        class="button"
        data-testid="exclude"
        aria-pressed=${item.excluded}
        aria-keyshortcuts="x"
        @click=${() => update((now) => toggleExcluded(now, item.id))}
      >
        ${icon("ban")} ${item.excluded ? "Include again" : "Exclude"} <kbd aria-hidden="true">x</kbd>
      </button>
      <button
        class="button"
        data-testid="clear-class"
        title="Take the class back"
        aria-keyshortcuts="0 Backspace"
        ?disabled=${item.reviewedLabel === null}
        @click=${() => update((now) => assignClass(now, item.id, null))}
      >
        ${icon("x")} Clear <kbd aria-hidden="true">0</kbd>
      </button>
      ${renderUndo(state, { update })}
    </div>
    <label class="review-option">
      <input
        type="checkbox"
        data-testid="goes-on"
        .checked=${state.goesOn}
        @change=${(/** @type {Event} */ event) => {
          const { checked } = /** @type {HTMLInputElement} */ (event.target);
          update((now) => ({ ...now, goesOn: checked }));
        }}
      />
      Then the next image
    </label>
    <p class="review-last figure">
      ${[sayReviewed(reviewTotals(state)), sayLastReview(state)].filter(Boolean).join(" · ")}
    </p>`;
}

/** @param {PageState} state @param {Pick<Actions, "update">} actions */
export function renderUndo({ reviewSteps }, { update }) {
  return html`<button
    class="button"
    data-testid="undo-review"
    title="Undo the last judgement"
    aria-keyshortcuts="u Control+Z Meta+Z"
    ?disabled=${!reviewSteps.length}
    @click=${() => update(undoReview)}
  >
    ${icon("undo-2")} Undo <kbd aria-hidden="true">u</kbd>
  </button>`;
}
