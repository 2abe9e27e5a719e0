/**
 * What a web developer would write without Python: dicom-parser reads, a canvas scales to 64 x 64, onnxruntime-web
 * runs the reference network some slices at a time. The same file serves the page's main thread and a worker.
 */
import dicomParser from "./dicom-parser.js";
import * as ort from "./ort/ort.wasm.min.mjs";

/**
 * @typedef {object} Options
 * @property {number} threads of onnxruntime-web; more than one needs an isolated page
 * @property {number} batch slices that go through the network at once
 * @property {number} ahead files that the browser reads while the worker is at another
 *
 * @typedef {object} Slice
 * @property {number[]} position of its first pixel in the patient
 * @property {number[]} spacing of rows and of columns
 * @property {number} width in pixels, as its height
 * @property {Uint8Array<ArrayBuffer>} mask SIDE x SIDE; 1 where the network sees the heart
 *
 * @typedef {{ slices: Slice[], ms: Record<"read" | "decode" | "reduce" | "run", number> }} Seen
 */

const SIDE = 64;
/** Hounsfield units that are black and white. */
const LOW = -1024;
const HIGH = 2047;

export class Finder {
  #session;
  #batch;
  #small = contextOf(SIDE);
  #large = contextOf(512);
  #tensor;
  #ahead;
  /** Those whose greys wait in the tensor. @type {Slice[]} */
  #waiting = [];

  /** @param {any} session @param {Options} options */
  constructor(session, { batch, ahead }) {
    this.#session = session;
    this.#batch = batch;
    this.#ahead = ahead;
    this.#tensor = new Float32Array(batch * SIDE * SIDE);
  }

  /** @param {Options} options */
  static async open(options) {
    const { threads } = options;
    ort.env.wasm.numThreads = threads;
    ort.env.wasm.wasmPaths = new URL("./ort/", import.meta.url).href;
    const model = await fetch(new URL("./model.onnx", import.meta.url)).then((response) =>
      response.arrayBuffer(),
    );
    const session = await ort.InferenceSession.create(new Uint8Array(model), {
      executionProviders: ["wasm"],
    });
    if (ort.env.wasm.numThreads !== threads) throw new Error("This page has not the threads it should have.");
    return new Finder(session, options);
  }

  /** @param {File[]} files @returns {Promise<Seen>} */
  async lookAt(files) {
    const seen = { slices: /** @type {Slice[]} */ ([]), ms: { read: 0, decode: 0, reduce: 0, run: 0 } };
    /** @type {Promise<ArrayBuffer>[]} */
    const reading = [];
    let next = 0;
    for (let done = 0; done < files.length; done += 1) {
      const start = performance.now();
      for (; next < files.length && reading.length <= this.#ahead; next += 1)
        reading.push(/** @type {File} */ (files[next]).arrayBuffer());
      const bytes = new Uint8Array(/** @type {ArrayBuffer} */ (await reading.shift()));
      const read = performance.now();
      const { slice, image } = decode(bytes);
      const decoded = performance.now();
      this.#reduce(image);
      this.#waiting.push(slice);
      seen.slices.push(slice);
      const reduced = performance.now();
      if (this.#waiting.length === this.#batch) await this.#run();
      seen.ms.read += read - start;
      seen.ms.decode += decoded - read;
      seen.ms.reduce += reduced - decoded;
      seen.ms.run += performance.now() - reduced;
    }
    const rest = performance.now();
    if (this.#waiting.length > 0) await this.#run();
    seen.ms.run += performance.now() - rest;
    return seen;
  }

  /** Scale into the next free place of the tensor. @param {ImageData} image */
  #reduce(image) {
    const { canvas } = this.#large;
    if (canvas.width !== image.width) canvas.width = canvas.height = image.width;
    this.#large.putImageData(image, 0, 0);
    this.#small.drawImage(canvas, 0, 0, SIDE, SIDE);
    const { data } = this.#small.getImageData(0, 0, SIDE, SIDE);
    const first = this.#waiting.length * SIDE * SIDE;
    for (let i = 0; i < SIDE * SIDE; i += 1) this.#tensor[first + i] = data[4 * i] ?? 0;
  }

  async #run() {
    const count = this.#waiting.length;
    const values = this.#tensor.subarray(0, count * SIDE * SIDE);
    const outputs = await this.#session.run({
      input: new ort.Tensor("float32", values, [count, 1, SIDE, SIDE]),
    });
    const logits = /** @type {Float32Array} */ (outputs.output.data);
    for (const [at, { mask }] of this.#waiting.entries())
      for (let i = 0; i < mask.length; i += 1) mask[i] = Number((logits[at * mask.length + i] ?? 0) > 0);
    this.#waiting = [];
  }
}

/**
 * The grey picture of a slice, and where it lies.
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @returns {{ slice: Slice, image: ImageData }}
 */
function decode(bytes) {
  const data = dicomParser.parseDicom(bytes);
  const numbers = (/** @type {string} */ tag, /** @type {number} */ count) =>
    Array.from({ length: count }, (_, i) => Number(data.floatString(tag, i)));
  const width = data.uint16("x00280011");
  const { dataOffset } = data.elements.x7fe00010;
  const stored = new (data.uint16("x00280103") ? Int16Array : Uint16Array)(
    bytes.buffer,
    dataOffset,
    width * width,
  );
  const gain = 255 / (HIGH - LOW);
  const slope = Number(data.floatString("x00281053")) * gain;
  const offset = (Number(data.floatString("x00281052")) - LOW) * gain;
  const image = new ImageData(width, width);
  const pixels = new Uint32Array(image.data.buffer);
  for (let i = 0; i < stored.length; i += 1) {
    const grey = Math.min(255, Math.max(0, (stored[i] ?? 0) * slope + offset)) | 0;
    pixels[i] = 0xff000000 | (grey << 16) | (grey << 8) | grey;
  }
  const mask = new Uint8Array(SIDE * SIDE);
  return {
    slice: { position: numbers("x00200032", 3), spacing: numbers("x00280030", 2), width, mask },
    image,
  };
}

/** @param {number} side */
function contextOf(side) {
  const context = new OffscreenCanvas(side, side).getContext("2d", {
    willReadFrequently: true,
    alpha: false,
  });
  if (!context) throw new Error("This browser gives no canvas.");
  context.imageSmoothingQuality = "high";
  return context;
}
