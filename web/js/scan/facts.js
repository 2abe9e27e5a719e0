/**
 * Beside the slices: the answer, its box, what is odd, and what can be taken away.
 *
 * @import { Box3, FoundSeries } from "../engine/protocol.js"
 * @import { Actions, Pack } from "../types.js"
 * @import { Scan, SheetContent } from "./types.js"
 *
 * @typedef {object} Facts
 * @property {Scan} scan
 * @property {FoundSeries | null} series the one in sight
 * @property {Pack | null} pack
 * @property {Actions} actions
 * @property {SheetContent | null} content of the contact sheet
 */
import { html } from "lit";
import { formatCount, formatPercent } from "../lib/format.js";
import { icon } from "../views/icon.js";
import { setProperties } from "../views/view.js";
import { patientBox, sizeOfBox, wholeVoxels } from "./geometry.js";
import { boxOf, chooseSeries, correctBox, correctedBox, isRunning, undoBox } from "./state-scan.js";
import { organOf, sayLeftOut, sayRange, saySeries } from "./words.js";

/** @type {{ axis: string, low: keyof Box3, high: keyof Box3 }[]} */
const EDGES = [
  { axis: "Columns", low: "x0", high: "x1" },
  { axis: "Rows", low: "y0", high: "y1" },
  { axis: "Slices", low: "z0", high: "z1" },
];

/** Directions of DICOM's patient coordinates (PS3.3, C.7.6.2.1.1). @type {{ name: string, low: keyof Box3, high: keyof Box3 }[]} */
const TOWARDS = [
  { name: "left", low: "x0", high: "x1" },
  { name: "back", low: "y0", high: "y1" },
  { name: "head", low: "z0", high: "z1" },
];

/** @param {Facts} facts */
export function renderFacts(facts) {
  const { scan, series, pack } = facts;
  return html`
    ${pack?.notice ? html`<p class="scan-notice">${pack.notice}</p>` : null}
    ${scan.sample ? html`<p class="scan-sample">${pack?.samples.note}</p>` : null}
    ${scan.series.length > 1 ? renderSeriesChoice(facts) : null}
    ${series ? renderConfidence(series, pack) : null}
    ${series ? (isRunning(scan) ? renderBoxSoFar(scan, series) : renderBox(facts, series)) : null}
    ${renderOddities(scan, series)} ${series && !isRunning(scan) ? renderTakeAway(facts, series) : null}
  `;
}

/** @param {Facts} facts */
function renderSeriesChoice({ scan, pack, actions }) {
  return html`<label class="field">
    <span>Series</span>
    <select
      data-testid="series"
      ?disabled=${isRunning(scan)}
      @change=${(/** @type {Event} */ event) => {
        const index = Number(/** @type {HTMLSelectElement} */ (event.target).value);
        actions.update((state) => chooseSeries(state, index));
      }}
    >
      ${scan.series.map(
        (series, index) =>
          html`<option value=${index} .selected=${index === scan.current}>
            ${index + 1}: ${saySeries(series)}${series.voxels ? `, ${organOf(pack)} found` : ""}
          </option>`,
      )}
    </select>
  </label>`;
}

/** @param {FoundSeries} series @param {Pack | null} pack */
function renderConfidence(series, pack) {
  return html`<div class="scan-confidence">
    ${series.why ? html`<p data-testid="scan-reason">${series.why}</p>` : null}
    <p class="bar">
      <span class="bar-name"
        >${series.voxels ? "Mean probability of what was found" : "Highest probability of a slice"}</span
      >
      <span class="bar-track" aria-hidden="true">
        <span
          class="bar-fill"
          ${setProperties({ "--part": String(series.confidence), "--class-colour": pack?.classes[0]?.colour ?? "" })}
        ></span>
      </span>
      <span class="figure" data-testid="scan-confidence">${formatPercent(series.confidence)}</span>
    </p>
  </div>`;
}

/** @param {Facts} facts @param {FoundSeries} series */
function renderBox({ scan, actions }, series) {
  const box = boxOf(scan, series);
  if (!box) return renderDrawBox(series, actions);
  const corrected = correctedBox(scan, series) !== null;
  const size = sizeOfBox(box, series);
  const patient = corrected ? patientBox(box, series) : series.patient;
  return html`<section class="scan-box" aria-label="Box">
    <h3>
      Box ${corrected ? html`<span class="scan-corrected" data-testid="corrected">corrected</span>` : null}
    </h3>
    <div class="scan-edges">
      ${EDGES.map(({ axis, low, high }) =>
        renderEdges(axis, [low, high], box, (changed) => {
          const whole = wholeVoxels(changed, series);
          actions.update((state) => correctBox(state, series, whole));
        }),
      )}
    </div>
    ${size ? html`<p class="scan-size figure" data-testid="box-size">${size}</p>` : null}
    ${renderPatient(patient)}
    <p class="scan-hint">Drag an edge in any view, or type. Half-open, counted from 0.</p>
    <div class="scan-row">
      <label class="field scan-margin">
        <span>Margin around what was found, mm</span>
        <input
          type="number"
          min="0"
          max="100"
          step="1"
          data-testid="margin"
          .value=${String(scan.margin)}
          @change=${(/** @type {Event} */ event) => {
            const value = Number(/** @type {HTMLInputElement} */ (event.target).value);
            actions.setMargin(Math.min(100, Math.max(0, Number.isFinite(value) ? value : 0)));
          }}
        />
      </label>
      ${
        corrected
          ? html`<button
              class="button"
              data-testid="undo-box"
              @click=${() => actions.update((state) => undoBox(state, series))}
            >
              ${icon("undo-2")} Undo
            </button>`
          : null
      }
    </div>
  </section>`;
}

/** While files are read: nothing to correct or to take away yet. @param {Scan} scan @param {FoundSeries} series */
function renderBoxSoFar(scan, series) {
  const box = boxOf(scan, series);
  const size = box && sizeOfBox(box, series);
  return html`<section class="scan-box" aria-label="Box so far">
    ${size ? html`<p class="scan-size figure" data-testid="box-size">${size}</p>` : null}
    ${renderPatient(series.patient)}
    <p class="scan-hint">What is found can be corrected and taken away when all files are read.</p>
  </section>`;
}

/** @param {Box3 | null} patient */
function renderPatient(patient) {
  if (!patient) return null;
  return html`<dl class="scan-patient figure" data-testid="patient-mm">
    ${TOWARDS.map(
      ({ name, low, high }) =>
        html`<dt>To the ${name}</dt>
          <dd>${sayRange(patient[low], patient[high])}</dd>`,
    )}
  </dl>`;
}

/** Where nothing was found, a person may say where it is. @param {FoundSeries} series @param {Actions} actions */
function renderDrawBox(series, actions) {
  const { width, height, members } = series;
  const middle = wholeVoxels(
    {
      x0: width / 3,
      x1: (2 * width) / 3,
      y0: height / 3,
      y1: (2 * height) / 3,
      z0: members.length / 3,
      z1: (2 * members.length) / 3,
    },
    series,
  );
  return html`<button
    class="button"
    data-testid="draw-box"
    @click=${() => actions.update((state) => correctBox(state, series, middle))}
  >
    ${icon("pencil")} Draw a box by hand
  </button>`;
}

/** @param {string} axis @param {[keyof Box3, keyof Box3]} edges @param {Box3} box @param {(box: Box3) => void} onChange */
function renderEdges(axis, edges, box, onChange) {
  return html`<span class="scan-axis">${axis}</span> ${edges.map(
      (edge, index) =>
        html`<input
          type="number"
          class="figure"
          aria-label=${`${axis}, ${index ? "end" : "start"}`}
          data-testid=${`edge-${edge}`}
          .value=${String(box[edge])}
          @change=${(/** @type {Event} */ event) =>
            onChange({ ...box, [edge]: Number(/** @type {HTMLInputElement} */ (event.target).value) })}
        />`,
    )}`;
}

/** @param {Scan} scan @param {FoundSeries | null} series */
function renderOddities({ leftOut, firstLook }, series) {
  const whole = firstLook ? null : series;
  return html`<section class="scan-oddities" aria-label="Series">
    ${whole ? html`<p class="figure" data-testid="series-facts">${saySeries(whole)}</p>` : null}
    <ul>
      ${(whole?.notes ?? []).map(({ kind, count, words }) => html`<li data-note=${kind}>${capital(words)}: ${formatCount(count)}.</li>`)}
      ${sayLeftOut(leftOut).map(
        ({ error, count, words, names }) =>
          html`<li data-left-out=${error} data-count=${count}>
            ${words} (${names.join(", ")}${count > names.length ? ", …" : ""}).
          </li>`,
      )}
    </ul>
  </section>`;
}

/** @param {Facts} facts @param {FoundSeries} series */
function renderTakeAway({ scan, actions, content }, series) {
  const box = boxOf(scan, series);
  return html`<section class="scan-files" aria-label="Take away">
    <h3>Take away</h3>
    <div class="scan-buttons">
      ${renderFile("box.json", "download-box", true, () => actions.downloadScan("box", content))}
      ${renderFile("slices.csv", "download-slices", true, () => actions.downloadScan("slices", content))}
      ${renderFile("Contact sheet", "download-sheet", true, () => actions.downloadScan("sheet", content))}
      ${renderFile("Cropped NIfTI", "download-nifti", Boolean(box), () => actions.downloadScan("nifti", content))}
      ${renderFile("Cropped DICOM", "download-dicom", Boolean(box), () => actions.downloadScan("dicom", content))}
    </div>
    <label class="scan-identity">
      <input
        type="checkbox"
        data-testid="keep-identity"
        .checked=${scan.keepIdentity}
        @change=${(/** @type {Event} */ event) => actions.keepIdentity(/** @type {HTMLInputElement} */ (event.target).checked)}
      />
      <span>Keep the patient's name and ids in the DICOM files</span>
    </label>
  </section>`;
}

/** @param {string} words */
function capital(words) {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** @param {string} name @param {string} id @param {boolean} enabled @param {() => void} act */
function renderFile(name, id, enabled, act) {
  return html`<button class="button" data-testid=${id} ?disabled=${!enabled} @click=${act}>
    ${icon("download")} ${name}
  </button>`;
}
