/**
 * Watches, without changing anything, what the engines of the page are asked and answer.
 * Installed before the page's own scripts.
 */
globalThis.insituWatch = { engines: 0, results: [], thumbnailSide: 0 };
globalThis.Worker = class extends Worker {
  #engine = (globalThis.insituWatch.engines += 1);
  /** @type {Map<number, string>} */
  #names = new Map();

  /** @param {ConstructorParameters<typeof Worker>} options */
  constructor(...options) {
    super(...options);
    this.addEventListener("message", ({ data }) => {
      if (data.kind !== "result" || !data.result?.timings) return;
      const { label, probabilities, timings } = data.result;
      globalThis.insituWatch.results.push({
        engine: this.#engine,
        name: this.#names.get(data.id) ?? "",
        label: label ?? "",
        probabilities: Array.from(probabilities ?? []),
        timings,
      });
    });
  }

  /** @param {any} message @param {any} options */
  postMessage(message, options) {
    if (message.kind === "call" && message.method === "analyse") {
      this.#names.set(message.id, message.params.name);
      globalThis.insituWatch.thumbnailSide = message.params.thumbnailSide;
    }
    super.postMessage(message, options);
  }
};
