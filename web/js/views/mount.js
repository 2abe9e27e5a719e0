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

/** While images settle, drawing for each of them would take the engines' time. */
const BUSY_STEP_MS = 120;
/** A hidden tab draws nothing, but its title tells how far it is; no title changes more often. */
const SLOW_STEP_MS = 1000;

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
  let drawnAt = 0;
  const title = new Title();
  const draw = () => {
    waiting = false;
    drawnAt = performance.now();
    app.actions = actions;
    app.state = box.state;
    title.show(box.state, drawnAt);
  };
  box.subscribe(() => {
    if (waiting) return;
    waiting = true;
    const left = drawnAt + BUSY_STEP_MS - performance.now();
    if (document.hidden) setTimeout(draw, SLOW_STEP_MS);
    else if (unsettled(box.state) && left > 0) setTimeout(() => requestAnimationFrame(draw), left);
    else requestAnimationFrame(draw);
  });
  draw();
  document.documentElement.dataset["started"] = "";
}

/** The tab's title. Changing it concerns the whole browser, so it changes at most once a second. */
class Title {
  #changedAt = -SLOW_STEP_MS;

  /** @param {PageState} state @param {number} now */
  show(state, now) {
    const busy = unsettled(state);
    const title = busy ? `${settledCount(state)} of ${state.items.length} · Insitu` : "Insitu";
    if (title === document.title || (busy && now - this.#changedAt < SLOW_STEP_MS)) return;
    this.#changedAt = now;
    document.title = title;
  }
}

/**
 * Leaving asks first while results are in no file yet. The listener is there only then: it keeps
 * some browsers from showing the page again at once.
 *
 * @param {Box} box
 */
export function askBeforeLeaving(box) {
  /** @param {BeforeUnloadEvent} event */
  const ask = (event) => {
    event.preventDefault();
    event.returnValue = true; // what Chrome before 119 reads
  };
  let asking = false;
  box.subscribe(() => {
    const unsaved = hasUnsavedResults(box.state);
    if (unsaved === asking) return;
    asking = unsaved;
    if (unsaved) window.addEventListener("beforeunload", ask);
    else window.removeEventListener("beforeunload", ask);
  });
}
