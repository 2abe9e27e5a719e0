/**
 * Whether a class is taken as the answer, and why not: the rule of insitu.decision, for a person who moves the
 * threshold. tests/data/decisions.json holds both to one table.
 *
 * @import { Flaw } from "../engine/protocol.js"
 */

/**
 * `uncertain`: no class reaches the threshold. `unlike`: the image is none of these, or shows too little. `between`
 * holds the two most probable classes by index, the likelier first.
 *
 * @typedef {"accepted" | "uncertain" | "unlike"} DecisionState
 * @typedef {"between" | "unfamiliar" | Flaw} ReasonCode
 * @typedef {{ state: DecisionState, code: ReasonCode | null, between: number[] }} Decision
 */

/** @typedef {{ probabilities: ArrayLike<number>, unlikeness: number | null, flaw: Flaw | null }} Judged */

/**
 * Accept the most probable class, or say what speaks against it; what shows too little comes first.
 *
 * @param {Judged} analysis
 * @param {number} threshold least probability at which a class is accepted
 * @returns {Decision}
 */
export function decide(analysis, threshold) {
  const state = decideState(analysis, threshold);
  if (state === "accepted") return { state, code: null, between: [] };
  if (state === "unlike") return { state, code: analysis.flaw ?? "unfamiliar", between: [] };
  const order = [...Array.from(analysis.probabilities).entries()].sort(([i, a], [j, b]) => b - a || i - j);
  return { state, code: "between", between: order.slice(0, 2).map(([index]) => index) };
}

/**
 * The same without its reason, quickly enough to count 10,000 images while a slider moves.
 *
 * @param {Judged} analysis
 * @param {number} threshold
 * @returns {DecisionState}
 */
export function decideState({ probabilities, unlikeness, flaw }, threshold) {
  if (flaw || (unlikeness !== null && unlikeness > 1)) return "unlike";
  return largest(probabilities) < threshold ? "uncertain" : "accepted";
}

/** @param {ArrayLike<number>} values */
function largest(values) {
  let most = -Infinity;
  for (let i = 0; i < values.length; i += 1) most = Math.max(most, values[i] ?? 0);
  return most;
}

/**
 * The reason in a few words; "" for what was accepted. With the ids of classes it is the table's cell.
 *
 * @param {Decision} decision
 * @param {string[]} names of the classes, in the pack's order
 */
export function explain({ code, between }, names) {
  switch (code) {
    case null:
      return "";
    case "between":
      return `between ${between.map((index) => names[index]).join(" and ")}`;
    case "unfamiliar":
      return "unlike the training images";
    case "small":
      return "too small";
    default:
      return code;
  }
}
