/**
 * Files of the site on a device that is not the site's: each is fetched once, checked, and kept in the storage of
 * the page's own origin, so that no service worker is needed. Any copy may be missing, old or damaged: it is fetched
 * again. Used by the page and by its engines.
 *
 * @typedef {import("./embed-types.js").SiteFile} SiteFile
 * @typedef {import("../engine/protocol.js").WireError} WireError
 */
import { InsituError } from "../engine/errors.js";
import { sha256 } from "../store/sha256.js";
import { within } from "../store/within.js";

/** A store that answers this late is as good as none. */
const READ_LIMIT_MS = 15_000;

/** @type {WireError} */
const UNAVAILABLE = {
  code: "store/unavailable",
  message: "This browser window keeps nothing on the device, so Insitu is downloaded on each visit.",
};
/** @type {WireError} */
const FULL = {
  code: "store/full",
  message: "There is no room on this device to keep Insitu; it is downloaded again on the next visit.",
};

export class SiteFiles {
  #base;
  /** @type {Map<string, SiteFile>} */
  #files;
  #options;
  /** @type {Promise<Cache> | null} */
  #cache = null;
  /** What was asked for ahead and is not taken yet. @type {Map<string, Promise<Response>>} */
  #coming = new Map();

  /**
   * @param {string} base address of the site, with a slash at its end
   * @param {SiteFile[]} files that may be asked for
   * @param {object} [options]
   * @param {(path: string, bytes: number) => void} [options.onFetched] bytes of a file that have come from the network so far
   * @param {(note: WireError) => void} [options.onStore] what could not be kept; nothing fails by that
   * @param {AbortSignal} [options.signal]
   */
  constructor(base, files, options = {}) {
    this.#base = base;
    this.#files = new Map(files.map((file) => [file.path, file]));
    this.#options = options;
  }

  /** The path of one of its files; null for other addresses. @param {string} url */
  pathOf(url) {
    const path = url.startsWith(this.#base) ? url.slice(this.#base.length) : "";
    return this.#files.has(path) ? path : null;
  }

  /** Those that would have to be fetched. @param {string[]} paths */
  async missing(paths) {
    const kept = new Set();
    try {
      const cache = await this.#open();
      for (const { url } of await within(cache.keys(), READ_LIMIT_MS)) kept.add(url);
    } catch (error) {
      this.#note(error);
    }
    return paths.map((path) => this.#file(path)).filter((file) => !kept.has(this.#key(file)));
  }

  /**
   * Begin to fetch what will be asked for.
   *
   * @param {string[]} paths
   * @returns {Promise<never>} rejects with the first that cannot be had; whoever asks for that one hears of it too
   */
  ahead(paths) {
    /** @type {Promise<never>} */
    const lost = new Promise((_, reject) => {
      for (const path of paths) {
        const coming = this.#get(this.#file(path));
        coming.catch(reject);
        this.#coming.set(path, coming);
      }
    });
    lost.catch(() => {});
    return lost;
  }

  /**
   * A file with the bytes that the build made.
   *
   * @param {string} path
   * @returns {Promise<Response>} rejects with engine/boot or job/cancelled
   */
  get(path) {
    const coming = this.#coming.get(path) ?? this.#get(this.#file(path));
    this.#coming.delete(path);
    return coming;
  }

  /** Let go of what older versions of the site have left. */
  async tidy() {
    try {
      const cache = await this.#open();
      const keys = new Set([...this.#files.values()].map((file) => this.#key(file)));
      for (const request of await cache.keys()) if (!keys.has(request.url)) await cache.delete(request);
    } catch {
      // It costs room, no more.
    }
  }

  /** @param {SiteFile} file */
  async #get(file) {
    return (await this.#fromDevice(file)) ?? (await this.#fromNetwork(file));
  }

  /** @param {string} path */
  #file(path) {
    const file = this.#files.get(path);
    if (!file) throw new Error(`${path} is no file of the engine`);
    return file;
  }

  /** Each version of a file has an address of its own, for this store and for every cache on the way. @param {SiteFile} file */
  #key({ path, sha256 }) {
    return `${this.#base}${path}?${sha256.slice(0, 16)}`;
  }

  /** Its name carries the address of the site; the service worker of the site itself uses others. */
  #open() {
    this.#cache ??= within(caches.open(`insitu-embed ${this.#base}`), READ_LIMIT_MS);
    return this.#cache;
  }

  /** @param {SiteFile} file @returns {Promise<Response | undefined>} nothing if it is missing or damaged */
  async #fromDevice(file) {
    const key = this.#key(file);
    try {
      const cache = await this.#open();
      // Read twice, because a response that has been read or made anew loses its compiled code.
      if (await isIntact(await cache.match(key), file)) return await cache.match(key);
      await cache.delete(key);
      // On the site's own origin its service worker may have it.
      const elsewhere = () => caches.match(this.#base + file.path);
      return (await isIntact(await elsewhere(), file)) ? await elsewhere() : undefined;
    } catch {
      return undefined;
    }
  }

  /** @param {SiteFile} file */
  async #fromNetwork(file) {
    const key = this.#key(file);
    /** @type {unknown} */
    let failure;
    for (const cache of /** @type {const} */ (["default", "reload"])) {
      try {
        const response = await fetchAnonymously(key, { cache, signal: this.#options.signal });
        const kept = response.clone();
        if ((await this.#read(response, file)) !== file.sha256) throw new Error("its sha256 is another one");
        return await this.#keep(key, kept);
      } catch (error) {
        if (this.#options.signal?.aborted) throw InsituError.standard("job/cancelled");
        failure = error;
      }
    }
    throw new InsituError("engine/boot", unreachable(), `${file.path}: ${String(failure)}`);
  }

  /** @param {Response} response @param {SiteFile} file @returns {Promise<string>} sha256 of its bytes */
  async #read(response, { path }) {
    if (!response.ok || !response.body) throw new Error(`status ${response.status}`);
    /** @type {BlobPart[]} */
    const chunks = [];
    let bytes = 0;
    const reader = response.body.getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      chunks.push(part.value);
      bytes += part.value.byteLength;
      this.#options.onFetched?.(path, bytes);
    }
    return sha256(await new Blob(chunks).arrayBuffer());
  }

  /** @param {string} key @param {Response} response @returns {Promise<Response>} the same, as it is kept where it can be */
  async #keep(key, response) {
    const spare = response.clone();
    try {
      const cache = await this.#open();
      await cache.put(key, response);
      return (await cache.match(key)) ?? spare;
    } catch (error) {
      this.#note(error);
      return spare;
    }
  }

  /** @param {unknown} error */
  #note(error) {
    const note = error instanceof Error && error.name === "QuotaExceededError" ? FULL : UNAVAILABLE;
    this.#options.onStore?.({ ...note, details: String(error) });
  }
}

const realFetch = globalThis.fetch.bind(globalThis);

/** Without cookies, and without the address of the page. @param {string} url @param {RequestInit} options */
function fetchAnonymously(url, options) {
  return realFetch(url, { ...options, credentials: "omit", referrerPolicy: "no-referrer" });
}

/** @param {Response | undefined} response @param {SiteFile} file */
async function isIntact(response, { size, sha256: hash }) {
  if (!response) return false;
  const bytes = await within(response.arrayBuffer(), READ_LIMIT_MS);
  return bytes.byteLength === size && (await sha256(bytes)) === hash;
}

function unreachable() {
  return (
    "A part of Insitu is not on this device and could not be fetched as it should be. Check the connection and reload the " +
    "page; the security policy of the page must allow connections to the site of Insitu."
  );
}
