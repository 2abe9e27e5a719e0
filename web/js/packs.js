/**
 * Which packs this page has, and the way of one pack from its address to the engines.
 *
 * @import { PoolInterface } from "./engine/pool-types.js"
 * @import { ErrorCode, WireError } from "./engine/protocol.js"
 * @import { FetchModelOptions, FetchedModel } from "./store/packs-types.js"
 * @import { Box, Pack, PageState, Source } from "./types.js"
 */
import { listArchive } from "./lib/archive.js";
import { readsScans } from "./lib/objects.js";
import { baseName } from "./lib/names.js";
import { leavePack } from "./state-review.js";
import { addNote, dropNote } from "./state.js";

/** @typedef {(pack: Pack, options: FetchModelOptions) => Promise<FetchedModel>} FetchModel */

export class PackShelf {
  #box;
  #pool;
  #fetchModel;
  /** @type {Map<string, Pack>} */
  #packs = new Map();
  /** @type {AbortController | null} */
  #opening = null;
  /** @type {string | null} */
  #wanted = null;

  /**
   * @param {Box} box
   * @param {Pick<PoolInterface, "usePack" | "failPack">} pool
   * @param {FetchModel} fetchModel
   */
  constructor(box, pool, fetchModel) {
    this.#box = box;
    this.#pool = pool;
    this.#fetchModel = fetchModel;
  }

  /**
   * Read the list of packs and open one.
   *
   * @param {string | null} wanted id from the address; null for the page's default
   */
  async start(wanted) {
    this.#wanted = wanted;
    this.#box.update((state) => ({ ...state, blocked: null }));
    try {
      const index = await fetchJson("packs/index.json");
      await Promise.all(index.packs.map((/** @type {string} */ id) => this.#read(id)));
      this.#box.update((state) => ({ ...state, packs: [...this.#packs.values()].map(nameOf) }));
      await this.open(wanted ?? index.default);
    } catch (error) {
      this.#block(wireError(error));
    }
  }

  /** Again, from the step that failed. */
  async retry() {
    const { packId } = this.#box.state;
    await (packId === null ? this.start(this.#wanted) : this.open(packId));
  }

  /** @param {string} id */
  async #read(id) {
    this.#packs.set(id, await fetchJson(`packs/${id}/pack.json`));
  }

  /**
   * Fetch the network and give it to the engines. A later call overtakes an earlier one.
   *
   * @param {string} id
   */
  async open(id) {
    this.#opening?.abort();
    const opening = new AbortController();
    this.#opening = opening;
    const pack = this.#packs.get(id) ?? null;
    this.#box.update((state) => beginOpening(state, id, pack));
    try {
      if (!pack) throw missingPack(id);
      const { blob, note } = await this.#fetchModel(pack, {
        signal: opening.signal,
        onProgress: (done, total) => this.#box.update((state) => ({ ...state, model: { done, total } })),
      });
      if (opening.signal.aborted) return;
      if (note) this.#box.update((state) => addNote(state, "store", note.message));
      this.#box.update((state) => ({ ...state, model: { done: blob.size, total: blob.size } }));
      await this.#pool.usePack({ pack, model: blob, ...(readsScans(pack) ? { ahead: true } : {}) });
      if (!opening.signal.aborted) this.#box.update((state) => ({ ...state, packOpen: true, model: null }));
    } catch (error) {
      if (!opening.signal.aborted) this.#fail(id, wireError(error));
    }
  }

  /** @param {string} id @param {WireError} error */
  #fail(id, error) {
    this.#pool.failPack(id, error);
    if (!error.code.startsWith("engine/")) this.#block(error);
  }

  /** @param {WireError} error */
  #block(error) {
    this.#box.update((state) => ({ ...state, blocked: error }));
  }
}

/** @param {PageState} state @param {string} id @param {Pack | null} pack @returns {PageState} */
function beginOpening(state, id, pack) {
  const model = pack && { done: 0, total: pack.model.size };
  const left = dropNote(leavePack(state, id), "store");
  return { ...left, packId: id, pack, model, packOpen: false, blocked: null };
}

/**
 * The pack's sample images, ready to be listed.
 *
 * @param {Pack} pack
 * @returns {Source[]}
 */
export function sampleSources(pack) {
  return pack.samples.files.map((path) => ({
    name: baseName(path),
    size: () => 0,
    read: async () => (await fetchChecked(`packs/${pack.id}/${path}`)).arrayBuffer(),
  }));
}

/**
 * The slices of the pack's sample scan; they travel as archives.
 *
 * @param {Pack} pack
 * @returns {Promise<Source[]>}
 */
export async function sampleScan(pack) {
  const lists = await Promise.all(
    pack.samples.files.map(async (path) => {
      const file = new File([await (await fetchChecked(`packs/${pack.id}/${path}`)).blob()], baseName(path));
      return (await listArchive(file.name, file)).sources;
    }),
  );
  return lists.flat();
}

/** @param {Pack} pack */
function nameOf({ id, name }) {
  return { id, name };
}

/** @param {string} id @returns {WireError} */
function missingPack(id) {
  return { code: "pack/missing", message: `This page has no pack “${id}”. Choose another one above.` };
}

/** @param {string} path */
async function fetchChecked(path) {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path}: status ${response.status}`);
  return response;
}

/** @param {string} path @returns {Promise<any>} checked at build time */
async function fetchJson(path) {
  return (await fetchChecked(path)).json();
}

/** @param {unknown} error @returns {WireError} */
function wireError(error) {
  const { code, message, details } = /** @type {{ code?: unknown, message: string, details?: string }} */ (
    error
  );
  if (typeof code === "string" && code.includes("/")) {
    return { code: /** @type {ErrorCode} */ (code), message, ...(details ? { details } : {}) };
  }
  return {
    code: "pack/missing",
    message: "The description of the analysis could not be loaded. Check the network and reload the page.",
    details: String(error),
  };
}
