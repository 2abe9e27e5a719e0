/**
 * The canvas: picture, outlines and marks at the current transform, at most once a frame.
 *
 * @import { Box, Gesture, Point, Scene, Space, Transform } from "./types.js"
 * @import { Frame } from "./painter.js"
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

  /** Only the part in sight: scaled up, the whole would be larger than any canvas. @param {Frame} frame */
  #drawPicture({ scale, left, top }) {
    const { context, transform, space } = this;
    const { picture, size, look } = this.scene;
    if (!picture || look.picture <= 0) return;
    const sight = boxInSight(transform, space);
    const x = Math.max(0, Math.floor(sight.left));
    const y = Math.max(0, Math.floor(sight.top));
    const width = Math.min(size.width, Math.ceil(sight.right)) - x;
    const height = Math.min(size.height, Math.ceil(sight.bottom)) - y;
    if (width <= 0 || height <= 0) return;
    if (this.#pyramid?.picture !== picture) this.#pyramid = new Pyramid(picture);
    const level = this.#pyramid.levelFor((scale * size.width) / picture.width);
    const across = level.width / size.width;
    const down = level.height / size.height;
    context.globalAlpha = look.picture;
    context.imageSmoothingEnabled = transform.zoom < EXACT_ZOOM;
    context.drawImage(
      level.bitmap,
      ...[x * across, y * down, width * across, height * down],
      ...[x * scale + left, y * scale + top, width * scale, height * scale],
    );
    context.globalAlpha = 1;
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
