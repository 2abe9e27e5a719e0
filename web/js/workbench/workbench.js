/**
 * One image with its objects, over the whole page: the viewer, and beside it table, plots and facts.
 *
 * @import { PropertyValues } from "lit"
 * @import { Edit, Objects } from "../engine/protocol.js"
 * @import { ObjectTable } from "../objects/table.js"
 * @import { Corrected, Item } from "../types.js"
 * @import { Look, Tool, View as Sight } from "../viewer/types.js"
 * @import { Viewer } from "../viewer/viewer.js"
 * @import { Colouring } from "./colouring.js"
 * @import { Tab } from "./tabs.js"
 */
import { html } from "lit";
import { sayCount } from "../lib/objects.js";
import { isUnlike } from "../lib/unlikeness.js";
import { itemById } from "../state-items.js";
import { renderScale } from "../viewer/legend.js";
import { buildIndex } from "../viewer/spatial-index.js";
import { icon } from "../views/icon.js";
import { sayShortly } from "../views/item-words.js";
import { renderSteps } from "../views/step-buttons.js";
import { View } from "../views/view.js";
import "../objects/facts.js";
import "../objects/plots.js";
import "../objects/table.js";
import "../viewer/viewer.js";
import { BY_NUMBER, colourObjects } from "./colouring.js";
import { lineAcross } from "./cross-line.js";
import { renderImagePanel } from "./image-panel.js";
import { briefColumns, sayFigures } from "./in-brief.js";
import { objectsAlong } from "./line-objects.js";
import { Scene } from "./scene.js";
import { renderTabs } from "./tabs.js";
import { renderLook, renderTools, TOOLS } from "./tools.js";

class Workbench extends View {
  static properties = {
    selected: { state: true },
    hovered: { state: true },
    shown: { state: true },
    tool: { state: true },
    look: { state: true },
    by: { state: true },
    tab: { state: true },
    busy: { state: true },
    message: { state: true },
  };

  #scene = new Scene(this);
  /** @type {{ objects: Objects, by: string, colouring: Colouring } | null} */
  #coloured = null;
  /** What the last correction made: selected as soon as it is shown. @type {Corrected | null} */
  #made = null;

  constructor() {
    super();
    /** @type {ReadonlySet<number>} */
    this.selected = new Set();
    /** @type {number | null} */
    this.hovered = null;
    /** @type {Uint32Array | null} */
    this.shown = null;
    /** @type {Tool} */
    this.tool = "look";
    /** @type {Look} */
    this.look = { outline: 1, fill: 0, picture: 1 };
    this.by = BY_NUMBER;
    /** @type {Tab} */
    this.tab = "objects";
    this.busy = false;
    this.message = "";
  }

  #selectMade() {
    return new Set(this.#made?.objects === this.#scene.objects ? this.#made?.changed : []);
  }

  get item() {
    return this.state.currentId === null ? undefined : itemById(this.state, this.state.currentId);
  }

  /** @override */
  firstUpdated() {
    /** @type {HTMLElement} */ (this.querySelector(".workbench")).focus({ preventScroll: true });
  }

  /** @override @param {PropertyValues} changed */
  willUpdate(changed) {
    if (!changed.has("state")) return;
    const shows = this.#scene.show(this.item);
    if (shows === "the same") return;
    this.selected = this.#selectMade();
    this.hovered = null;
    this.shown = null;
    if (shows === "other objects") return;
    this.message = "";
    void this.updateComplete.then(() => this.#viewer?.fit());
  }

  get #viewer() {
    return /** @type {Viewer | null} */ (this.querySelector("insitu-viewer"));
  }

  /** @override */
  render() {
    const { item } = this;
    const { objects } = this.#scene;
    if (!item) return null;
    return html`<section
      class="workbench"
      role="dialog"
      aria-label=${`Objects in ${item.name}`}
      tabindex="-1"
      @keydown=${this.#onKey}
      @object-hover=${this.#onHover}
      @object-click=${this.#onClick}
      @objects-filter=${this.#onFilter}
      @view-rests=${this.#onRest}
      @line-drawn=${this.#onLine}
      @area-drawn=${this.#onArea}
    >
      ${this.#renderHead(item, objects)}
      ${objects ? this.#renderObjects(item, objects) : html`<p class="workbench-wait">${sayShortly(item, this.state)}</p>`}
    </section>`;
  }

  /** @param {Item} item @param {Objects} objects */
  #renderObjects(item, objects) {
    return html`<div class="workbench-stage">
        ${this.#renderBar(item, objects)} ${this.#renderViewer(item, objects)}
      </div>
      <div class="workbench-panel">
        ${renderTabs(this.tab, (tab) => (this.tab = tab))}
        <div class="workbench-page" id="workbench-page" role="tabpanel" aria-labelledby=${`tab-${this.tab}`}>
          ${this.#renderPage(item, objects)}
        </div>
      </div>`;
  }

  /** @param {Item} item @param {Objects | null} objects */
  #renderHead(item, objects) {
    const { pack } = this.state;
    return html`<header class="workbench-head">
      ${renderSteps(item, this.state, this.actions)}
      <h2 class="workbench-name" title=${item.name}>${item.name}</h2>
      <p class="workbench-count figure" role="status" data-testid="workbench-count">
        ${pack && objects ? sayCount(objects.measurements.count, pack) : ""}${
          item.corrections.length ? html` <span class="workbench-corrected">corrected</span>` : null
        }
      </p>
      <button
        class="button icon-only quiet detail-close"
        aria-label="Close"
        title="Close"
        data-testid="workbench-close"
        @click=${this.#close}
      >
        ${icon("x")}
      </button>
    </header>`;
  }

  /** @param {Item} item @param {Objects} objects */
  #renderBar(item, { measurements }) {
    const { tool, busy, look, by } = this;
    return html`<div class="workbench-bar">
      ${renderTools(
        { tool, busy, corrections: item.corrections.length },
        (chosen) => (this.tool = chosen),
        () => this.actions.undoCorrection(item.id),
      )}
      ${renderLook(
        { look, by, measurements },
        (changed) => (this.look = changed),
        (chosen) => (this.by = chosen),
      )}
    </div>`;
  }

  /** @param {Item} item @param {Objects} objects */
  #renderViewer(item, objects) {
    const { width, height } = objects.runs;
    const { colours, scale } = this.#colour(objects);
    const one = this.hovered ?? (this.selected.size === 1 ? [...this.selected][0] : null) ?? null;
    return html`<div class="workbench-view">
      <insitu-viewer
        data-testid="viewer"
        .picture=${this.#scene.picture}
        .sharper=${this.#scene.sharpener.part}
        .size=${{ width, height }}
        .outlines=${this.#scene.outlines}
        .colours=${colours}
        .look=${this.look}
        .selected=${this.selected}
        .hovered=${this.hovered}
        .tool=${this.tool}
        .spacing=${item.spacing}
        .label=${item.name}
        .describe=${(/** @type {number} */ id) => sayFigures(objects.measurements, id)}
      ></insitu-viewer>
      ${
        one === null
          ? null
          : html`<insitu-object-facts
              class="workbench-facts"
              .measurements=${objects.measurements}
              .columns=${briefColumns(objects.measurements)}
              .objectId=${one}
            ></insitu-object-facts>`
      }
      ${scale ? html`<div class="workbench-scale">${renderScale(scale)}</div>` : null}
      <p
        class="workbench-message"
        role="status"
        data-testid="workbench-message"
        ?data-empty=${!this.#say(item, objects)}
      >
        ${this.#say(item, objects)}
      </p>
    </div>`;
  }

  /** @param {Item} item @param {Objects} objects */
  #say(item, { measurements }) {
    if (this.message) return this.message;
    if (item.state !== "done") return sayShortly(item, this.state);
    if (this.busy) return "Measuring again";
    if (!measurements.count) return "Nothing was found in this image.";
    if (isUnlike(item) && this.tool === "look")
      return "Unlike the images of the training. Look before you trust what was found.";
    return this.tool === "look" ? "" : (TOOLS.find(({ tool }) => tool === this.tool)?.hint ?? "");
  }

  /** @param {Item} item @param {Objects} objects */
  #renderPage(item, { measurements }) {
    if (this.tab === "image") return renderImagePanel(item, this.#scene.picture, this.actions);
    const { selected, hovered, shown } = this;
    if (this.tab === "plots")
      return html`<insitu-measurement-plots
        .measurements=${measurements}
        .selected=${selected}
        .hovered=${hovered}
        .shown=${shown}
      ></insitu-measurement-plots>`;
    return html`<insitu-object-table
      .measurements=${measurements}
      .selected=${selected}
      .hovered=${hovered}
      .shown=${shown}
    ></insitu-object-table>`;
  }

  /** @param {Objects} objects */
  #colour(objects) {
    if (this.#coloured?.objects !== objects || this.#coloured.by !== this.by) {
      this.#coloured = { objects, by: this.by, colouring: colourObjects(objects.measurements, this.by) };
    }
    return this.#coloured.colouring;
  }

  /** @param {CustomEvent<{ id: number | null }>} event */
  #onHover(event) {
    this.hovered = event.detail.id;
  }

  /** @param {CustomEvent<{ id: number | null, shift: boolean, ctrl?: boolean, toggle?: boolean, ids?: Uint32Array }>} event */
  #onClick({ detail, target }) {
    const { id, shift, ctrl = false, toggle = ctrl, ids } = detail;
    this.message = "";
    const { outlines, outlinesOf } = this.#scene;
    const inViewer = /** @type {HTMLElement} */ (target).localName === "insitu-viewer";
    if (id !== null && inViewer && this.tool === "delete")
      return void this.#correct({ kind: "remove", ids: [id] }, outlinesOf);
    if (id !== null && inViewer && this.tool === "split" && outlines)
      return void this.#correct({ kind: "split", id, points: lineAcross(outlines, id) }, outlinesOf);
    if (id === null) this.selected = shift || toggle ? this.selected : new Set();
    else if (ids && shift) this.selected = new Set([...this.selected, ...ids]);
    else if (shift || toggle) this.selected = flipped(this.selected, id);
    else this.selected = new Set([id]);
    if (id === null) return;
    if (!inViewer) this.#viewer?.showObject(id);
    else /** @type {ObjectTable | null} */ (this.querySelector("insitu-object-table"))?.scrollToId(id);
  }

  /** @param {CustomEvent<Sight>} event */
  #onRest(event) {
    this.#scene.sharpener.look(event.detail);
  }

  /** @param {CustomEvent<{ ids: Uint32Array | null }>} event */
  #onFilter({ detail }) {
    this.shown = detail.ids;
    this.selected = new Set(detail.ids ?? []);
  }

  /** @param {CustomEvent<{ points: Float64Array }>} event */
  #onLine({ detail: { points } }) {
    const { outlines, outlinesOf } = this.#scene;
    if (!outlines) return;
    const ids = objectsAlong(outlines, buildIndex(outlines), points);
    if (this.tool === "merge") return void this.#correct({ kind: "merge", ids }, outlinesOf);
    const [id] = ids;
    if (id === undefined) this.message = "The line crosses no object.";
    else void this.#correct({ kind: "split", id, points }, outlinesOf);
  }

  /** @param {CustomEvent<{ points: Float64Array }>} event */
  #onArea({ detail: { points } }) {
    void this.#correct({ kind: "draw", points }, null);
  }

  /** @param {Edit} edit @param {Objects | null} of the objects that its numbers are of; null if it names none */
  async #correct(edit, of) {
    const { item } = this;
    if (!item) return;
    this.busy = true;
    this.message = "";
    try {
      this.#made = await this.actions.correct(item.id, edit, of);
      if (this.#made?.objects === this.#scene.objects) this.selected = this.#selectMade();
    } catch (error) {
      this.message = error instanceof Error ? error.message : String(error);
    } finally {
      this.busy = false;
    }
  }

  #close() {
    this.actions.update((state) => ({ ...state, detailOpen: false }));
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (/** @type {HTMLElement} */ (event.target).closest("input, select") || event.altKey) return;
    if ((event.ctrlKey || event.metaKey) && event.key === "z" && this.item) {
      event.preventDefault();
      this.actions.undoCorrection(this.item.id);
    } else if (!event.ctrlKey && !event.metaKey) this.#onPlainKey(event);
  }

  /** @param {KeyboardEvent} event */
  #onPlainKey(event) {
    const tool = TOOLS.find(({ key }) => key === event.key);
    if (tool?.tool === "merge" && this.selected.size > 1)
      void this.#correct({ kind: "merge", ids: [...this.selected] }, this.#scene.objects);
    else if (tool) this.tool = tool.tool;
    else if ((event.key === "Delete" || event.key === "Backspace") && this.selected.size)
      void this.#correct({ kind: "remove", ids: [...this.selected] }, this.#scene.objects);
    else return;
    event.preventDefault();
  }
}

/** @param {ReadonlySet<number>} ids @param {number} id */
function flipped(ids, id) {
  const changed = new Set(ids);
  if (!changed.delete(id)) changed.add(id);
  return changed;
}

customElements.define("insitu-workbench", Workbench);
