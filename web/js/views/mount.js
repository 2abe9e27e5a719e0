/**
 * Joins the state to the document: what is drawn, the title, and leaving.
 *
 * @import { Actions, Box, PageState } from "../types.js"
 * @import { Inputs } from "./inputs.js"
 * @import { View } from "./view.js"
 */
import { hasUnsavedResults } from "../state.js";
import { settledCount, unsettled } from "../state-items.js";
import "./app.js";

/** A hidden tab draws nothing, but its title tells how far it is. */
const HIDDEN_STEP_MS = 1000;

/**
 * @param {Box} box
 * @param {Actions} actions
 * @param {Inputs} inputs
 */
export function mount(box, actions, inputs) {
  const app = /** @type {View} */ (document.querySelector("insitu-app"));
  for (const input of [inputs.files, inputs.folder]) {
    document.body.append(input);
    input.addEventListener("change", () => {
      if (input.files) actions.choose(input.files);
      input.value = ""; // so that choosing the same files again counts again
    });
  }
  let waiting = false;
  const draw = () => {
    waiting = false;
    app.actions = actions;
    app.state = box.state;
    document.title = sayTitle(box.state);
  };
  box.subscribe(() => {
    if (waiting) return;
    waiting = true;
    if (document.hidden) setTimeout(draw, HIDDEN_STEP_MS);
    else requestAnimationFrame(draw);
  });
  draw();
  document.documentElement.dataset["started"] = "";
}

/** @param {PageState} state */
function sayTitle(state) {
  return unsettled(state) ? `${settledCount(state)} of ${state.items.length} · Insitu` : "Insitu";
}

/**
 * Leaving asks first while results are in no file yet. The listener is there only then: it keeps
 * some browsers from showing the page again at once.
 *
 * @param {Box} box
 */
export function askBeforeLeaving(box) {
  /** @param {BeforeUnloadEvent} event */
  const ask = (event) => event.preventDefault();
  let asking = false;
  box.subscribe(() => {
    const unsaved = hasUnsavedResults(box.state);
    if (unsaved === asking) return;
    asking = unsaved;
    if (unsaved) window.addEventListener("beforeunload", ask);
    else window.removeEventListener("beforeunload", ask);
  });
}
