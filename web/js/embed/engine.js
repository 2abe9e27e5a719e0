/**
 * An engine of other people's pages: the same as worker.js, in one file with Pyodide and onnxruntime-web. What these
 * fetch comes from the storage of the page's origin, which holds the files of the site; they get nothing else.
 */
import { doBeforeBoot, post } from "../engine/worker.js";
import { SiteFiles } from "./site-files.js";

/** A message for each chunk would only keep the page busy. */
const REPORT_EVERY_MS = 50;
const reportedAt = new Map();

doBeforeBoot((base) => {
  const { start, later } = INSITU_SITE;
  const sizes = new Map([...start, ...later].map(({ path, size }) => [path, size]));
  const files = new SiteFiles(base, [...start, ...later], {
    onFetched(path, bytes) {
      const now = performance.now();
      if (bytes < (sizes.get(path) ?? 0) && now - (reportedAt.get(path) ?? 0) < REPORT_EVERY_MS) return;
      reportedAt.set(path, now);
      post({ kind: "fetched", path, bytes });
    },
    onStore: (note) => post({ kind: "store", note }),
  });
  globalThis.fetch = (input) => {
    const url = input instanceof Request ? input.url : String(input);
    const path = files.pathOf(url);
    return path === null ? Promise.reject(new TypeError(`an engine does not fetch ${url}`)) : files.get(path);
  };
  return files.ahead(start.map(({ path }) => path));
});
