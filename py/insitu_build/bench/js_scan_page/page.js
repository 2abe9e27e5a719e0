/**
 * The page of the benchmark's opponent for scans: `?workers=0` works in the main thread, more in so many workers.
 * `data-run` of the output holds the time from choosing the files to the box, its parts, and the box.
 */
import { boxInPatient, largestPart } from "./box.js";
import { Finder } from "./finder.js";

/**
 * @typedef {import("./finder.js").Seen} Seen
 * @typedef {(files: File[]) => Promise<Seen[]>} LookAt
 */

const query = new URLSearchParams(location.search);
const count = (/** @type {string} */ name) => Number(query.get(name) ?? 0);
const options = { threads: count("threads"), batch: count("batch"), ahead: count("ahead") };
const input = /** @type {HTMLInputElement} */ (document.querySelector("input"));
const output = /** @type {HTMLOutputElement} */ (document.querySelector("output"));

const lookAt = await (count("workers") > 0 ? openWorkers(count("workers")) : openHere());
input.addEventListener("change", run);
output.dataset.state = "ready";

async function run() {
  const since = performance.now();
  delete output.dataset.run;
  const seen = await lookAt(Array.from(input.files ?? []));
  const joining = performance.now();
  const patient = join(seen);
  const end = performance.now();
  output.textContent = JSON.stringify(patient);
  const stages = { join: end - joining };
  for (const { ms } of seen) for (const [stage, took] of Object.entries(ms)) add(stages, stage, took);
  output.dataset.run = JSON.stringify({ total: end - since, stages, patient });
  input.value = "";
}

/** @param {Record<string, number>} sums @param {string} key @param {number} value */
function add(sums, key, value) {
  sums[key] = (sums[key] ?? 0) + value;
}

/** The box of the largest part, over all slices in the order in which they lie. @param {Seen[]} seen */
function join(seen) {
  const slices = seen.flatMap(({ slices }) => slices).sort((a, b) => a.position[2] - b.position[2]);
  const [first] = slices;
  if (!first) return null;
  const side = Math.sqrt(first.mask.length);
  const mask = new Uint8Array(slices.length * side * side);
  for (const [z, slice] of slices.entries()) mask.set(slice.mask, z * side * side);
  const box = largestPart(mask, side);
  return box && boxInPatient(box, slices, side);
}

async function openHere() {
  const finder = await Finder.open(options);
  return async (/** @type {File[]} */ files) => [await finder.lookAt(files)];
}

/** @param {number} n @returns {Promise<LookAt>} */
async function openWorkers(n) {
  const workers = Array.from({ length: n }, () => new Worker("worker.js", { type: "module" }));
  await Promise.all(workers.map((worker) => ask(worker, [])));
  return (files) =>
    Promise.all(
      workers.map((worker, i) =>
        ask(
          worker,
          files.filter((_, k) => k % n === i),
        ),
      ),
    );
}

/** @param {Worker} worker @param {File[]} files @returns {Promise<Seen>} */
function ask(worker, files) {
  return new Promise((resolve, reject) => {
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.onmessage = ({ data }) => resolve(data);
    worker.postMessage({ files, options });
  });
}
