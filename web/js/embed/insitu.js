/**
 * The API for other people's pages: loads an engine and a pack across origins, and hands images to the pool. What it promises
 * stands in ../../insitu.d.ts.
 *
 * @typedef {import("../../insitu.js").LoadOptions} LoadOptions
 * @typedef {import("../../insitu.js").Result} Result
 * @typedef {import("./result.js").ClassifyingPack} ClassifyingPack
 * @typedef {import("./embed-types.js").SiteFile} SiteFile
 * @typedef {import("./embed-types.js").SitePack} SitePack
 */
import { startEngineFrom } from "../engine/client.js";
import { InsituError, isCancelled, toWire } from "../engine/errors.js";
import { Pool } from "../engine/pool.js";
import { defaultSize, memoryOf } from "../engine/pool-size.js";
import { LIMIT_FILE_BYTES } from "../lib/archive.js";
import { sayWhatIsMissing } from "../lib/capabilities.js";
import { ByteProgress } from "./progress.js";
import { toResult } from "./result.js";
import { SiteFiles } from "./site-files.js";

/** Where this module lies: the site, whoever's page it is on. */
const BASE = new URL("./", import.meta.url).href;
/** GiB; with no more, a device gets one engine and smaller images. */
const LITTLE_MEMORY = 2;
/** A quarter of what others hold (insitu/decode/limits.py): 75 MB as RGB, and as much again while it is turned upright. */
const SMALL_LIMIT_PX = 25_000_000;

export class Insitu {
  #options;
  #progress;
  #stop = new AbortController();
  #lastId = 0;
  /** @type {Promise<Pool>} */
  #pool;
  /** @type {ClassifyingPack | null} */
  #pack = null;
  /** @type {import("../../insitu.js").Storage} */
  #storage = { kept: true, code: null };
  /** Why it ended by itself. @type {InsituError | null} */
  #failure = null;

  /** @type {Promise<void>} */
  ready;

  /** @param {LoadOptions} [options] */
  static open(options) {
    return new Insitu(options);
  }

  /** @param {LoadOptions} [options] */
  static async load(options) {
    const insitu = new Insitu(options);
    await insitu.ready;
    return insitu;
  }

  /** @param {LoadOptions} [options] */
  constructor(options = {}) {
    this.#options = options;
    this.#progress = new ByteProgress(options.onProgress);
    const { signal } = options;
    if (signal?.aborted) this.dispose();
    signal?.addEventListener("abort", () => this.dispose(), { once: true, signal: this.#stop.signal });
    const loading = this.#load();
    this.#pool = this.#unlessStopped(loading.then(({ pool }) => pool));
    this.ready = this.#unlessStopped(loading.then(({ opened }) => opened)).then(() => this.#progress.ready());
    this.#pool.catch(() => {});
    this.ready.catch((error) => {
      this.#failure = error;
      this.dispose();
    });
  }

  get pack() {
    if (!this.#pack) return null;
    const { id, version, name, classes } = this.#pack;
    return { id, version, name, classes };
  }

  get storage() {
    return this.#storage;
  }

  /**
   * @param {Blob} image
   * @param {import("../../insitu.js").AnalyseOptions} [options]
   * @returns {Promise<Result>}
   */
  async analyse(image, { signal } = {}) {
    checkImage(image);
    const id = String((this.#lastId += 1));
    const { promise: aborted, over, stop } = rejectOnAbort(signal);
    try {
      const pool = await Promise.race([this.#pool, aborted]);
      if (signal?.aborted) throw InsituError.standard("job/cancelled");
      if (pool.state.kind === "failed") pool.restart();
      const name = image instanceof File ? image.name : "image";
      const analysis = pool.analyse({ id, name, read: () => image.arrayBuffer(), thumbnailSide: 0 });
      signal?.addEventListener("abort", () => pool.cancel(id), { once: true, signal: over });
      return toResult(await analysis, /** @type {ClassifyingPack} */ (this.#pack), this.#options.threshold);
    } catch (error) {
      // What ended everything says more than that this image was cancelled with it.
      throw this.#failure && isCancelled(error) && !signal?.aborted ? this.#failure : error;
    } finally {
      stop();
    }
  }

  dispose() {
    this.#stop.abort();
  }

  /** Where an engine opens the pack, and the promise of that. */
  async #load() {
    const missing = sayWhatIsMissing(globalThis, ["IndexedDB"]);
    if (missing) throw new InsituError("browser/unsupported", missing);
    const [id, { files: packFiles }] = choosePack(this.#options.pack);
    const { engine, start, later } = INSITU_SITE;
    const all = [engine, ...start, ...packFiles];
    const files = this.#siteFiles([...all, ...later, ...allPackFiles()]);
    this.#progress.expect(await files.missing(all.map(({ path }) => path)));
    void files.ahead([engine, ...packFiles].map(({ path }) => path));
    const source = await (await files.get(engine.path)).blob();
    if (this.#stop.signal.aborted) throw InsituError.standard("job/cancelled");
    const pool = this.#makePool(
      new Blob([source], { type: "text/javascript" }),
      byPath([...start, ...later]),
    );
    return { pool, opened: this.#openPack(pool, id, packFiles, files) };
  }

  /** @param {SiteFile[]} list */
  #siteFiles(list) {
    const paths = byPath(list);
    return new SiteFiles(BASE, list, {
      onFetched: (path, bytes) => this.#fetched(paths.get(path), bytes),
      onStore: (note) => this.#keepsNothing(note),
      signal: this.#stop.signal,
    });
  }

  /** @param {Blob} source @param {Map<string, SiteFile>} paths */
  #makePool(source, paths) {
    const small = memoryOf(navigator) <= LITTLE_MEMORY;
    const pool = new Pool({
      engines: this.#engines(),
      boot: { base: BASE, ...(small ? { limitPx: SMALL_LIMIT_PX } : {}) },
      spawn: (options) =>
        startEngineFrom(source, {
          ...options,
          onFetched: (path, bytes) => this.#fetched(paths.get(path), bytes),
          onStore: (note) => this.#keepsNothing(note),
        }),
    });
    this.#stop.signal.addEventListener("abort", () => pool.dispose());
    return pool;
  }

  /** Where nothing is kept, a second engine would load everything once more. */
  #engines() {
    const wanted = Math.floor(Number(this.#options.engines)) || 1;
    return this.#storage.kept ? Math.max(1, Math.min(wanted, defaultSize(navigator))) : 1;
  }

  /**
   * @param {Pool} pool
   * @param {string} id
   * @param {SiteFile[]} packFiles its description, then its network
   * @param {SiteFiles} files
   */
  async #openPack(pool, id, [description, network], files) {
    const [pack, model] = await Promise.all([
      files.get(description?.path ?? "").then((response) => response.json()),
      files.get(network?.path ?? "").then((response) => response.blob()),
    ]);
    this.#pack = pack;
    await pool.usePack({ pack, model });
    void files.tidy();
    return id;
  }

  /** @param {SiteFile | undefined} file @param {number} bytes */
  #fetched(file, bytes) {
    if (file) this.#progress.fetched(file, bytes);
  }

  /** @param {import("../engine/protocol.js").WireError} note */
  #keepsNothing({ code }) {
    this.#storage = { kept: false, code: code === "store/full" ? code : "store/unavailable" };
  }

  /**
   * Rejects when this is disposed of; every rejection is an InsituError.
   * @template T
   * @param {Promise<T>} promise
   * @returns {Promise<T>}
   */
  async #unlessStopped(promise) {
    const { promise: stopped, stop } = rejectOnAbort(this.#stop.signal);
    try {
      return await Promise.race([promise, stopped]);
    } catch (error) {
      throw error instanceof InsituError ? error : InsituError.fromWire(toWire(error).error);
    } finally {
      stop();
    }
  }
}

/**
 * @param {string | undefined} wanted
 * @returns {[string, SitePack]}
 */
function choosePack(wanted) {
  const { defaultPack, packs } = INSITU_SITE;
  const id = wanted ?? defaultPack;
  const pack = Object.hasOwn(packs, id) ? packs[id] : undefined;
  if (!pack) {
    const known = Object.keys(packs).join(", ");
    throw new InsituError(
      "pack/missing",
      `There is no pack “${id}” on the site of Insitu; there are ${known}.`,
    );
  }
  if (pack.task !== "classify")
    throw new InsituError(
      "pack/invalid",
      `The pack “${id}” does not sort images into classes, which is all that can be had on other pages for now.`,
    );
  return [id, pack];
}

function allPackFiles() {
  return Object.values(INSITU_SITE.packs).flatMap(({ files }) => files);
}

/** @param {SiteFile[]} files */
function byPath(files) {
  return new Map(files.map((file) => [file.path, file]));
}

/** @param {unknown} image */
function checkImage(image) {
  if (!(image instanceof Blob))
    throw new InsituError("image/unsupported", "Only a File or a Blob can be analysed.");
  if (image.size > LIMIT_FILE_BYTES)
    throw new InsituError(
      "image/too-large",
      "This file has more than 1 GB. Scale or crop the image and try again.",
    );
}

/**
 * A promise that a signal rejects, and the end of listening for that.
 * @param {AbortSignal | undefined} signal
 * @returns {{ promise: Promise<never>, over: AbortSignal, stop: () => void }} `over` is aborted by `stop`
 */
function rejectOnAbort(signal) {
  const over = new AbortController();
  /** @type {Promise<never>} */
  const promise = new Promise((_, reject) => {
    const onAbort = () => reject(InsituError.standard("job/cancelled"));
    if (signal?.aborted) onAbort();
    signal?.addEventListener("abort", onAbort, { once: true, signal: over.signal });
  });
  promise.catch(() => {});
  return { promise, over: over.signal, stop: () => over.abort() };
}
