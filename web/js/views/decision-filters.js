/**
 * Which answers to show: by what became of them, and by what a person did with them.
 *
 * @import { DecisionState } from "../lib/decision.js"
 * @import { Filter, PageState } from "../types.js"
 */
import { html } from "lit";
import { formatCount } from "../lib/format.js";
import { decisionTotals, reviewTotals } from "../selectors.js";
import { iconOf } from "./decision-sign.js";
import { icon } from "./icon.js";

/** @type {{ decision: DecisionState, label: string, title: string }[]} */
const DECISIONS = [
  { decision: "accepted", label: "Accepted", title: "A class is likely enough" },
  { decision: "uncertain", label: "Uncertain", title: "No class is likely enough" },
  {
    decision: "unlike",
    label: "None of these",
    title: "Unlike the images that the network was trained on, or too small, blank or blurred",
  },
];

/** @type {{ review: NonNullable<Filter["review"]>, label: string }[]} */
const REVIEWS = [
  { review: "open", label: "Not reviewed" },
  { review: "reviewed", label: "Reviewed" },
  { review: "excluded", label: "Excluded" },
];

/**
 * @param {PageState} state
 * @param {(change: Partial<Filter>) => void} set
 */
export function renderDecisions(state, set) {
  const { decision } = state.filter;
  const totals = decisionTotals(state);
  return html`<div class="filters-group filters-decision" role="group" aria-label="Decision">
    <h2 class="filters-title">Decision</h2>
    <div class="filters-list">
      ${DECISIONS.map(
        (entry) =>
          html`<button
            class="filter"
            data-testid="filter-decision"
            data-decision=${entry.decision}
            title=${entry.title}
            aria-pressed=${decision === entry.decision}
            @click=${() => set({ decision: decision === entry.decision ? null : entry.decision })}
          >
            ${entry.decision === "accepted" ? icon("check") : iconOf(entry.decision)}
            <span class="filter-name">${entry.label}</span>
            <span class="figure">${formatCount(totals[entry.decision])}</span>
          </button>`,
      )}
    </div>
  </div>`;
}

/**
 * @param {PageState} state
 * @param {(change: Partial<Filter>) => void} set
 */
export function renderReviews(state, set) {
  const totals = reviewTotals(state);
  const { review } = state.filter;
  const counts = {
    open: totals.total - totals.reviewed,
    reviewed: totals.reviewed,
    excluded: totals.excluded,
  };
  const shown = REVIEWS.filter(
    (entry) => entry.review === "open" || counts[entry.review] || review === entry.review,
  );
  return html`<div class="filters-group" role="group" aria-label="Review">
    <h2 class="filters-title figure" data-testid="reviewed-count">${sayReviewed(totals)}</h2>
    <div class="filters-list">
      ${shown.map(
        (entry) =>
          html`<button
            class="filter"
            data-testid="filter-review"
            data-review=${entry.review}
            aria-pressed=${review === entry.review}
            @click=${() => set({ review: review === entry.review ? null : entry.review })}
          >
            ${entry.review === "open" ? icon("circle") : iconOf(entry.review)}
            <span class="filter-name">${entry.label}</span>
            <span class="figure">${formatCount(counts[entry.review])}</span>
          </button>`,
      )}
    </div>
  </div>`;
}

/** @param {{ total: number, reviewed: number }} totals */
export function sayReviewed({ total, reviewed }) {
  return `${formatCount(reviewed)} of ${formatCount(total)} reviewed`;
}
