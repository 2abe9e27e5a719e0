/**
 * Watches, without changing anything, how long engines take for each file and how each ends.
 * Installed before the page's own scripts.
 */
globalThis.insituItems = { engines: 0, dead: 0, items: [] };
globalThis.Worker = class extends Worker {
  /** @type {Map<number, {name: string, since: number}>} */
  #calls = new Map();

  /** @param {ConstructorParameters<typeof Worker>} options */
  constructor(...options) {
    super(...options);
    globalThis.insituItems.engines += 1;
    this.addEventListener("message", ({ data }) => {
      const call = this.#calls.get(data.id);
      if (!call || (data.kind !== "result" && data.kind !== "error")) return;
      this.#calls.delete(data.id);
      const { code = "", message = "" } = data.error ?? {};
      const ms = performance.now() - call.since;
      globalThis.insituItems.items.push({ name: call.name, ms, code, message });
      if (data.dead) globalThis.insituItems.dead += 1;
    });
  }

  /** @param {any} message @param {any} options */
  postMessage(message, options) {
    if (message.kind === "call" && message.method === "analyse") {
      this.#calls.set(message.id, { name: message.params.name, since: performance.now() });
    }
    super.postMessage(message, options);
  }

  terminate() {
    globalThis.insituItems.dead += this.#calls.size > 0 ? 1 : 0;
    super.terminate();
  }
};
