/**
 * Above the image: what a click or a line does, and how objects are shown.
 *
 * @import { Measurements } from "../objects-types.js"
 * @import { Look, Tool } from "../viewer/types.js"
 */
import { html } from "lit";
import { labelOf } from "../objects/measurements.js";
import { icon } from "../views/icon.js";
import { ALIKE, BY_NUMBER } from "./colouring.js";

/** @type {{ tool: Tool, label: string, hint: string, picture: Parameters<typeof icon>[0], key: string }[]} */
export const TOOLS = [
  { tool: "look", label: "Look", hint: "Drag to move, click to select.", picture: "hand", key: "v" },
  { tool: "delete", label: "Delete", hint: "Click an object to delete it.", picture: "trash-2", key: "d" },
  {
    tool: "merge",
    label: "Join",
    hint: "Draw a line through the objects to join, or select them and press J.",
    picture: "combine",
    key: "j",
  },
  {
    tool: "split",
    label: "Split",
    hint: "Draw a line across an object to divide it, or click it: its longest axis is cut in half.",
    picture: "scissors",
    key: "s",
  },
  { tool: "draw", label: "Draw", hint: "Draw the outline of a new object.", picture: "pencil", key: "a" },
];

/**
 * @param {object} shown
 * @param {Tool} shown.tool
 * @param {number} shown.corrections how many can be taken back
 * @param {boolean} shown.busy
 * @param {(tool: Tool) => void} choose
 * @param {() => void} undo
 */
export function renderTools({ tool, corrections, busy }, choose, undo) {
  return html`<div class="tools" role="toolbar" aria-label="Tools">
    ${TOOLS.map(
      (entry) =>
        html`<button
          class="tool"
          data-testid=${`tool-${entry.tool}`}
          aria-pressed=${entry.tool === tool}
          title=${`${entry.hint} (${entry.key})`}
          @click=${() => choose(entry.tool)}
        >
          ${icon(entry.picture)}<span class="tool-label">${entry.label}</span>
        </button>`,
    )}
    <button
      class="tool"
      data-testid="undo-correction"
      title="Take the last correction back (Ctrl+Z)"
      ?disabled=${!corrections || busy}
      @click=${undo}
    >
      ${icon("undo-2")}<span class="tool-label">Undo</span>
    </button>
  </div>`;
}

/**
 * @param {object} shown
 * @param {Look} shown.look
 * @param {string} shown.by
 * @param {Measurements} shown.measurements
 * @param {(look: Look) => void} setLook
 * @param {(by: string) => void} setBy
 */
export function renderLook({ look, by, measurements }, setLook, setBy) {
  return html`<div class="look" role="group" aria-label="How objects are shown">
    ${renderStrength("Outlines", look.outline, (outline) => setLook({ ...look, outline }))}
    ${renderStrength("Fill", look.fill, (fill) => setLook({ ...look, fill }))}
    ${renderStrength("Image", look.picture, (picture) => setLook({ ...look, picture }))}
    <label class="look-field">
      <span>Colour by</span>
      <select
        data-testid="colour-by"
        @change=${(/** @type {Event} */ event) => setBy(/** @type {HTMLSelectElement} */ (event.target).value)}
      >
        <option value=${ALIKE} .selected=${by === ALIKE}>One colour</option>
        <option value=${BY_NUMBER} .selected=${by === BY_NUMBER}>Object</option>
        ${measurements.columns.map(
          (column) =>
            html`<option value=${column.id} .selected=${by === column.id}>${labelOf(column)}</option>`,
        )}
      </select>
    </label>
  </div>`;
}

/** @param {string} name @param {number} value @param {(value: number) => void} set */
function renderStrength(name, value, set) {
  return html`<label class="look-field">
    <span>${name}</span>
    <input
      type="range"
      data-testid=${`look-${name.toLowerCase()}`}
      min="0"
      max="1"
      step="0.05"
      .value=${String(value)}
      @input=${(/** @type {Event} */ event) => set(Number(/** @type {HTMLInputElement} */ (event.target).value))}
      @keydown=${(/** @type {Event} */ event) => event.stopPropagation()}
    />
  </label>`;
}
