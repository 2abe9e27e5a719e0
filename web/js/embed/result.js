/**
 * What an engine found, as a host sees it.
 *
 * @typedef {import("../../insitu.js").Result} Result
 * @typedef {import("../engine/protocol.js").Analysis} Analysis
 *
 * What is read of a compiled pack (`pack.json`).
 * @typedef {object} ClassifyingPack
 * @property {string} id
 * @property {string} version
 * @property {string} name
 * @property {{ id: string, name: string, colour: string, letter: string }[]} classes
 * @property {{ threshold: number }} classify
 */
import { decide, explain } from "../lib/decision.js";

/**
 * @param {Pick<Analysis, "probabilities" | "unlikeness" | "flaw" | "width" | "height">} analysis of a pack that sorts into classes
 * @param {ClassifyingPack} pack
 * @param {number | undefined} threshold least score of an accepted result; by default the pack's
 * @returns {Result}
 */
export function toResult(analysis, { id, version, classes, classify }, threshold) {
  const probabilities = analysis.probabilities ?? new Float32Array(classes.length);
  const score = Math.max(...probabilities);
  const winner = classes[probabilities.indexOf(score)];
  const decision = decide({ ...analysis, probabilities }, threshold ?? classify.threshold);
  return {
    state: decision.state,
    reason: reasonOf(decision, classes),
    label: winner?.id ?? "",
    name: winner?.name ?? "",
    score,
    probabilities: Object.fromEntries(classes.map((entry, index) => [entry.id, probabilities[index] ?? 0])),
    unlikeness: analysis.unlikeness,
    width: analysis.width,
    height: analysis.height,
    pack: { id, version },
  };
}

/**
 * @param {import("../lib/decision.js").Decision} decision
 * @param {ClassifyingPack["classes"]} classes
 * @returns {Result["reason"]}
 */
function reasonOf(decision, classes) {
  if (!decision.code) return null;
  const words = explain(
    decision,
    classes.map(({ name }) => name),
  );
  const text = `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
  const [first, second] = decision.between.map((index) => classes[index]?.id ?? "");
  if (first === undefined || second === undefined) return { code: decision.code, text };
  return { code: decision.code, text, between: [first, second] };
}
