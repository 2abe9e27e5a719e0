/**
 * Joins the state to the document: what is drawn, the title, and leaving.
 *
 * @import { Actions, Box, PageState } from "../types.js"
 * @import { Inputs } from "./inputs.js"
 * @import { View } from "./view.js"
 */
import { hasUnsavedResults } from "../state.js";
import { workOf } from "../selectors.js";
import "./app.js";

/** While images settle, drawing for each of them would take the engines' time. */
const BUSY_STEP_MS = 200;
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
  let drawnAt = 0;
  let frameAsked = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let later;
  const title = new Title();
  const draw = () => {
    frameAsked = false;
    later = undefined;
    drawnAt = performance.now();
    app.actions = actions;
    app.state = box.state;
    title.show(box.state, drawnAt);
  };
  const drawSoon = () => {
    clearTimeout(later);
    frameAsked = true;
    requestAnimationFrame(draw);
  };
  box.subscribe(() => {
    if (frameAsked) return;
    const left = drawnAt + BUSY_STEP_MS - performance.now();
    if (document.hidden) later ??= setTimeout(draw, SLOW_STEP_MS);
    else if (left <= 0 || !workOf(box.state).running || isAsked(app.state, box.state)) drawSoon();
    else later ??= setTimeout(drawSoon, left);
  });
  draw();
  document.documentElement.dataset["started"] = "";
}

/** @type {(keyof PageState)[]} */
const ASKED_OF_LIST = ["view", "filter", "sort", "currentId", "detailOpen", "dialog", "firstId", "notes"];
/** @type {(keyof PageState)[]} */
const ASKED_OF_REVIEW = ["threshold", "lastReview", "goesOn"];
const ASKED = [...ASKED_OF_LIST, ...ASKED_OF_REVIEW];

/** Whether a person waits for what changed. @param {PageState} before @param {PageState} now */
function isAsked(before, now) {
  return (
    before.items.length !== now.items.length ||
    !before.scan !== !now.scan ||
    ASKED.some((key) => before[key] !== now[key])
  );
}

/** The tab's title. Changing it concerns the whole browser, so it changes at most once a second. */
class Title {
  #changedAt = -SLOW_STEP_MS;

  /** @param {PageState} state @param {number} now */
  show(state, now) {
    const { running, settled, total } = workOf(state);
    const title = running ? `${settled} of ${total} · Insitu` : "Insitu";
    if (title === document.title || (running && now - this.#changedAt < SLOW_STEP_MS)) return;
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
