/**
 * A picture and smaller copies of it, each half as large, so that a large picture is drawn small
 * without flicker and without reading all its pixels in every frame.
 *
 * @import { Picture, Size } from "./types.js"
 *
 * @typedef {Size & { bitmap: CanvasImageSource }} Level
 */

export class Pyramid {
  /** @type {Level[]} */
  #levels;

  /** @param {Picture} picture */
  constructor(picture) {
    this.picture = picture;
    this.#levels = [picture];
  }

  /**
   * The smallest copy that has a pixel for each pixel of the screen.
   *
   * @param {number} scale device pixels a pixel of the picture
   * @returns {Level}
   */
  levelFor(scale) {
    const wanted = levelOf(scale, this.picture);
    while (this.#levels.length <= wanted) {
      const last = this.#levels.at(-1) ?? this.picture;
      this.#levels.push(halve(last));
    }
    return this.#levels[wanted] ?? this.picture;
  }
}

/**
 * How many times a picture is to be halved.
 *
 * @param {number} scale
 * @param {Size} size
 */
export function levelOf(scale, { width, height }) {
  const most = Math.floor(Math.log2(Math.max(1, Math.min(width, height))));
  return Math.max(0, Math.min(most, Math.floor(Math.log2(1 / scale))));
}

/** @param {Level} level @returns {Level} */
function halve({ bitmap, width, height }) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width / 2));
  canvas.height = Math.max(1, Math.round(height / 2));
  canvas.getContext("2d")?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return { bitmap: canvas, width: canvas.width, height: canvas.height };
}
