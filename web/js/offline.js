/**
 * The page's side of the service worker: registers it, says how far it is, announces a new
 * version and takes it when the person agrees. `offline-types.d.ts` says what the page sees.
 *
 * @typedef {import("./offline-types.js").OfflineState} OfflineState
 * @typedef {import("./offline-types.js").Offline} Offline
 */

/** Without a sign of life for this long, engines start without the service worker. */
const PATIENCE_MS = 30_000;
const CLAIM_MS = 2_000;
const LAST_WORDS_MS = 1_000;
/**
 * Chromium and Firefox look for a new service worker one second after a page they served from it has
 * become quiet (1.8 s after the navigation, measured; github.com/w3c/ServiceWorker/issues/788).
 */
const UPDATE_CHECK_MS = 2_500;

const WHY_NOT = {
  none: "This browser window keeps no files of web pages, so Insitu needs a network each time it is opened.",
  failed: "Insitu could not be put on this device, so it needs a network the next time it is opened.",
  full: "There is no room for Insitu on this device, so it needs a network the next time it is opened.",
  slow: "Insitu is not yet on this device; keep the page open for a while to use it without a network.",
  past: "This page was loaded past the copy on this device. Reload once to use it without a network.",
};

/**
 * @param {object} options
 * @param {URL} options.base address of the site
 * @param {(state: OfflineState) => void} [options.onChange]
 * @param {() => boolean} [options.isBusy] whether an analysis runs: no version is downloaded then
 * @param {(urls: string[]) => void} [options.onNetwork] requests of the service worker itself
 * @returns {Offline}
 */
export function startOffline(options) {
  return new ServiceWorkerPage(options);
}

/** @implements {Offline} */
class ServiceWorkerPage {
  #options;
  /** @type {OfflineState} */
  state = { kind: "installing", done: 0, total: 0, updateWaiting: false, message: null };
  /** @type {(outcome: "ready" | "unavailable") => void} */
  #settle = () => {};
  /** @type {Promise<"ready" | "unavailable">} */
  settled = new Promise((resolve) => (this.#settle = resolve));
  /** @type {ServiceWorkerRegistration | null} */
  #registration = null;
  /** @type {Promise<void>} */
  quiet;
  #heardAt = performance.now();

  /** @param {Parameters<typeof startOffline>[0]} options */
  constructor(options) {
    this.#options = options;
    this.quiet = navigator.serviceWorker?.controller ? updateCheckIsOver() : this.settled.then(() => {});
    if ("serviceWorker" in navigator) this.#start();
    else this.#unavailable("none");
  }

  #start() {
    navigator.serviceWorker.addEventListener("message", (event) => this.#receive(event));
    navigator.serviceWorker.addEventListener("controllerchange", () => this.#ready());
    navigator.serviceWorker.startMessages();
    if (navigator.serviceWorker.controller) this.#ready();
    this.#register().catch(() => this.#unavailable("none"));
  }

  async takeUpdate() {
    const waiting = this.#registration?.waiting;
    if (!waiting) return "There is no newer version.";
    navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
    const { others } = /** @type {{ others: number }} */ (await ask(waiting, { kind: "take" }));
    return others === 0
      ? null
      : `Close the other ${others === 1 ? "tab" : `${others} tabs`} of Insitu first.`;
  }

  async #register() {
    const { base } = this.#options;
    const registration = await navigator.serviceWorker.register(new URL("sw.js", base), {
      scope: base.pathname,
      updateViaCache: "none",
    });
    this.#registration = registration;
    this.#watchUpdates(registration);
    if (navigator.serviceWorker.controller) return;
    if (registration.active) return this.#claim(registration.active);
    this.#watchFirst(registration.installing ?? registration.waiting);
  }

  /** The first installation: it controls this page when it is done. */
  #watchFirst(/** @type {ServiceWorker | null} */ worker) {
    worker?.addEventListener("statechange", () => {
      // What the service worker said of the reason may arrive after its end.
      if (worker.state === "redundant") setTimeout(() => this.#unavailable("failed"), LAST_WORDS_MS);
    });
    this.#heardAt = performance.now();
    const timer = setInterval(() => {
      if (this.state.kind !== "installing") clearInterval(timer);
      else if (performance.now() - this.#heardAt > PATIENCE_MS) this.#unavailable("slow");
    }, 1000);
  }

  /** A reload that went past the service worker: ask it to take this page too. */
  #claim(/** @type {ServiceWorker} */ active) {
    active.postMessage({ kind: "claim" });
    setTimeout(() => {
      if (!navigator.serviceWorker.controller) this.#unavailable("past");
    }, CLAIM_MS);
  }

  #watchUpdates(/** @type {ServiceWorkerRegistration} */ registration) {
    const announce = () => {
      if (registration.waiting && registration.active) this.#change({ updateWaiting: true });
    };
    announce();
    registration.addEventListener("updatefound", () =>
      registration.installing?.addEventListener("statechange", announce),
    );
  }

  #receive(/** @type {MessageEvent} */ { data, ports }) {
    this.#heardAt = performance.now();
    if (data.kind === "busy?") ports[0]?.postMessage(this.#options.isBusy?.() ?? false);
    if (data.kind === "network") this.#options.onNetwork?.(data.urls);
    if (data.kind === "precache-failed") this.#unavailable(data.full ? "full" : "failed");
    if (data.kind === "precache" && this.state.kind === "installing")
      this.#change({ done: data.done, total: data.total });
  }

  #ready() {
    this.#change({ kind: "ready", message: null, done: this.state.total });
    this.#settle("ready");
  }

  #unavailable(/** @type {keyof typeof WHY_NOT} */ why) {
    if (this.state.kind !== "installing") return;
    this.#change({ kind: "unavailable", message: WHY_NOT[why] });
    this.#settle("unavailable");
  }

  #change(/** @type {Partial<OfflineState>} */ change) {
    this.state = { ...this.state, ...change };
    this.#options.onChange?.(this.state);
  }
}

async function updateCheckIsOver() {
  if (document.readyState !== "complete")
    await new Promise((resolve) => addEventListener("load", resolve, { once: true }));
  await new Promise((resolve) => setTimeout(resolve, UPDATE_CHECK_MS));
}

/**
 * @param {ServiceWorker} worker
 * @param {object} message
 * @returns {Promise<unknown>} its reply
 */
function ask(worker, message) {
  return new Promise((resolve) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = ({ data }) => resolve(data);
    worker.postMessage(message, [channel.port2]);
  });
}
