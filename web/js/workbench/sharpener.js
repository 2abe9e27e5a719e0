/**
 * The part of an image that is in sight, in more detail than the picture of the whole has.
 *
 * @import { ReactiveControllerHost } from "lit"
 * @import { Actions, Item } from "../types.js"
 * @import { Box, Part, Size, View } from "../viewer/types.js"
 */
import { partToFetch } from "./sharp-part.js";
import { decodePicture } from "./decode-picture.js";

export class Sharpener {
  /** @type {Part | null} */
  part = null;
  #host;
  /** @type {View | null} */
  #view = null;
  /** What the picture of the whole is of, and its size; null while another is drawn. @type {{ item: Item, picture: Size } | null} */
  #whole = null;
  /** The part that is under way. @type {(Size & { box: Box }) | null} */
  #fetching = null;
  #under = new AbortController();

  /** @param {Pick<ReactiveControllerHost, "requestUpdate"> & { actions: Actions }} host */
  constructor(host) {
    this.#host = host;
  }

  /** Another image is shown. */
  forget() {
    this.stop();
    this.part = null;
    this.#view = null;
  }

  /** Another picture of the whole is being drawn; until it is there, the part stays. */
  stop() {
    this.#under.abort();
    this.#whole = null;
    this.#fetching = null;
  }

  /** The picture of the whole is there. @param {Item} item @param {Size} picture */
  start(item, picture) {
    this.part = null;
    this.#whole = { item, picture };
    if (this.#view) this.look(this.#view);
  }

  /** The view rests here: fetch what the picture of the whole does not show. @param {View} view */
  look(view) {
    this.#view = view;
    const { item, picture } = this.#whole ?? {};
    if (!item?.width || !item.height || !picture) return;
    const size = { width: item.width, height: item.height };
    const box = partToFetch(view, size, picture, this.part);
    if (box && partToFetch(view, size, picture, this.#fetching)) void this.#fetch(item, box);
  }

  /** @param {Item} item @param {Box} box */
  async #fetch(item, box) {
    const { left, top, right, bottom } = box;
    this.#under.abort();
    const under = new AbortController();
    this.#under = under;
    this.#fetching = { box, width: right - left, height: bottom - top };
    try {
      const { png } = await this.#host.actions.drawPicture(item, [left, top, right, bottom], under.signal);
      const bitmap = await decodePicture(png, under.signal);
      if (!bitmap) return;
      this.part = { bitmap, width: bitmap.width, height: bitmap.height, box };
      this.#host.requestUpdate();
    } catch {
      // cancelled, or an engine that broke: the picture of the whole stays
    }
    if (this.#under === under) this.#fetching = null;
  }
}
