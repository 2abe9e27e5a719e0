/**
 * What <insitu-drop> says. Pure.
 *
 * @typedef {import("../../insitu.js").Progress} Progress
 * @typedef {import("../../insitu.js").Result} Result
 */

/** @param {Progress} progress */
export function sayProgress({ phase, loaded, total }) {
  if (phase === "ready") return "";
  if (phase === "starting") return "Starting the analysis …";
  return `Loading the analysis, once: ${megabytes(loaded)} of ${megabytes(total)} MB`;
}

/** @param {number} bytes */
function megabytes(bytes) {
  return (bytes / 1e6).toFixed(1);
}

/** @param {Result} result */
export function sayResult({ state, name, score, reason }) {
  const likeliest = `${name}, ${Math.round(100 * score)} %`;
  if (state === "accepted") return likeliest;
  const why = reason ? ` ${reason.text}` : "";
  return state === "unlike" ? `None of these.${why}` : `Perhaps ${likeliest}.${why}`;
}

/**
 * The class that a form is given: that of the person, else the one that is accepted, else none.
 * @param {Result | null} result
 * @param {string | null} chosen by the person
 * @param {boolean} acceptsUnlike whether the likeliest class is taken of images unlike all classes too
 */
export function formValue(result, chosen, acceptsUnlike) {
  if (chosen !== null) return chosen;
  if (!result) return "";
  return result.state === "accepted" || (result.state === "unlike" && acceptsUnlike) ? result.label : "";
}
