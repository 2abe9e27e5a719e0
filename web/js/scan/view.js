/**
 * A scan: the three planes with what was found, the curve of its area, the contact sheet, and the facts.
 *
 * @import { PropertyValues } from "lit"
 * @import { Box3, FoundSeries } from "../engine/protocol.js"
 * @import { Cursor, PlaneName, Rect, Scan, Window } from "./types.js"
 * @import { Fine } from "./fine.js"
 *
 * What is drawn, and of which series.
 * @typedef {{ series: FoundSeries, planes: Planes, pictures: Pictures }} Shown
 */
import { html } from "lit";
import { formatCount, formatNumber } from "../lib/format.js";
import { icon } from "../views/icon.js";
import { View } from "../views/view.js";
import { areasOf } from "./areas.js";
import { renderFacts } from "./facts.js";
import { FineSlice } from "./fine.js";
import { Planes } from "./geometry.js";
import { Pictures } from "./pictures.js";
import { boxOf, correctBox, correctedBox, isRunning, keyOf } from "./state-scan.js";
import { WINDOWS } from "./windows.js";
import { organOf, sayAnswer, sayFirstAnswer } from "./words.js";
import "./curve.js";
import "./pane.js";
import "./sheet-view.js";

/** @type {{ plane: PlaneName, name: string, marks: readonly string[] }[]} */
const PLANES = [
  { plane: "axial", name: "Axial", marks: ["R", "A", "L", "P"] },
  { plane: "coronal", name: "Coronal", marks: ["R", "H", "L", "F"] },
  { plane: "sagittal", name: "Sagittal", marks: ["A", "H", "P", "F"] },
];

class ScanView extends View {
  static properties = {
    tab: { state: true },
    window: { state: true },
    cursor: { state: true },
    dragged: { state: true },
    fine: { state: true },
  };

  /** @type {Shown | null} */
  #shown = null;
  #fineSlice = new FineSlice((fine) => (this.fine = fine));

  constructor() {
    super();
    /** @type {"planes" | "sheet"} */
    this.tab = "planes";
    /** @type {Window} */
    this.window = /** @type {typeof WINDOWS[0]} */ (WINDOWS[0]).window;
    /** @type {Cursor} */
    this.cursor = { x: 0, y: 0, slice: 0 };
    /** The box while an edge of it is dragged. @type {Box3 | null} */
    this.dragged = null;
    /** The slice in sight as the file holds it. @type {Fine | null} */
    this.fine = null;
  }

  /** @override */
  disconnectedCallback() {
    super.disconnectedCallback();
    this.#fineSlice.forget();
  }

  get #scan() {
    return /** @type {Scan} */ (this.state.scan);
  }

  get #series() {
    return this.#scan.series[this.#scan.current] ?? null;
  }

  /** @override @param {PropertyValues} changed */
  willUpdate(changed) {
    if (!changed.has("state") || !this.state.scan) return;
    const { stack } = this.#scan;
    const series = this.#series;
    if (!series || !stack) {
      this.#shown = null;
      return;
    }
    if (this.#shown?.series === series) return;
    const before = this.#shown;
    const planes = new Planes(series, { isWhole: this.#scan.firstLook === null });
    this.#shown = { series, planes, pictures: new Pictures(stack, planes) };
    if (before && isFirstLookAt(before, series)) this.cursor = sameSlice(before.series, series, this.cursor);
    else if (!before || keyOf(before.series) !== keyOf(series))
      this.cursor = planes.middleOf(boxOf(this.#scan, series));
  }

  /** @override */
  updated() {
    const scan = this.state.scan;
    if (!scan || !this.#shown || this.tab !== "planes") return;
    this.#fineSlice.want(scan.files, this.#shown.series, this.cursor.slice, this.actions);
  }

  /** @override */
  render() {
    if (!this.state.scan) return null;
    const scan = this.#scan;
    const series = this.#series;
    return html`<section
      class="scan"
      aria-label="Scan"
      data-testid="scan-body"
      @plane-step=${this.#onStep}
      @plane-point=${this.#onPoint}
      @plane-box=${this.#onBox}
      @curve-slice=${this.#onSlice}
      @sheet-slice=${this.#onSlice}
    >
      ${this.#renderHead(series)}
      <div class="scan-stage">${this.#shown && series ? this.#renderTab(series) : this.#renderWait()}</div>
      <aside class="scan-facts" aria-label="What was found">
        ${renderFacts({ scan, series, pack: this.state.pack, actions: this.actions, content: this.#sheetContent() })}
      </aside>
    </section>`;
  }

  /** @param {FoundSeries | null} series */
  #renderHead(series) {
    const { pack } = this.state;
    const box = series && boxOf(this.#scan, series);
    const say = this.#scan.firstLook ? sayFirstAnswer : sayAnswer;
    return html`<header class="scan-head">
      <h2 class="scan-answer" role="status" data-testid="scan-answer" ?data-found=${Boolean(box)}>
        ${series ? say(pack, box) : `Looking for the ${organOf(pack)}`}
      </h2>
      ${this.#renderFirstLook()}
      <div class="segments" role="group" aria-label="View">
        ${this.#renderSegment("planes", "Slices", "images")}
        ${this.#renderSegment("sheet", "Contact sheet", "layout-grid")}
      </div>
      <label class="scan-window">
        <span class="visually-hidden">Window</span>
        <select data-testid="window" @change=${this.#onWindow}>
          ${WINDOWS.map(
            ({ id, name, window }) =>
              html`<option value=${id} .selected=${window === this.window}>${name}</option>`,
          )}
        </select>
      </label>
    </header>`;
  }

  #renderFirstLook() {
    const { firstLook, settled, files } = this.#scan;
    if (!firstLook) return null;
    const seen = formatNumber(firstLook.slices, "slice");
    const read = `${formatCount(settled)} of ${formatNumber(files.length, "file")}`;
    return html`<p class="scan-first-look figure" data-testid="first-look">
      So far from ${seen}; ${read} read
    </p>`;
  }

  /** @param {"planes" | "sheet"} tab @param {string} label @param {Parameters<typeof icon>[0]} picture */
  #renderSegment(tab, label, picture) {
    return html`<button
      class="segment"
      data-testid=${`scan-${tab}`}
      aria-pressed=${this.tab === tab}
      @click=${() => (this.tab = tab)}
    >
      ${icon(picture)} <span class="label">${label}</span>
    </button>`;
  }

  #renderWait() {
    const { phase, settled, files, error } = this.#scan;
    if (error) return html`<p class="scan-wait">${icon("circle-alert")} ${error.message}</p>`;
    if (phase === "cancelled") return html`<p class="scan-wait">Stopped. Drop the scan again to go on.</p>`;
    if (phase === "joining") return html`<p class="scan-wait">Joining the slices</p>`;
    if (phase === "done")
      return html`<p class="scan-wait">There is no slice of a scan in what was dropped.</p>`;
    return html`<p class="scan-wait figure">
      Reading: ${formatCount(settled)} of ${formatNumber(files.length, "file")}
    </p>`;
  }

  /** @param {FoundSeries} series */
  #renderTab(series) {
    if (this.tab === "sheet") {
      return html`<div class="scan-sheet">
        <insitu-sheet .count=${series.members.length} .content=${this.#sheetContent()}></insitu-sheet>
      </div>`;
    }
    return html`<div class="scan-planes">${PLANES.map((plane) => this.#renderPane(series, plane))}</div>
      ${this.#renderScrubber(series)} ${this.#renderCurve(series)}`;
  }

  /** @param {FoundSeries} series @param {typeof PLANES[0]} plane */
  #renderPane(series, { plane, name, marks }) {
    const { planes, pictures } = /** @type {Shown} */ (this.#shown);
    const { slice } = this.cursor;
    const box = this.#box(series);
    const inside = box && (plane !== "axial" || (slice >= box.z0 && slice < box.z1));
    return html`<insitu-pane
      class="pane-${plane}"
      data-testid=${`pane-${plane}`}
      data-plane=${plane}
      .picture=${this.#picture(plane, pictures)}
      .size=${planes.size(plane)}
      .outline=${plane === "axial" ? pictures.outline(slice) : null}
      .box=${inside ? planes.rectOf(box, plane) : null}
      .corrected=${Boolean(this.dragged ?? correctedBox(this.#scan, series))}
      .fixed=${isRunning(this.#scan)}
      .lines=${planes.linesIn(this.cursor, plane)}
      .marks=${this.#isPlaced(series) ? marks : []}
      .label=${`${name}, slice ${slice + 1} of ${series.members.length}`}
    ></insitu-pane>`;
  }

  /** @param {PlaneName} plane @param {Pictures} pictures */
  #picture(plane, pictures) {
    const { x, y, slice } = this.cursor;
    if (plane === "axial" && this.fine?.slice === slice && this.fine.series === this.#series)
      return this.fine.paint(this.window);
    return pictures.paint(plane, { axial: slice, coronal: y, sagittal: x }[plane], this.window);
  }

  /** @param {FoundSeries} series */
  #renderScrubber({ members, positions, isSpaced }) {
    const { slice } = this.cursor;
    return html`<div class="scan-scrubber">
      <input
        type="range"
        data-testid="scrubber"
        aria-label="Slice"
        min="1"
        max=${members.length}
        .value=${String(slice + 1)}
        @input=${this.#onScrub}
      />
      <span class="figure" data-testid="slice-number"
        >Slice ${formatCount(slice + 1)} of
        ${formatCount(members.length)}${isSpaced ? `, ${(positions[slice] ?? 0).toFixed(1)} mm` : ""}</span
      >
    </div>`;
  }

  /** @param {FoundSeries} series */
  #renderCurve(series) {
    const { areas, unit } = areasOf(series);
    const box = this.#box(series);
    return html`<insitu-curve
      .areas=${areas}
      .unit=${unit}
      .range=${box ? [box.z0, box.z1] : null}
      .slice=${this.cursor.slice}
    ></insitu-curve>`;
  }

  #sheetContent() {
    const series = this.#series;
    if (!this.#shown || !series) return null;
    const { planes, pictures } = this.#shown;
    const corrected = Boolean(correctedBox(this.#scan, series));
    const box = boxOf(this.#scan, series);
    return { planes, pictures, window: this.window, box, corrected, current: this.cursor.slice };
  }

  /** @param {FoundSeries} series */
  #box(series) {
    return this.dragged ?? boxOf(this.#scan, series);
  }

  /** Whether it is known where the patient's sides are. @param {FoundSeries} series */
  #isPlaced({ notes, isAxial }) {
    return isAxial && !notes.some(({ kind }) => kind === "no-position");
  }

  /** @param {number} slice */
  #goTo(slice) {
    const last = (this.#series?.members.length ?? 1) - 1;
    this.cursor = { ...this.cursor, slice: Math.min(last, Math.max(0, slice)) };
  }

  /** @param {CustomEvent<{ by: number }>} event */
  #onStep = ({ detail }) => this.#goTo(this.cursor.slice + detail.by);

  /** @param {CustomEvent<{ slice: number }>} event */
  #onSlice = ({ detail }) => {
    this.#goTo(detail.slice);
    this.tab = "planes";
  };

  /** @param {Event} event */
  #onScrub = (event) => this.#goTo(Number(/** @type {HTMLInputElement} */ (event.target).value) - 1);

  /** @param {Event} event */
  #onWindow = (event) => {
    const { value } = /** @type {HTMLSelectElement} */ (event.target);
    this.window = WINDOWS.find(({ id }) => id === value)?.window ?? this.window;
  };

  /** @param {CustomEvent<{ x: number, y: number }> & { target: HTMLElement }} event */
  #onPoint = ({ detail, target }) => {
    const plane = /** @type {PlaneName} */ (target.dataset["plane"]);
    if (this.#shown) this.cursor = this.#shown.planes.moveCursor(this.cursor, plane, detail);
  };

  /** @param {CustomEvent<{ rect: Rect, done: boolean }> & { target: HTMLElement }} event */
  #onBox = ({ detail: { rect, done }, target }) => {
    const series = this.#series;
    const box = series && boxOf(this.#scan, series);
    if (!series || !box || !this.#shown) return;
    const moved = this.#shown.planes.withRect(box, /** @type {PlaneName} */ (target.dataset["plane"]), rect);
    this.dragged = done ? null : moved;
    if (done && !sameBox(box, moved)) this.actions.update((state) => correctBox(state, series, moved));
  };
}

/**
 * Whether what was in sight is what some files of a series showed, so that a person stays at the same place.
 *
 * @param {Shown} before
 * @param {FoundSeries} after
 */
function isFirstLookAt(before, after) {
  return !before.planes.isWhole && before.series.voxels !== null && before.series.isSpaced && after.isSpaced;
}

/** The place in another series of the same patient. @param {FoundSeries} before @param {FoundSeries} after @param {Cursor} cursor @returns {Cursor} */
function sameSlice(before, after, cursor) {
  const at = before.positions[cursor.slice] ?? 0;
  const distances = after.positions.map((position) => Math.abs(position - at));
  return { ...cursor, slice: distances.indexOf(Math.min(...distances)) };
}

/** @param {Box3} one @param {Box3} other */
function sameBox(one, other) {
  return Object.entries(one).every(([edge, value]) => other[/** @type {keyof Box3} */ (edge)] === value);
}

/** What scripts read: how far a scan is, and what came of it. @param {Scan} scan */
export function hooksOf(scan) {
  const series = scan.series[scan.current];
  return {
    state: scan.phase,
    timings: JSON.stringify(scan.timings),
    box: JSON.stringify(
      series
        ? {
            voxels: boxOf(scan, series),
            patient: series.patient,
            confidence: series.confidence,
            reason: series.reason,
          }
        : null,
    ),
  };
}

customElements.define("insitu-scan", ScanView);
