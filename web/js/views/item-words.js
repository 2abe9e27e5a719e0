/**
 * One image in words, for people and for scripts.
 *
 * @import { Decision } from "../lib/decision.js"
 * @import { Item, Pack, PageState } from "../types.js"
 */
import { explain } from "../lib/decision.js";
import { formatPercent } from "../lib/format.js";
import { countObjects, sayCount } from "../lib/objects.js";
import { formatUnlikeness, isUnlike } from "../lib/unlikeness.js";
import { decisionOf, thresholdOf } from "../selectors.js";

const STATES = {
  queued: "Waiting",
  working: "In work",
  done: "Done",
  failed: "Failed",
  cancelled: "Cancelled",
};

/** @param {Item} item */
export function sayState({ state }) {
  return STATES[state];
}

/** @param {Pack | null} pack @param {string | null} label */
export function classOf(pack, label) {
  return pack?.classes.find((entry) => entry.id === label) ?? null;
}

/** @typedef {Pick<PageState, "pack" | "threshold">} Measure what answers are judged by */

/** The answer, a person's before the network's, or the state while there is none. @param {Item} item @param {Measure} by */
export function sayShortly(item, by) {
  const { pack } = by;
  if (item.state === "working" && item.progress > 0) return `In work, ${formatPercent(item.progress)}`;
  if (item.state !== "done") return sayState(item);
  const count = countObjects(item);
  if (count !== null && pack) return sayCount(count, pack);
  const said = sayReviewOf(item, pack);
  if (said) return said;
  const decision = decisionOf(item, thresholdOf(by));
  const name = nameOfClass(pack, item.label);
  return decision ? sayDecision(decision, name, pack) : name;
}

/** @param {Pack | null} pack @param {string | null} label */
export function nameOfClass(pack, label) {
  return classOf(pack, label)?.name ?? label ?? "";
}

/** What a person decided of it; "" for nothing. @param {Item} item @param {Pack | null} pack */
export function sayReviewOf({ reviewedLabel, excluded }, pack) {
  const label = reviewedLabel === null ? "" : `You: ${nameOfClass(pack, reviewedLabel)}`;
  return excluded ? ["Excluded", label].filter(Boolean).join(" · ") : label;
}

/** @param {Decision} decision @param {string} name of the likeliest class @param {Pack | null} pack */
function sayDecision(decision, name, pack) {
  const reason = sayReason(decision, pack);
  return { accepted: name, uncertain: `Uncertain: ${reason}`, unlike: `None of these: ${reason}` }[
    decision.state
  ];
}

/** In few words; "" for what was accepted. @param {Decision} decision @param {Pack | null} pack */
function sayReason({ state, code, between }, pack) {
  if (code === "between") return between.map((index) => pack?.classes[index]?.name ?? "").join(" / ");
  return code === "unfamiliar" ? "unlike training" : explain({ state, code, between }, []);
}

/** As `sayShortly`, below a picture whose sign says the rest. @param {Item} item @param {Measure} by */
export function sayCaption(item, by) {
  const decision = decisionOf(item, thresholdOf(by));
  if (item.reviewedLabel !== null) return sayReviewOf({ ...item, excluded: false }, by.pack);
  const reason = decision && sayReason(decision, by.pack);
  return reason
    ? reason.charAt(0).toUpperCase() + reason.slice(1)
    : sayShortly({ ...item, excluded: false }, by);
}

/** For one image in full. @param {Decision} decision @param {Item} item @param {Pack | null} pack */
export function explainDecision(decision, { label }, pack) {
  const names = (pack?.classes ?? []).map((entry) => entry.name);
  const reason = explain(decision, names);
  return {
    accepted: `${nameOfClass(pack, label)}, accepted`,
    uncertain: `Uncertain ${reason}`,
    unlike: `None of these: ${reason}`,
  }[decision.state];
}

/** What a person must know before trusting an answer, in the fewest words. Of classes the answer itself says it. @param {Item} item */
export function marksOf(item) {
  const isMarked = isUnlike(item) && item.probabilities === null;
  return [item.sample ? "drawn, not real" : "", isMarked ? "unlike training" : ""].filter(Boolean);
}

/** For a screen reader: what the card shows, in its order, and then the rest. @param {Item} item @param {Measure} by */
export function sayItem(item, by) {
  const parts = [item.error?.message, ...marksOf(item), sayShortly(item, by), item.name];
  if (item.score !== null) parts.push(formatPercent(item.score));
  return parts.filter(Boolean).join(", ");
}

/** Values of the data attributes that tests/README.md promises to scripts. @param {Item} item @param {Measure} by */
export function scriptAttributes(item, by) {
  const { name, state, label, score, unlikeness, error, reviewedLabel, excluded } = item;
  return {
    decision: decisionOf(item, thresholdOf(by))?.state ?? "",
    reviewed: reviewedLabel ?? "",
    excluded: excluded ? "yes" : "",
    file: name,
    state,
    label: label ?? "",
    score: score === null ? "" : score.toFixed(4),
    objects: String(countObjects(item) ?? ""),
    unlikeness: unlikeness === null ? "" : formatUnlikeness(unlikeness),
    error: error?.code ?? "",
  };
}
