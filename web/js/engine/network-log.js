/**
 * Requests that reached the network, seen from inside: page and engines watch their own, the
 * service worker reports its own (sw.js), and the page's counter adds them up.
 */

/**
 * @typedef {import("../offline-types.js").NetworkCounter} Counter
 * @implements {Counter}
 */
export class NetworkCounter {
  /** @type {string[]} */
  #urls = [];
  #counts = false;
  /** @type {Set<(count: number) => void>} */
  #listeners = new Set();

  get count() {
    return this.#urls.length;
  }

  get urls() {
    return this.#urls;
  }

  markReady() {
    this.#counts = true;
    this.#urls = [];
    this.#tell();
  }

  /** @param {string[]} urls */
  add(urls) {
    if (!this.#counts) return;
    this.#urls = [...this.#urls, ...urls];
    this.#tell();
  }

  /** @param {(count: number) => void} onCount */
  subscribe(onCount) {
    this.#listeners.add(onCount);
    onCount(this.count);
    return () => void this.#listeners.delete(onCount);
  }

  #tell() {
    for (const listener of this.#listeners) listener(this.count);
  }
}

/**
 * Call back with addresses of requests of this page or engine that reached the network.
 * @param {(urls: string[]) => void} onUrls
 * @returns {{ flush(): void }} `flush` reports at once what the browser has noted so far
 */
export function watchNetwork(onUrls) {
  const report = (/** @type {PerformanceEntryList} */ entries) => {
    const requests = /** @type {PerformanceResourceTiming[]} */ (entries).filter(reachedNetwork);
    const urls = requests.map(({ name }) => name);
    if (urls.length > 0) onUrls(urls);
  };
  const observer = new PerformanceObserver((list) => report(list.getEntries()));
  observer.observe({ type: "resource", buffered: true });
  return { flush: () => report(observer.takeRecords()) };
}

/**
 * Measured in Chromium 156 and Firefox 153 against a server's log: what the network answered has a `transferSize`
 * (300 for a 304); what a cache or the service worker answered has none. Nothing else tells them apart in
 * both: Firefox gives no status and no `workerStart` to what the service worker answers to an engine.
 *
 * @param {Pick<PerformanceResourceTiming, "name" | "transferSize">} entry
 */
export function reachedNetwork({ name, transferSize }) {
  return /^https?:/.test(name) && transferSize > 0;
}
