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

/**
 * Accept the most probable class, or say what speaks against it; what shows too little comes first.
 *
 * @param {{ probabilities: ArrayLike<number>, unlikeness: number | null, flaw: Flaw | null }} analysis
 * @param {number} threshold least probability at which a class is accepted
 * @returns {Decision}
 */
export function decide({ probabilities, unlikeness, flaw }, threshold) {
  if (flaw) return { state: "unlike", code: flaw, between: [] };
  if (unlikeness !== null && unlikeness > 1) return { state: "unlike", code: "unfamiliar", between: [] };
  if (largest(probabilities) < threshold) {
    const order = [...Array.from(probabilities).entries()].sort(([i, a], [j, b]) => b - a || i - j);
    return { state: "uncertain", code: "between", between: order.slice(0, 2).map(([index]) => index) };
  }
  return { state: "accepted", code: null, between: [] };
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
