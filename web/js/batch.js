/**
 * The images and the engines: every image of the state is handed to the pool, and what becomes of
 * it is written into the state.
 *
 * @import { PoolInterface } from "./engine/pool-types.js"
 * @import { Selection, WireError } from "./engine/protocol.js"
 * @import { Box, Item, Settled, Source } from "./types.js"
 */
import { planeOf } from "./lib/planes.js";
import { releaseAddress } from "./lib/thumbnail.js";
import {
  addItems,
  cancelItems,
  chooseForItem,
  clearItems,
  forgetCleared,
  isSettled,
  itemById,
  moveItem,
  progressItem,
  requeueItems,
  restoreCleared,
  settleItem,
} from "./state-items.js";

/** How long a cleared list can come back. */
export const UNDO_MS = 15_000;

/** Longest side of a thumbnail on a screen with one device pixel a CSS pixel. */
const THUMBNAIL_SIDE_PX = 168;

export class Batch {
  #box;
  #pool;
  /**
   * Name under which the pool knows an item; a new one each time it is queued, so that what
   * belongs to an earlier time is recognised and dropped.
   *
   * @type {Map<number, string>}
   */
  #jobs = new Map();
  #jobCount = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #undoTimer;

  /**
   * @param {Box} box
   * @param {Pick<PoolInterface, "analyse" | "cancel" | "cancelAll">} pool
   */
  constructor(box, pool) {
    this.#box = box;
    this.#pool = pool;
  }

  /** @param {Source[]} sources @param {{ skipped?: number, sample?: boolean }} [options] */
  add(sources, options = {}) {
    const first = this.#box.state.nextId;
    this.#box.update((state) => addItems(state, sources, { ...options, now: performance.now() }));
    this.#submit(sources.map((_, index) => first + index));
  }

  /** All that has not settled. */
  cancel() {
    this.#dropAll();
    this.#box.update((state) => cancelItems(state, performance.now()));
  }

  /** Queue again, whatever became of them before. @param {Iterable<number>} ids */
  tryAgain(ids) {
    const known = [...ids].filter((id) => itemById(this.#box.state, id));
    this.#drop(known);
    for (const id of known) revoke(itemById(this.#box.state, id));
    this.#box.update((state) => requeueItems(state, known, performance.now()));
    this.#submit(known);
  }

  /**
   * Another plane of a file, in place of the one before.
   *
   * @param {number} id
   * @param {Partial<Selection>} change
   */
  choosePlane(id, change) {
    const item = itemById(this.#box.state, id);
    const from = item && planeOf(item);
    if (!from) return;
    const selection = { ...from, ...change };
    this.#box.update((state) => chooseForItem(state, id, { selection, contrast: null }));
    this.tryAgain([id]);
  }

  /**
   * Another size of objects: they are looked for again.
   *
   * @param {number} id
   * @param {number | null} diameter
   */
  setDiameter(id, diameter) {
    this.#box.update((state) => chooseForItem(state, id, { diameter }));
    this.tryAgain([id]);
  }

  /** Another pack: every image is analysed again. */
  startOver() {
    this.#forget();
    this.tryAgain(this.#box.state.items.map((item) => item.id));
  }

  clear() {
    this.#forget();
    this.#dropAll();
    this.#box.update(clearItems);
    this.#undoTimer = setTimeout(() => this.#forget(), UNDO_MS);
  }

  /** The images, which are in no list any more. @returns {Source[]} */
  takeAll() {
    const sources = this.#box.state.items.map(({ name, size, read, file }) => ({
      name,
      size,
      read,
      ...(file ? { file } : {}),
    }));
    this.clear();
    this.#forget();
    return sources;
  }

  undoClear() {
    const cleared = this.#box.state.cleared;
    if (!cleared) return;
    clearTimeout(this.#undoTimer);
    this.#box.update((state) => restoreCleared(state, performance.now()));
    this.#submit(cleared.items.filter((item) => !isSettled(item)).map((item) => item.id));
  }

  #forget() {
    clearTimeout(this.#undoTimer);
    this.#box.state.cleared?.items.forEach(revoke);
    this.#box.update(forgetCleared);
  }

  /** @param {number[]} ids */
  #submit(ids) {
    for (const id of ids) {
      const item = itemById(this.#box.state, id);
      if (item) void this.#analyse(item);
    }
  }

  #dropAll() {
    this.#jobs.clear();
    this.#pool.cancelAll();
  }

  /** @param {number[]} ids */
  #drop(ids) {
    for (const id of ids) {
      const job = this.#jobs.get(id);
      this.#jobs.delete(id);
      if (job) this.#pool.cancel(job);
    }
  }

  /** @param {Item} item */
  async #analyse({ id, name, read, selection, diameter }) {
    this.#jobCount += 1;
    const job = `${id}.${this.#jobCount}`;
    const { blocked, packId } = this.#box.state;
    this.#jobs.set(id, job);
    const isCurrent = () => this.#jobs.get(id) === job;
    /** @type {Settled} */
    let outcome;
    try {
      if (blocked) throw blocked;
      const analysis = await this.#pool.analyse({
        id: job,
        name,
        read,
        thumbnailSide: thumbnailSide(),
        selection,
        diameter,
        ...(packId === null ? {} : { pack: packId }),
        onState: (to) => isCurrent() && this.#box.update((state) => moveItem(state, id, to)),
        onProgress: (done) => isCurrent() && this.#box.update((state) => progressItem(state, id, done)),
      });
      if (!isCurrent()) return;
      outcome = { state: "done", analysis };
    } catch (error) {
      if (!isCurrent()) return;
      outcome = outcomeOf(/** @type {WireError} */ (error));
    }
    this.#jobs.delete(id);
    this.#box.update((state) => settleItem(state, id, outcome, performance.now()));
  }
}

/** @param {WireError} error @returns {Settled} */
function outcomeOf({ code, message, details }) {
  if (code === "job/cancelled") return { state: "cancelled" };
  return { state: "failed", error: { code, message, ...(details ? { details } : {}) } };
}

/** @param {Item | undefined} item */
function revoke(item) {
  if (item?.thumbnail) releaseAddress(item.thumbnail);
}

function thumbnailSide() {
  return Math.round(THUMBNAIL_SIDE_PX * Math.min(2, Math.max(1, globalThis.devicePixelRatio ?? 1)));
}
