/**
 * What the workbench shows of an item: its picture, its objects and their outlines, fetched as they are
 * needed and replaced as a whole.
 *
 * @import { ReactiveController, ReactiveControllerHost } from "lit"
 * @import { Objects } from "../engine/protocol.js"
 * @import { Outlines } from "../objects-types.js"
 * @import { Actions, Drawing, Item } from "../types.js"
 * @import { Box, Part, Size, View } from "../viewer/types.js"
 */
import { partToFetch } from "./sharp-part.js";
import { objectsOf } from "../lib/objects.js";

/** @typedef {Pick<Drawing, "contrast" | "range"> & { bitmap: ImageBitmap, width: number, height: number }} Shown */

/** @implements {ReactiveController} */
export class Scene {
  /** @type {Shown | null} */
  picture = null;
  /** What is in sight in more detail, where the picture is coarser than the image. @type {Part | null} */
  sharper = null;
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
  #sharpening = new AbortController();
  /** @type {View | null} */
  #view = null;
  /** The item as it was when its picture was drawn. @type {Item | null} */
  #pictured = null;
  /** The sharper part that is under way. @type {(Size & { box: Box }) | null} */
  #fetching = null;

  /** @param {ReactiveControllerHost & { actions: Actions }} host */
  constructor(host) {
    this.#host = host;
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
    this.sharper = null;
    this.#pictured = null;
    this.#fetching = null;
    this.#view = null;
    for (const under of [this.#drawing, this.#tracing, this.#sharpening]) under.abort();
  }

  /** @param {Item} item */
  #isAnotherPicture(item) {
    const drawn = this.#drawnFor;
    return !drawn || drawn.plane !== item.plane || drawn.contrast !== item.contrast;
  }

  /** @param {Item} item */
  #draw(item) {
    this.#drawing.abort();
    this.#sharpening.abort();
    this.#fetching = null;
    const drawing = new AbortController();
    this.#drawing = drawing;
    this.#drawnFor = item;
    this.#host.actions
      .drawPicture(item, null, drawing.signal)
      .then(async ({ png, contrast, range }) => {
        const bitmap = await decoded(png, drawing.signal);
        if (!bitmap) return;
        this.picture = { bitmap, width: bitmap.width, height: bitmap.height, contrast, range };
        this.sharper = null;
        this.#pictured = item;
        this.#host.requestUpdate();
        if (this.#view) this.sharpen(this.#view);
      })
      .catch(() => {}); // cancelled, or an engine that broke, which is reported where it concerns an item
  }

  /** The view rests here: fetch what the picture of the whole does not show. @param {View} view */
  sharpen(view) {
    this.#view = view;
    const item = this.#drawnFor;
    if (!item?.width || !item.height || !this.picture || item !== this.#pictured) return;
    const size = { width: item.width, height: item.height };
    const box = partToFetch(view, size, this.picture, this.sharper);
    if (!box || !partToFetch(view, size, this.picture, this.#fetching)) return;
    this.#sharpening.abort();
    const sharpening = new AbortController();
    this.#sharpening = sharpening;
    this.#fetching = { box, width: box.right - box.left, height: box.bottom - box.top };
    const region = /** @type {const} */ ([box.left, box.top, box.right, box.bottom]);
    this.#host.actions
      .drawPicture(item, [...region], sharpening.signal)
      .then(async ({ png }) => {
        const bitmap = await decoded(png, sharpening.signal);
        if (!bitmap) return;
        this.#fetching = null;
        this.sharper = { bitmap, width: bitmap.width, height: bitmap.height, box };
        this.#host.requestUpdate();
      })
      .catch(() => {
        if (this.#sharpening === sharpening) this.#fetching = null;
      });
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

/** The picture; null, and nothing kept, if it is no longer wanted. @param {Blob} png @param {AbortSignal} signal */
async function decoded(png, signal) {
  const bitmap = await createImageBitmap(png);
  if (!signal.aborted) return bitmap;
  bitmap.close();
  return null;
}
