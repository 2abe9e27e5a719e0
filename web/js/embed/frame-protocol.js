/**
 * What the page around embed.html and the frame say to each other. Every message is a plain object with `insitu: 1`, the version.
 *
 *   page to frame:  { kind: "hello" }                          begin to load
 *                   { kind: "analyse", id, file }              a File or Blob; `id` is the page's own, a string or number
 *                   { kind: "cancel", id }
 *   frame to page:  { kind: "progress", phase, loaded, total, file }
 *                   { kind: "ready", pack }
 *                   { kind: "result", id, result }
 *                   { kind: "error", id, code, message }       `id` null: nothing can be analysed
 *
 * The frame hears its parent window alone, at the origin that the address names (`?parent=`) if it names one, and answers to
 * the very origin that the message came from.
 *
 * @typedef {import("../../insitu.js").Progress} Progress
 * @typedef {Pick<import("../../insitu.js").Insitu, "ready" | "pack" | "analyse">} Api
 * @typedef {{ origin: string, data: unknown }} Heard
 * @typedef {{ postMessage(message: unknown, origin: string): void }} Listener
 */

const VERSION = 1;

export class Frame {
  #options;
  /** @type {Api | null} */
  #api = null;
  /** The host, once it has spoken. @type {{ window: Listener, origin: string } | null} */
  #host = null;
  /** Analyses that are not done, by the host's id. @type {Map<string | number, AbortController>} */
  #running = new Map();

  /**
   * @param {object} options
   * @param {string | null} options.parentOrigin the only one that is heard; null: any
   * @param {(onProgress: (progress: Progress) => void) => Api} options.open
   */
  constructor(options) {
    this.#options = options;
  }

  /** @param {Heard} event of the parent window @param {Listener} window it */
  receive({ origin, data }, window) {
    const message = readMessage(data);
    if (!message || !this.#isWelcome(origin)) return;
    this.#host = { window, origin };
    const api = this.#open();
    if (message.kind === "analyse") void this.#analyse(api, message.id, message.file);
    if (message.kind === "cancel") this.#running.get(message.id)?.abort();
  }

  /** A page without an origin of its own ("null") could not be told from others. @param {string} origin */
  #isWelcome(origin) {
    const { parentOrigin } = this.#options;
    if (this.#host) return origin === this.#host.origin;
    return /^https?:/.test(origin) && (parentOrigin === null || origin === parentOrigin);
  }

  #open() {
    if (this.#api) return this.#api;
    const api = this.#options.open((progress) => {
      if (progress.phase !== "ready") this.#tell({ kind: "progress", ...progress });
    });
    this.#api = api;
    api.ready.then(
      () => this.#tell({ kind: "ready", pack: api.pack }),
      (error) => {
        this.#api = null; // the next message tries again
        this.#tell({ kind: "error", id: null, code: error.code, message: error.message });
      },
    );
    return api;
  }

  /** @param {Api} api @param {string | number} id @param {Blob} file */
  async #analyse(api, id, file) {
    if (this.#running.has(id)) return;
    const stop = new AbortController();
    this.#running.set(id, stop);
    try {
      const result = await api.analyse(file, { signal: stop.signal });
      this.#tell({ kind: "result", id, result });
    } catch (error) {
      const { code, message } = /** @type {import("../../insitu.js").InsituError} */ (error);
      this.#tell({ kind: "error", id, code, message });
    } finally {
      this.#running.delete(id);
    }
  }

  /** @param {object} message */
  #tell(message) {
    this.#host?.window.postMessage({ insitu: VERSION, ...message }, this.#host.origin);
  }
}

/**
 * @param {unknown} data
 * @returns {{ kind: "hello" } | { kind: "analyse", id: string | number, file: Blob } | { kind: "cancel", id: string | number } | null}
 *   null: none of this protocol
 */
function readMessage(data) {
  const { insitu, kind, id, file } = /** @type {Record<string, any>} */ (data ?? {});
  if (insitu !== VERSION) return null;
  if (kind === "hello") return { kind };
  const isId = typeof id === "string" || typeof id === "number";
  if (kind === "analyse" && isId && file instanceof Blob) return { kind, id, file };
  return kind === "cancel" && isId ? { kind, id } : null;
}
