/**
 * Controls of the detail sheet for files that hold more than one plane, and for values deeper than a
 * screen can show.
 *
 * @import { Actions, Drawing, Item } from "../types.js"
 * @import { Selection } from "../engine/protocol.js"
 */
import { html } from "lit";
import { formatCount } from "../lib/format.js";
import { hasChoice, planeOf } from "../lib/planes.js";

/** @typedef {(change: Partial<Selection>) => void} Choose */

/**
 * @param {Item} item
 * @param {Pick<Actions, "choosePlane">} actions
 */
export function renderPlanes(item, actions) {
  const { extent } = item;
  const chosen = planeOf(item);
  if (!extent || !chosen || !hasChoice(extent)) return null;
  /** @type {Choose} */
  const choose = (change) => actions.choosePlane(item.id, change);
  return html`<div class="planes" role="group" aria-label="Plane" data-testid="planes">
    ${renderStep("Frame", "frame", extent.frames, chosen.frame, choose)}
    ${renderStep("Depth (z)", "z", extent.z, chosen.z, choose)}
    ${renderChannels(extent.channels, chosen, choose)} ${renderLevels(extent.levels, chosen, choose)}
  </div>`;
}

/**
 * @param {string} name
 * @param {"frame" | "z"} key
 * @param {number} count
 * @param {number} at
 * @param {Choose} choose
 */
function renderStep(name, key, count, at, choose) {
  if (count < 2) return null;
  const onChange = (/** @type {Event} */ event) => choose({ [key]: Number(inputOf(event).value) - 1 });
  return html`<label class="plane">
    <span>${name}</span>
    <input
      type="range"
      data-testid=${`plane-${key}`}
      min="1"
      max=${count}
      .value=${String(at + 1)}
      @change=${onChange}
      @keydown=${stay}
    />
    <span class="figure">${formatCount(at + 1)} of ${formatCount(count)}</span>
  </label>`;
}

/**
 * @param {[number, number][]} levels
 * @param {Selection} chosen
 * @param {Choose} choose
 */
function renderLevels(levels, chosen, choose) {
  if (levels.length < 2) return null;
  const onChange = (/** @type {Event} */ event) => choose({ level: Number(inputOf(event).value) });
  return html`<label class="plane">
    <span>Level</span>
    <select data-testid="plane-level" .value=${String(chosen.level)} @change=${onChange} @keydown=${stay}>
      ${levels.map(
        ([width, height], index) =>
          html`<option value=${index} ?selected=${chosen.level === index}>
            ${formatCount(width)} × ${formatCount(height)}
          </option>`,
      )}
    </select>
  </label>`;
}

/**
 * @param {{ name: string }[]} channels
 * @param {Selection} chosen
 * @param {Choose} choose
 */
function renderChannels(channels, chosen, choose) {
  if (channels.length < 2) return null;
  const onChange = (/** @type {Event} */ event) => {
    const { value } = inputOf(event);
    choose({ channel: value === "" ? null : Number(value) });
  };
  return html`<label class="plane">
    <span>Channel</span>
    <select
      data-testid="plane-channel"
      .value=${String(chosen.channel ?? "")}
      @change=${onChange}
      @keydown=${stay}
    >
      <option value="" ?selected=${chosen.channel === null}>All ${channels.length} channels</option>
      ${channels.map(
        ({ name }, index) =>
          html`<option value=${index} ?selected=${chosen.channel === index}>${name}</option>`,
      )}
    </select>
  </label>`;
}

/** @param {Item} item */
function showsSeveralChannels(item) {
  return (item.extent?.channels.length ?? 0) > 1 && planeOf(item)?.channel === null;
}

/**
 * Only for values that a screen cannot show as they are.
 *
 * @param {Item} item
 * @param {Pick<Drawing, "contrast" | "range"> | null} drawing
 * @param {Pick<Actions, "setContrast">} actions
 */
export function renderContrast(item, drawing, actions) {
  if (!drawing || (drawing.range[0] === 0 && drawing.range[1] === 255)) return null;
  if (showsSeveralChannels(item)) {
    return html`<p class="detail-facts" data-testid="contrast">
      Each channel by itself, from the file's own limits, else from its 0.1 to its 99.9 percentile. Choose one
      to set its limits.
    </p>`;
  }
  const [low, high] = drawing.contrast;
  const set = (/** @type {[number, number]} */ contrast) => actions.setContrast(item.id, contrast);
  // Some radiographs are stored the other way round: what is high is black, and stays so.
  const [least, most] = low > high ? [Math.max, Math.min] : [Math.min, Math.max];
  return html`<div class="planes" role="group" aria-label="Contrast" data-testid="contrast">
    ${renderLimit("Black", low, drawing.range, (value) => set([value, most(value, high)]))}
    ${renderLimit("White", high, drawing.range, (value) => set([least(value, low), value]))}
    <p class="detail-facts">
      ${
        item.contrast
          ? html`Chosen by hand.
              <button class="button quiet" @click=${() => actions.setContrast(item.id, null)}>
                Automatic
              </button>`
          : "Automatic: the file's own limits, else the 0.1 and 99.9 percentiles."
      }
      It changes the picture only, not the result.
    </p>
  </div>`;
}

/**
 * @param {string} name
 * @param {number} value
 * @param {[number, number]} range
 * @param {(value: number) => void} set
 */
function renderLimit(name, value, [lowest, highest], set) {
  const whole = Number.isInteger(lowest) && Number.isInteger(highest) && highest - lowest > 100;
  return html`<label class="plane">
    <span>${name}</span>
    <input
      type="range"
      data-testid=${`contrast-${name.toLowerCase()}`}
      min=${lowest}
      max=${highest}
      step=${whole ? 1 : (highest - lowest) / 256 || 1}
      .value=${String(value)}
      @change=${(/** @type {Event} */ event) => set(Number(inputOf(event).value))}
      @keydown=${stay}
    />
    <span class="figure">${whole ? formatCount(Math.round(value)) : value.toPrecision(4)}</span>
  </label>`;
}

/** Arrow keys move the control, not to the next image. @param {Event} event */
function stay(event) {
  event.stopPropagation();
}

/** @param {Event} event */
function inputOf(event) {
  return /** @type {HTMLInputElement} */ (event.target);
}
