/**
 * Fetches a large network with the page's own model store and opens it with the engine's own network runtime.
 * `data-result` of the output holds the milliseconds, as JSON.
 */
import { fetchModel } from "../js/store/packs.js";

const base = new URL("../", location.href).href;
const worker = new Worker("worker.js", { type: "module" });
const output = /** @type {HTMLOutputElement} */ (document.querySelector("output"));

let hashMs = 0;
const digest = crypto.subtle.digest.bind(crypto.subtle);
crypto.subtle.digest = async (algorithm, bytes) => {
  const since = performance.now();
  try {
    return await digest(algorithm, bytes);
  } finally {
    hashMs += performance.now() - since;
  }
};

const pack = await (await fetch(`${base}packs/large/pack.json`)).json();
await ask({ base }); // the engine starts its runtime while Python starts, so it is no part of the time

const since = performance.now();
const { blob, from } = await fetchModel(pack, { base });
const fetchMs = performance.now() - since - hashMs;
const { sessionMs } = await ask({ blob });
const totalMs = performance.now() - since;
output.dataset.result = JSON.stringify({ from, fetchMs, hashMs, sessionMs, totalMs });

/**
 * @param {object} message
 * @returns {Promise<any>}
 */
function ask(message) {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message: text }) => reject(new Error(text));
    worker.postMessage(message);
  });
}
