/**
 * The canvas: picture, outlines and marks at the current transform, at most once a frame.
 *
 * @import { Box, Gesture, Point, Scene, Space, Transform, View } from "./types.js"
 * @import { Frame } from "./painter.js"
 * @import { Level } from "./pyramid.js"
 */
import { OutlineLayer } from "./layer.js";
import { drawGesture, drawPointed, drawSelected } from "./marks.js";
import { detailAt, EXACT_ZOOM } from "./outline-path.js";
import { Pyramid } from "./pyramid.js";
import {
  boxInSight,
  clampTransform,
  fitTransform,
  keepMiddle,
  panBy,
  reveal,
  zoomAbout,
} from "./transform.js";

/** More selected objects than this are painted with the outlines, not in every frame. */
const MOST_MARKED = 300;

export class Stage {
  /** @type {Transform} */
  transform = { zoom: 1, left: 0, top: 0 };
  /** @type {Space} */
  space = { width: 0, height: 0, ratio: 1 };
  /** The line or area being drawn. @type {Gesture | null} */
  gesture = null;
  #layer = new OutlineLayer();
  /** @type {Pyramid | null} */
  #pyramid = null;
  #asked = 0;
  /** Whether the whole image is shown, and stays so when the viewer changes its size. */
  #fitted = true;

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {Scene} scene
   * @param {() => void} onDrawn
   */
  constructor(canvas, scene, onDrawn) {
    const context = canvas.getContext("2d");
    if (!context) throw new Error("this browser has no canvas to draw on");
    this.context = context;
    this.scene = scene;
    this.onDrawn = onDrawn;
  }

  /** @param {Scene} scene */
  show(scene) {
    const before = this.scene;
    this.scene = scene;
    const other = scene.size.width !== before.size.width || scene.size.height !== before.size.height;
    const replaced = scene.picture !== before.picture && scene.outlines !== before.outlines;
    if (other || replaced || !scene.outlines) this.#layer.clear();
    if (other) this.fit();
    this.schedule();
  }

  /** @param {Space} space */
  resize(space) {
    const { width, height, ratio } = this.space;
    if (width === space.width && height === space.height && ratio === space.ratio) return;
    const before = this.space;
    this.space = space;
    this.context.canvas.width = Math.round(space.width * space.ratio);
    this.context.canvas.height = Math.round(space.height * space.ratio);
    if (this.#fitted) this.fit();
    else this.transform = keepMiddle(this.transform, before, space, this.scene.size);
    this.#draw(performance.now()); // a canvas of another size is empty, and would flicker
  }

  fit() {
    this.transform = fitTransform(this.scene.size, this.space);
    this.#fitted = true;
    this.schedule();
  }

  /** @param {number} zoom @param {Point} [at] in the viewer; its middle where not given */
  zoomTo(zoom, at = { x: this.space.width / 2, y: this.space.height / 2 }) {
    this.#move(zoomAbout(this.transform, zoom, at, this.scene.size, this.space));
  }

  /** @param {number} dx @param {number} dy in CSS pixels */
  panBy(dx, dy) {
    this.#move(panBy(this.transform, dx, dy, this.scene.size, this.space));
  }

  /** Bring a part into sight. @param {Box} box */
  reveal(box) {
    this.#move(reveal(this.transform, box, this.scene.size, this.space));
  }

  /** @param {Transform} transform */
  #move(transform) {
    const { zoom, left, top } = this.transform;
    if (zoom === transform.zoom && left === transform.left && top === transform.top) return;
    this.transform = clampTransform(transform, this.scene.size, this.space);
    this.#fitted = false;
    this.schedule();
  }

  /** @returns {View} */
  get view() {
    return { box: boxInSight(this.transform, this.space), scale: this.transform.zoom * this.space.ratio };
  }

  schedule() {
    this.#asked ||= requestAnimationFrame((now) => this.#draw(now));
  }

  stop() {
    cancelAnimationFrame(this.#asked);
    this.#asked = 0;
    this.#layer.clear();
    this.#pyramid = null;
  }

  /** @param {number} now */
  #draw(now) {
    cancelAnimationFrame(this.#asked);
    this.#asked = 0;
    const { context, scene, space, transform } = this;
    if (!space.width || !space.height || !scene.size.width || !scene.size.height) return;
    const { ratio } = space;
    /** @type {Frame} */
    const frame = {
      scale: transform.zoom * ratio,
      left: transform.left * ratio,
      top: transform.top * ratio,
      ratio,
      detail: detailAt(transform.zoom, ratio),
    };
    context.clearRect(0, 0, context.canvas.width, context.canvas.height);
    this.#drawPicture(frame);
    const unfinished = this.#drawObjects(frame, now);
    if (this.gesture) drawGesture(context, this.gesture, frame);
    this.onDrawn();
    if (unfinished) this.schedule();
  }

  /** @param {Frame} frame */
  #drawPicture(frame) {
    const { context } = this;
    const { picture, sharper, size, look } = this.scene;
    if (!picture || look.picture <= 0) return;
    if (this.#pyramid?.picture !== picture) this.#pyramid = new Pyramid(picture);
    const level = this.#pyramid.levelFor((frame.scale * size.width) / picture.width);
    context.globalAlpha = look.picture;
    context.imageSmoothingEnabled = this.transform.zoom < EXACT_ZOOM;
    this.#drawOver({ left: 0, top: 0, right: size.width, bottom: size.height }, level, frame);
    const helps = frame.scale * size.width > picture.width;
    if (sharper && helps) this.#drawOver(sharper.box, sharper, frame);
    context.globalAlpha = 1;
  }

  /**
   * Draw a picture over a box of the image; only what is in sight, for the whole may be larger than any canvas.
   *
   * @param {Box} box
   * @param {Level} picture
   * @param {Frame} frame
   */
  #drawOver(box, { bitmap, width, height }, { scale, left, top }) {
    const sight = boxInSight(this.transform, this.space);
    const x = Math.max(box.left, Math.floor(sight.left));
    const y = Math.max(box.top, Math.floor(sight.top));
    const wide = Math.min(box.right, Math.ceil(sight.right)) - x;
    const high = Math.min(box.bottom, Math.ceil(sight.bottom)) - y;
    if (wide <= 0 || high <= 0) return;
    const across = width / (box.right - box.left);
    const down = height / (box.bottom - box.top);
    const { context } = this;
    context.clearRect(x * scale + left, y * scale + top, wide * scale, high * scale); // no two, half transparent
    context.drawImage(
      bitmap,
      ...[(x - box.left) * across, (y - box.top) * down, wide * across, high * down],
      ...[x * scale + left, y * scale + top, wide * scale, high * scale],
    );
  }

  /** @param {Frame} frame @param {number} now @returns {boolean} whether there is more to draw in the next frame */
  #drawObjects(frame, now) {
    const { context, scene, space, transform } = this;
    const { outlines, index, palette, look, selected, pointed } = scene;
    if (!outlines || !index) return false;
    const many = selected.size > MOST_MARKED;
    const content = { outlines, index, palette, look, selected: many ? selected : null };
    const unfinished = this.#layer.update(content, transform, space, now);
    this.#layer.drawOn(context, transform, space.ratio);
    context.miterLimit = 2;
    context.lineJoin = "miter";
    const objects = { outlines, index, palette };
    if (!many) drawSelected(context, objects, selected, frame);
    for (const id of pointed) drawPointed(context, objects, id, frame, selected.has(id));
    return unfinished;
  }
}
