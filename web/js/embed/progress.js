/**
 * Bytes of a visit, added up over the files that have to be fetched. Pure.
 *
 * @typedef {import("../../insitu.js").Progress} Progress
 * @typedef {import("./embed-types.js").SiteFile} SiteFile
 */

export class ByteProgress {
  /** @type {Map<string, { size: number, bytes: number }>} by path */
  #files = new Map();
  #onProgress;
  /** @type {Progress} */
  #last = { phase: "loading", loaded: 0, total: 0, file: null };

  /** @param {((progress: Progress) => void) | undefined} onProgress */
  constructor(onProgress) {
    this.#onProgress = onProgress;
  }

  /** These have to come. @param {SiteFile[]} files */
  expect(files) {
    for (const { path, size } of files) if (!this.#files.has(path)) this.#files.set(path, { size, bytes: 0 });
    this.#tell();
  }

  /**
   * So many bytes of a file have come. One that comes once more, because it was damaged on its way, counts once.
   * @param {SiteFile} file
   * @param {number} bytes
   */
  fetched({ path, size }, bytes) {
    const entry = this.#files.get(path) ?? { size, bytes: 0 };
    entry.bytes = Math.max(entry.bytes, Math.min(bytes, size));
    this.#files.set(path, entry);
    this.#last = { ...this.#last, file: path };
    this.#tell();
  }

  ready() {
    this.#last = { ...this.#last, phase: "ready" };
    this.#tell();
  }

  #tell() {
    const entries = [...this.#files.values()];
    const loaded = entries.reduce((sum, { bytes }) => sum + bytes, 0);
    const total = entries.reduce((sum, { size }) => sum + size, 0);
    const { phase, file } = this.#last;
    const now = phase === "ready" ? phase : loaded < total ? "loading" : "starting";
    this.#last = { phase: now, loaded, total, file };
    this.#onProgress?.(this.#last);
  }
}
