/**
 * An image with the outlines of its objects, at any zoom. Knows nothing of the page around it: what
 * is hovered, clicked or drawn is told by events, and shown once it comes back as a property.
 *
 * @import { PropertyDeclarations, PropertyValues } from "lit"
 * @import { Outlines } from "../objects-types.js"
 * @import { Look, Part, Picture, Point, Scene, Size, Spacing, SpatialIndex, Tool, Transform } from "./types.js"
 * @import { Touch } from "./gestures.js"
 * @import { Commands, KeyPress } from "./keys.js"
 */
import { html, LitElement } from "lit";
import { paletteOf, parseHex, WHITE } from "./colours.js";
import { renderDescription, renderFoot } from "./furniture.js";
import { objectNear, reachOf } from "./hit-test.js";
import { obeyKey, objectBeside } from "./keys.js";
import { addPoint, pointsOf } from "./line.js";
import { PointerInput } from "./pointer-input.js";
import { boxOf, buildIndex } from "./spatial-index.js";
import { Stage } from "./stage.js";
import { observeSpace } from "./space.js";
import { imagePoint, viewerPoint } from "./transform.js";
import { sayImage, sayObject } from "./words.js";

const ZOOM_STEP = 1.5;
/** The view rests when it has not moved for this long. */
const REST_MS = 200;
/** Properties that change what is drawn. @type {readonly (keyof Viewer)[]} */
const SCENE = ["picture", "sharper", "size", "outlines", "colours", "look", "selected", "hovered", "cursor"];
/** Tools with which a drag draws. @type {readonly Tool[]} */
const DRAWING = ["merge", "split", "draw"];
let viewers = 0;

export class Viewer extends LitElement {
  /** @type {PropertyDeclarations} */
  static properties = {
    picture: { attribute: false },
    sharper: { attribute: false },
    size: { attribute: false },
    outlines: { attribute: false },
    colours: { attribute: false },
    look: { attribute: false },
    selected: { attribute: false },
    hovered: { attribute: false },
    tool: { attribute: false },
    spacing: { attribute: false },
    label: { attribute: false },
    describe: { attribute: false },
    cursor: { state: true },
    zoom: { state: true },
    live: { state: true },
  };

  /** @type {Stage | null} */
  #stage = null;
  /** @type {PointerInput | null} */
  #input = null;
  /** @type {(() => void) | null} */
  #forgetSpace = null;
  /** @type {SpatialIndex | null} */
  #index = null;
  #palette = paletteOf(null, 0, WHITE);
  /** Where the last step or click was; the next step leads on from there. @type {number | null} */
  #current = null;
  /** The pointer over the canvas, and the transform it was last looked up at. @type {Touch | null} */
  #pointer = null;
  #pointedAt = {};
  /** The transform that was told, or will be once it rests. */
  #restsAt = {};
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #rest;
  /** The last id told. @type {number | null} */
  #told = null;
  #keysId = `viewer-keys-${++viewers}`;

  /** @type {Commands} */
  #commands = {
    fit: () => this.fit(),
    zoomIn: () => this.#zoomBy(ZOOM_STEP),
    zoomOut: () => this.#zoomBy(1 / ZOOM_STEP),
    next: () => this.#step(1),
    previous: () => this.#step(-1),
    choose: (event) => this.#choose(event),
    cancel: () => this.#input?.cancel() ?? false,
    panBy: (dx, dy) => this.#stage?.panBy(dx, dy),
    holdPan: (on) => this.#input?.holdPan(on),
  };

  constructor() {
    super();
    /** @type {Picture | null} */
    this.picture = null;
    /** @type {Part | null} */
    this.sharper = null;
    /** @type {Size} */
    this.size = { width: 0, height: 0 };
    /** @type {Outlines | null} */
    this.outlines = null;
    /** Red, green, blue of object 1 ... n; null for the accent. @type {Uint8Array | null} */
    this.colours = null;
    /** @type {Look} */
    this.look = { outline: 1, fill: 0, picture: 1 };
    /** @type {ReadonlySet<number>} */
    this.selected = new Set();
    /** @type {number | null} */
    this.hovered = null;
    /** @type {Tool} */
    this.tool = "look";
    /** @type {Spacing | null} */
    this.spacing = null;
    /** What a screen reader calls the image. */
    this.label = "Image";
    /** What a screen reader says of an object, after its number. @type {((id: number) => string) | null} */
    this.describe = null;
    /** Where the keyboard is, while it is in use. @type {number | null} */
    this.cursor = null;
    this.zoom = 1;
    this.live = "";
  }

  /** @override */
  createRenderRoot() {
    return this;
  }

  get #canvas() {
    return /** @type {HTMLCanvasElement} */ (this.querySelector("canvas"));
  }

  /** @override */
  connectedCallback() {
    super.connectedCallback();
    if (!this.#stage) return;
    this.#watchSpace();
    this.#stage.schedule();
  }

  /** @override */
  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.#rest);
    this.#forgetSpace?.();
    this.#input?.cancel();
    this.#stage?.stop();
  }

  /** @override @param {PropertyValues<Viewer>} changed */
  willUpdate(changed) {
    if (changed.has("outlines")) {
      this.#index = this.outlines && buildIndex(this.outlines);
      if (this.cursor !== null && !this.#boxOf(this.cursor)) this.cursor = null;
      this.#pointedAt = {}; // another object may be under the pointer now
    }
    if (changed.has("outlines") || changed.has("colours")) {
      const accent = parseHex(getComputedStyle(this).getPropertyValue("--viewer-outline"));
      this.#palette = paletteOf(this.colours, this.#index?.count ?? 0, accent);
    }
  }

  /** @override */
  firstUpdated() {
    this.#stage = new Stage(this.#canvas, this.#scene, () => this.#onDrawn());
    this.#input = new PointerInput(this.#canvas, {
      pan: this.#commands.panBy,
      zoom: (factor, at) => this.#zoomBy(factor, at),
      tap: (touch) => this.#tap(touch),
      doubleTap: (touch) => (this.tool === "look" ? this.fit() : this.#tap(touch)),
      drawTo: (at) => this.#drawTo(at),
      endLine: (whole) => this.#endLine(whole),
      hover: (touch) => this.#hover(touch),
    });
    this.#watchSpace();
  }

  #watchSpace() {
    this.#forgetSpace = observeSpace(this.#canvas, (space) => this.#stage?.resize(space));
  }

  /** @override @param {PropertyValues<Viewer>} changed */
  updated(changed) {
    if (changed.has("tool")) this.#input?.use(DRAWING.includes(this.tool));
    if (SCENE.some((name) => changed.has(name))) this.#stage?.show(this.#scene);
    if (changed.has("selected") && this.cursor !== null) this.#announce(this.cursor);
  }

  /** @returns {Scene} */
  get #scene() {
    const { picture, sharper, size, outlines, look, selected, hovered, cursor } = this;
    const pointed = [...new Set([hovered, cursor])].filter((id) => id !== null);
    const objects = { outlines, index: this.#index, palette: this.#palette };
    return { picture, sharper, size, ...objects, look, selected, pointed };
  }

  /** @override */
  render() {
    const { fit, zoomIn, zoomOut, holdPan } = this.#commands;
    return html`<canvas
        class="viewer-canvas"
        data-testid="viewer-canvas"
        data-tool=${this.tool}
        tabindex="0"
        role="application"
        aria-label=${sayImage(this.label, this.size, this.#count)}
        aria-describedby=${this.#keysId}
        @keydown=${this.#onKey}
        @keyup=${(/** @type {KeyboardEvent} */ { key }) => key === " " && holdPan(false)}
        @blur=${this.#onBlur}
      ></canvas>
      ${renderDescription(this.#keysId)}
      <p class="visually-hidden" role="status" data-testid="viewer-live">${this.live}</p>
      ${renderFoot(this.zoom, this.spacing, { fit, zoomIn, zoomOut, zoomTo: (zoom) => this.zoomTo(zoom) })}`;
  }

  /** Show the whole image. */
  fit() {
    this.#stage?.fit();
  }

  /** @param {number} zoom 1 shows a pixel of the image on a CSS pixel */
  zoomTo(zoom) {
    this.#stage?.zoomTo(zoom);
  }

  /** Bring an object into sight, for example after a click in a table. @param {number} id */
  showObject(id) {
    const box = this.#boxOf(id);
    if (box) this.#stage?.reveal(box);
  }

  /** @param {number} factor @param {Point} [at] */
  #zoomBy(factor, at) {
    this.#stage?.zoomTo(factor * this.#stage.transform.zoom, at);
  }

  get #count() {
    return this.#index?.present.length ?? 0;
  }

  /** @param {number} id */
  #boxOf(id) {
    return this.#index && boxOf(this.#index, id);
  }

  #onDrawn() {
    const { transform } = this.#stage ?? {};
    if (!transform) return;
    this.zoom = transform.zoom;
    if (this.#restsAt !== transform) this.#waitForRest(transform);
    const rests = this.#input?.gestures.state === "none" && this.cursor === null;
    if (this.#pointer && this.#pointedAt !== transform && rests) this.#hover(this.#pointer);
  }

  /** @param {Transform} transform */
  #waitForRest(transform) {
    this.#restsAt = transform;
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => {
      if (this.#stage) this.#tell("view-rests", this.#stage.view);
    }, REST_MS);
  }

  /** @param {Touch} touch */
  #objectAt({ x, y, kind }) {
    if (!this.#stage || !this.outlines || !this.#index) return null;
    const { transform } = this.#stage;
    const at = imagePoint(transform, { x, y });
    return objectNear(this.outlines, this.#index, at.x, at.y, reachOf(kind, transform.zoom));
  }

  /** @param {Touch | null} touch null where nothing points */
  #hover(touch) {
    // Browsers send moves without movement, which shall not take the keyboard's object away.
    const moved = touch?.x !== this.#pointer?.x || touch?.y !== this.#pointer?.y;
    if (this.cursor !== null && !moved) return;
    this.#pointer = touch?.kind === "touch" ? null : touch;
    this.#pointedAt = this.#stage?.transform ?? {};
    if (touch) this.cursor = null;
    const id = this.#pointer && this.tool !== "draw" ? this.#objectAt(this.#pointer) : null;
    if (id === null && this.#told === null) return;
    this.#told = id;
    this.#tell("object-hover", { id, ...this.#clientPoint(touch ?? { x: 0, y: 0 }) });
  }

  /** @param {Touch} touch */
  #tap(touch) {
    if (this.tool === "draw") return;
    const id = this.#objectAt(touch);
    this.#current = id ?? this.#current;
    this.cursor = null;
    const { shift, ctrl } = touch;
    this.#tell("object-click", { id, ...this.#clientPoint(touch), shift, ctrl });
  }

  /** @param {Point} at */
  #drawTo(at) {
    const stage = this.#stage;
    if (!stage) return;
    stage.gesture ??= { points: [], closed: this.tool === "draw" };
    addPoint(stage.gesture.points, imagePoint(stage.transform, at), this.size, 1 / stage.transform.zoom);
    stage.schedule();
  }

  /** @param {boolean} whole */
  #endLine(whole) {
    const gesture = this.#stage?.gesture;
    if (!this.#stage || !gesture) return;
    this.#stage.gesture = null;
    this.#stage.schedule();
    const points = whole ? pointsOf(gesture) : null;
    if (points) this.#tell(gesture.closed ? "area-drawn" : "line-drawn", { points });
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (!obeyKey(event, this.#commands)) return;
    event.preventDefault();
    event.stopPropagation(); // the page around has its own keys
  }

  /** @param {1 | -1} by */
  #step(by) {
    const from = this.#current ?? [...this.selected].at(-1) ?? null;
    const id = this.#index && objectBeside(this.#index.present, from, by);
    if (id === null) return;
    this.#current = this.cursor = this.#told = id;
    this.showObject(id);
    this.#announce(id);
    this.#tell("object-hover", { id, ...this.#middleOf(id) });
  }

  /** @param {KeyPress} event */
  #choose({ shiftKey, ctrlKey, metaKey }) {
    const id = this.cursor;
    if (id === null) return false;
    this.#tell("object-click", { id, ...this.#middleOf(id), shift: shiftKey, ctrl: ctrlKey || metaKey });
    return true;
  }

  /** @param {number} id */
  #announce(id) {
    this.live = sayObject(id, this.#count, this.selected.has(id), this.describe);
  }

  #onBlur() {
    this.#commands.holdPan(false);
    if (this.cursor === null) return;
    this.cursor = null;
    this.#hover(null);
  }

  /** @param {number} id */
  #middleOf(id) {
    const { left, top, right, bottom } = this.#boxOf(id) ?? { left: 0, top: 0, right: 0, bottom: 0 };
    const middle = { x: (left + right) / 2, y: (top + bottom) / 2 };
    return this.#clientPoint(this.#stage ? viewerPoint(this.#stage.transform, middle) : middle);
  }

  /** @param {Point} at in the viewer */
  #clientPoint({ x, y }) {
    const { left, top } = this.#canvas.getBoundingClientRect();
    return { x: x + left, y: y + top };
  }

  /** @param {string} name @param {object} detail */
  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
  }
}

customElements.define("insitu-viewer", Viewer);
