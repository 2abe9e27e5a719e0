/**
 * The page of the benchmark's opponent: `?workers=0` works in the main thread, `?workers=1` in a worker.
 * `data-ms` of the output holds the time from choosing the files to the last result.
 */
import { Classifier } from "./classifier.js";

/** @typedef {import("./classifier.js").Result} Result */

const query = new URLSearchParams(location.search);
const count = (/** @type {string} */ name) => Number(query.get(name) ?? 0);
const options = { threads: count("threads"), ahead: count("ahead"), thumbnailSide: count("thumbnail") };
const input = /** @type {HTMLInputElement} */ (document.querySelector("input"));
const output = /** @type {HTMLOutputElement} */ (document.querySelector("output"));
const list = /** @type {HTMLUListElement} */ (document.querySelector("ul"));

const classifyAll = await (count("workers") > 0 ? openWorkers(count("workers")) : openHere());
input.addEventListener("change", run);
output.dataset.state = "ready";

async function run() {
  const since = performance.now();
  const files = Array.from(input.files ?? []);
  delete output.dataset.ms;
  list.replaceChildren();
  await classifyAll(files, show);
  output.dataset.ms = String(performance.now() - since);
  input.value = "";
}

async function openHere() {
  const classifier = await Classifier.open(options);
  return (/** @type {File[]} */ files, /** @type {(result: Result) => void} */ onResult) =>
    classifier.classifyAll(files, onResult);
}

/** @param {number} n */
async function openWorkers(n) {
  const workers = Array.from({ length: n }, () => new Worker("worker.js", { type: "module" }));
  await Promise.all(workers.map((worker) => ask(worker, [], () => {})));
  return (/** @type {File[]} */ files, /** @type {(result: Result) => void} */ onResult) =>
    Promise.all(
      workers.map((worker, i) =>
        ask(
          worker,
          files.filter((_, k) => k % n === i),
          onResult,
        ),
      ),
    );
}

/**
 * @param {Worker} worker
 * @param {File[]} files
 * @param {(result: Result) => void} onResult
 */
function ask(worker, files, onResult) {
  return new Promise((/** @type {(nothing: void) => void} */ resolve, reject) => {
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.onmessage = ({ data }) => (data === "done" ? resolve() : onResult(data));
    worker.postMessage({ files, options });
  });
}

/** @param {Result} result */
function show({ name, label, score, thumbnail }) {
  const entry = document.createElement("li");
  entry.textContent = `${name} ${label} ${score.toFixed(4)}`;
  if (thumbnail) {
    const canvas = document.createElement("canvas");
    canvas.width = thumbnail.width;
    canvas.height = thumbnail.height;
    canvas.getContext("bitmaprenderer")?.transferFromImageBitmap(thumbnail);
    entry.prepend(canvas);
  }
  list.append(entry);
}
