/**
 * What the workbench shows of an item: its picture, its objects and their outlines, fetched as they are
 * needed and replaced as a whole.
 *
 * @import { ReactiveController, ReactiveControllerHost } from "lit"
 * @import { Objects } from "../engine/protocol.js"
 * @import { Outlines } from "../objects-types.js"
 * @import { Actions, Drawing, Item } from "../types.js"
 */
import { objectsOf } from "../lib/objects.js";
import { decodePicture } from "./decode-picture.js";
import { Sharpener } from "./sharpener.js";

/** @typedef {Pick<Drawing, "contrast" | "range"> & { bitmap: ImageBitmap, width: number, height: number }} Shown */

/** @implements {ReactiveController} */
export class Scene {
  /** @type {Shown | null} */
  picture = null;
  /** @type {Outlines | null} */
  outlines = null;
  /** The objects whose outlines those are, for a moment not yet those below. @type {Objects | null} */
  outlinesOf = null;
  /** While an image is analysed again, those before. @type {Objects | null} */
  objects = null;

  #host;
  /** What the picture is of. @type {Item | null} */
  #drawnFor = null;
  #drawing = new AbortController();
  #tracing = new AbortController();

  /** @param {ReactiveControllerHost & { actions: Actions }} host */
  constructor(host) {
    this.#host = host;
    this.sharpener = new Sharpener(host);
    host.addController(this);
  }

  hostDisconnected() {
    this.#forget();
  }

  /**
   * @param {Item | undefined} item
   * @returns {"another image" | "other objects" | "the same"} than before
   */
  show(item) {
    const another = item?.id !== this.#drawnFor?.id;
    if (another) this.#forget();
    if (item && this.#isAnotherPicture(item)) this.#draw(item);
    const objects = (item && objectsOf(item)) ?? this.objects;
    const others = objects !== this.objects;
    this.objects = objects;
    if (others && objects) this.#trace(objects);
    return another ? "another image" : others ? "other objects" : "the same";
  }

  #forget() {
    this.#drawnFor = null;
    this.objects = null;
    this.outlines = null;
    this.outlinesOf = null;
    this.picture = null;
    this.#drawing.abort();
    this.#tracing.abort();
    this.sharpener.forget();
  }

  /** @param {Item} item */
  #isAnotherPicture(item) {
    const drawn = this.#drawnFor;
    return !drawn || drawn.plane !== item.plane || drawn.contrast !== item.contrast;
  }

  /** @param {Item} item */
  #draw(item) {
    this.#drawing.abort();
    this.sharpener.stop();
    const drawing = new AbortController();
    this.#drawing = drawing;
    this.#drawnFor = item;
    this.#host.actions
      .drawPicture(item, null, drawing.signal)
      .then(async ({ png, contrast, range }) => {
        const bitmap = await decodePicture(png, drawing.signal);
        if (!bitmap) return;
        this.picture = { bitmap, width: bitmap.width, height: bitmap.height, contrast, range };
        this.sharpener.start(item, this.picture);
        this.#host.requestUpdate();
      })
      .catch(() => {}); // cancelled, or an engine that broke, which is reported where it concerns an item
  }

  /** @param {Objects} objects */
  #trace(objects) {
    this.#tracing.abort();
    const tracing = new AbortController();
    this.#tracing = tracing;
    this.#host.actions.traceOutlines(objects, tracing.signal).then(
      (outlines) => {
        if (tracing.signal.aborted) return;
        this.outlines = outlines;
        this.outlinesOf = objects;
        this.#host.requestUpdate();
      },
      () => {},
    );
  }
}
