/**
 * What an engine found, as a host sees it: the one place where a result is accepted or not.
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
 * @property {{ threshold?: number }} classify
 */

const THRESHOLD = 0.7;

/**
 * @param {Pick<Analysis, "label" | "score" | "probabilities" | "width" | "height">} analysis of a pack that sorts into classes
 * @param {ClassifyingPack} pack
 * @param {number | undefined} threshold least score of an accepted result; by default the pack's
 * @returns {Result}
 */
export function toResult({ probabilities, width, height }, pack, threshold) {
  const order = [...(probabilities ?? [])]
    .map((score, index) => ({ score, index }))
    .sort((a, b) => b.score - a.score);
  const ids = order.map(({ index }) => pack.classes[index]?.id ?? "");
  const score = order[0]?.score ?? 0;
  return {
    ...decide(ids, score, threshold ?? pack.classify.threshold ?? THRESHOLD),
    label: ids[0] ?? "",
    name: pack.classes[order[0]?.index ?? 0]?.name ?? "",
    score,
    probabilities: Object.fromEntries(pack.classes.map(({ id }, index) => [id, probabilities?.[index] ?? 0])),
    width,
    height,
    pack: { id: pack.id, version: pack.version },
  };
}

/**
 * @param {string[]} ids of the classes, the likeliest first
 * @param {number} score of the likeliest
 * @param {number} threshold
 * @returns {Pick<Result, "state" | "reason">}
 */
function decide([first = "", second = ""], score, threshold) {
  if (score >= threshold) return { state: "accepted", reason: null };
  const text = `No class reaches ${Math.round(100 * threshold)} %.`;
  return { state: "uncertain", reason: { code: "below-threshold", text, between: [first, second] } };
}
