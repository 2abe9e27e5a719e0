/**
 * One engine: Python and the network runtime in one module worker, one call at a time. Started
 * through the shim of client.js, so that it inherits the page's content security policy.
 *
 * @typedef {import("./protocol.js").FromEngine} FromEngine
 * @typedef {import("./protocol.js").ToEngine} ToEngine
 * @typedef {import("./protocol.js").MethodName} MethodName
 * @typedef {import("./protocol.js").Stage} Stage
 */
import { boot } from "./boot.js";
import { InsituError, toWire } from "./errors.js";
import { watchNetwork } from "./network-log.js";

/** @type {import("./boot.js").Machine | null} */
let machine = null;
/** The call that is worked on. @type {number | null} */
let current = null;
/** Calls that have no reply yet, and those of them that are to stop. @type {Set<number>} */
const unanswered = new Set();
/** @type {Set<number>} */
const cancelled = new Set();
/** @type {Promise<void>} */
let tail = Promise.resolve();

/**
 * What the engine of other people's pages does first (embed/engine.js); it rejects when something that the start needs
 * cannot be had, for which Pyodide would wait in vain.
 *
 * @type {(base: string) => Promise<never>}
 */
let beforeBoot = () => new Promise(() => {});

/** @param {typeof beforeBoot} first */
export function doBeforeBoot(first) {
  beforeBoot = first;
}

/** @type {{ [M in MethodName]: (params: import("./protocol.js").Params<M>) => Promise<unknown> }} */
const METHODS = {
  async boot({ base, limitPx }) {
    const lost = beforeBoot(base);
    const started = boot(base, host, (progress) => post({ kind: "boot-progress", progress }));
    machine = await Promise.race([lost, started]);
    if (limitPx !== undefined) machine.python.call("limit_pixels", limitPx);
    return machine.info;
  },
  async openPack({ pack, model }) {
    const { python, runtime } = booted();
    const names = await runtime.open(model);
    await python.openPack(pack);
    return names;
  },
  analyse: (request) => booted().python.converse("analyse", host, request),
  overlay: (request) => booted().python.converse("overlay", host, request),
  table: async (request) => booted().python.call("table", request),
  outline: async (request) => booted().python.call("outline", request),
  editObjects: (request) => booted().python.converse("edit_objects", host, request),
  objectFiles: (request) => booted().python.converse("object_files", host, request),
  batchTable: async (request) => booted().python.call("batch_table", request),
  batchPart: async (request) => booted().python.call("batch_part", request),
  getReady: async () => void (await booted().python.converse("get_ready", host)),
  readSlices: (request) => booted().python.converse("read_slices", host, request),
  locateInSeries: async (request) => booted().python.call("locate_in_series", request),
  scanFiles: async (request) => booted().python.call("scan_files", request),
  niftiHead: (request) => booted().python.converse("nifti_head", host, request),
  cropPlanes: (request) => booted().python.converse("crop_planes", host, request),
  cropDicom: (request) => booted().python.converse("crop_dicom", host, request),
  timeRuns: async ({ dims, runs }) => ({ ms: await booted().runtime.timeRuns(dims, runs) }),
};

/** @type {import("./python.js").Host} */
const host = {
  run: ({ feeds }) => booted().runtime.run(feeds),
  packages({ names }) {
    report("load");
    return booted().python.install(names);
  },
  async pause() {
    await macrotask();
    return current !== null && cancelled.has(current);
  },
  checkpoint(stage, done) {
    if (current === null) return false;
    if (REPORTED.has(stage)) report(stage, done);
    return cancelled.has(current) || performance.now() - letInAt >= LET_IN_EVERY_MS;
  },
};

/** The page watches over decoding, so it is told where that begins and ends. @type {Set<Stage>} */
const REPORTED = new Set(["decode", "prepare"]);

/** What was reported last, and when: the same again and again would only keep the page busy. */
let reported = { id: -1, stage: "", done: 0, at: 0 };
const REPORT_AGAIN_MS = 250;

/** @param {Stage} stage @param {number} [done] */
function report(stage, done = 0) {
  if (current === null) return;
  const at = performance.now();
  const again = reported.id === current && reported.stage === stage && reported.done === done;
  if (again && at - reported.at < REPORT_AGAIN_MS) return;
  reported = { id: current, stage, done, at };
  post({ kind: "stage", id: current, stage, done });
}

function booted() {
  if (!machine) throw new Error("boot comes first");
  return machine;
}

/**
 * @param {FromEngine} message
 * @param {Transferable[]} [transfer]
 */
export function post(message, transfer = []) {
  postMessage(message, { transfer });
}

/** To let messages in takes a turn of the event loop, so short steps follow each other without one. */
const LET_IN_EVERY_MS = 50;
let letInAt = 0;
const channel = new MessageChannel();
/** @type {(() => void)[]} */
const waiting = [];
channel.port1.onmessage = () => {
  letInAt = performance.now();
  waiting.shift()?.();
};

/** Let messages in: promises alone (microtasks) never do. */
function macrotask() {
  return new Promise((/** @type {(nothing: void) => void} */ resolve) => {
    waiting.push(() => resolve());
    channel.port2.postMessage(null);
  });
}

/**
 * @template {MethodName} M
 * @param {number} id
 * @param {M} method
 * @param {import("./protocol.js").Params<M>} params
 */
async function answer(id, method, params) {
  current = id;
  try {
    if (cancelled.has(id)) throw InsituError.standard("job/cancelled");
    const result = await METHODS[method](params);
    network.flush();
    post({ kind: "result", id, result }, ownBuffers(result));
  } catch (error) {
    post({ kind: "error", id, ...toWire(error) });
  } finally {
    current = null;
    unanswered.delete(id);
    cancelled.delete(id);
  }
}

/**
 * Buffers of a result, at any depth, that can be given away: those that a typed array fills alone,
 * so not windows into WebAssembly's memory.
 * @param {unknown} result
 * @returns {ArrayBuffer[]}
 */
function ownBuffers(result) {
  return [...new Set(viewsIn(result).map((view) => /** @type {ArrayBuffer} */ (view.buffer)))];
}

/** @param {unknown} value @returns {ArrayBufferView[]} */
function viewsIn(value) {
  if (ArrayBuffer.isView(value)) return value.byteLength === value.buffer.byteLength ? [value] : [];
  return value !== null && typeof value === "object" ? Object.values(value).flatMap(viewsIn) : [];
}

addEventListener("message", ({ data }) => {
  letInAt = performance.now();
  const message = /** @type {ToEngine} */ (data);
  if (message.kind === "cancel") {
    if (unanswered.has(message.id)) cancelled.add(message.id);
    return;
  }
  const { id, method, params } = message;
  unanswered.add(id);
  const result = tail.then(() => answer(id, method, /** @type {never} */ (params)));
  tail = result.then(
    () => {},
    () => {},
  );
});
const network = watchNetwork((urls) => post({ kind: "network", urls }));
post({ kind: "loaded" });
