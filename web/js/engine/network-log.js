/**
 * Requests that reached the network, seen from inside: page and engines watch their own, the
 * service worker reports its own (sw.js), and the page's counter adds them up.
 */

/**
 * Call back with addresses of requests of this page or engine that reached the network.
 * @param {(urls: string[]) => void} onUrls
 * @returns {{ flush(): void }} `flush` reports at once what the browser has noted so far
 */
export function watchNetwork(onUrls) {
  const report = (/** @type {PerformanceEntryList} */ entries) => {
    const urls = entries.filter((entry) => reachedNetwork(/** @type {TimingEntry} */ (entry))).map(({ name }) => name);
    if (urls.length > 0) onUrls(urls);
  };
  const observer = new PerformanceObserver((list) => report(list.getEntries()));
  observer.observe({ type: "resource", buffered: true });
  return { flush: () => report(observer.takeRecords()) };
}

/**
 * `deliveryType` is Chromium's.
 * @typedef {Pick<PerformanceResourceTiming, "name" | "workerStart" | "transferSize"> & { deliveryType?: string }} TimingEntry
 * @param {TimingEntry} entry
 */
export function reachedNetwork({ name, workerStart, deliveryType }) {
  return /^https?:/.test(name) && workerStart === 0 && deliveryType !== "cache";
}
