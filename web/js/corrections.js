/**
 * A person's corrections of objects. The engine computes each; what it found itself is kept.
 *
 * @import { PoolInterface } from "./engine/pool-types.js"
 * @import { Edit, Objects } from "./engine/protocol.js"
 * @import { Outlines } from "./objects-types.js"
 * @import { Box, Corrected } from "./types.js"
 */
import { objectsOf } from "./lib/objects.js";
import { correctItem, itemById } from "./state-items.js";

export class Corrections {
  #box;
  #pool;
  /** One correction after the other: each starts from what the one before left. @type {Promise<unknown>} */
  #tail = Promise.resolve();

  /**
   * @param {Box} box
   * @param {Pick<PoolInterface, "ask">} pool
   */
  constructor(box, pool) {
    this.#box = box;
    this.#pool = pool;
  }

  /**
   * @param {number} id
   * @param {Edit} edit
   * @param {Objects | null} of the objects that the edit's numbers are of; null if it names none
   * @returns {Promise<Corrected | null>} null where the objects are others meanwhile, so that nothing was done
   */
  correct(id, edit, of) {
    const corrected = this.#tail.then(() => this.#correct(id, edit, of));
    this.#tail = corrected.catch(() => {});
    return corrected;
  }

  /** Take the last correction back. @param {number} id */
  undo(id) {
    const item = itemById(this.#box.state, id);
    if (item?.corrections.length)
      this.#box.update((state) => correctItem(state, id, item.corrections.slice(0, -1)));
  }

  /**
   * @param {Objects} objects
   * @param {AbortSignal} signal
   * @returns {Promise<Outlines>}
   */
  trace({ runs }, signal) {
    return this.#pool.ask("outline", { runs }, { signal });
  }

  /** @param {number} id @param {Edit} edit @param {Objects | null} of */
  async #correct(id, edit, of) {
    const item = itemById(this.#box.state, id);
    const objects = item && objectsOf(item);
    if (!objects || (of && of !== objects)) return null;
    const { name, read, selection } = item;
    const { packId } = this.#box.state;
    const request = { name, selection, objects, edit };
    const options = { read, ...(packId === null ? {} : { pack: packId }) };
    const { objects: after, origins } = await this.#pool.ask("editObjects", request, options);
    const now = itemById(this.#box.state, id);
    if (!now || objectsOf(now) !== objects) return null; // analysed again meanwhile
    this.#box.update((state) => correctItem(state, id, [...now.corrections, after]));
    const changed = Array.from(origins, (origin, index) => (origin === 0 ? index + 1 : 0)).filter(Boolean);
    return { objects: after, changed };
  }
}
