/**
 * What a web developer would write without Python: createImageBitmap decodes, a canvas scales and crops,
 * onnxruntime-web classifies. The same file serves the page's main thread and a worker.
 */
import * as ort from "./ort/ort.wasm.min.mjs";

/**
 * @typedef {object} Options
 * @property {number} threads of onnxruntime-web; more than one needs an isolated page
 * @property {number} ahead images that the browser decodes while the network works on another
 * @property {number} thumbnailSide longest side in pixels; 0 for none
 *
 * What the classifier needs of `pack.json`.
 * @typedef {object} Pack
 * @property {{ name: string, operations: { id: string, kwargs: any }[] }} input
 * @property {{ logits: string }} outputs
 * @property {{ geometry: Geometry, temperature: number }} classify
 * @property {{ id: string, letter: string, colour: string }[]} classes
 *
 * @typedef {{ fit: string, width: number, height: number, shorter_side?: number }} Geometry
 *
 * @typedef {{ name: string, label: string, score: number, thumbnail: ImageBitmap | null }} Result
 */

export class Classifier {
  #pack;
  #session;
  #options;
  #canvas;
  #tensor;
  #scale;

  /**
   * @param {Pack} pack
   * @param {any} session
   * @param {Options} options
   */
  constructor(pack, session, options) {
    const { width, height } = pack.classify.geometry;
    this.#pack = pack;
    this.#session = session;
    this.#options = options;
    this.#canvas = contextOf(width, height);
    this.#tensor = new Float32Array(3 * width * height);
    this.#scale = scaleOf(pack);
  }

  /** @param {Options} options */
  static async open(options) {
    ort.env.wasm.numThreads = options.threads;
    ort.env.wasm.wasmPaths = new URL("./ort/", import.meta.url).href;
    const [pack, model] = await Promise.all([
      fetch(new URL("./pack.json", import.meta.url)).then((response) => response.json()),
      fetch(new URL("./model.onnx", import.meta.url)).then((response) => response.arrayBuffer()),
    ]);
    const session = await ort.InferenceSession.create(new Uint8Array(model), {
      executionProviders: ["wasm"],
    });
    if (ort.env.wasm.numThreads !== options.threads)
      throw new Error("This page has not the threads it should have.");
    return new Classifier(pack, session, options);
  }

  /**
   * Classify in order, decoding ahead.
   * @param {File[]} files
   * @param {(result: Result) => void} onResult
   */
  async classifyAll(files, onResult) {
    /** @type {Promise<ImageBitmap>[]} */
    const decoding = [];
    let next = 0;
    for (const { name } of files) {
      while (next < files.length && decoding.length <= this.#options.ahead) {
        decoding.push(createImageBitmap(/** @type {File} */ (files[next])));
        next += 1;
      }
      const bitmap = /** @type {ImageBitmap} */ (await decoding.shift());
      onResult(await this.#classify(name, bitmap));
      bitmap.close();
    }
  }

  /**
   * @param {string} name
   * @param {ImageBitmap} bitmap
   * @returns {Promise<Result>}
   */
  async #classify(name, bitmap) {
    this.#fillTensor(bitmap);
    const { width, height } = this.#pack.classify.geometry;
    const tensor = new ort.Tensor("float32", this.#tensor, [1, 3, height, width]);
    const outputs = await this.#session.run({ [this.#pack.input.name]: tensor });
    const logits = /** @type {Float32Array} */ (outputs[this.#pack.outputs.logits].data);
    const probabilities = softmax(logits, this.#pack.classify.temperature);
    const score = Math.max(...probabilities);
    const winner = this.#pack.classes[probabilities.indexOf(score)];
    if (!winner) throw new Error("The network gives other classes than the pack has.");
    return { name, label: winner.id, score, thumbnail: this.#draw(bitmap, winner, score) };
  }

  /**
   * @param {ImageBitmap} bitmap
   * @param {Pack["classes"][number]} winner
   * @param {number} score
   */
  #draw(bitmap, winner, score) {
    const side = this.#options.thumbnailSide;
    if (!side) return null;
    const scale = side / Math.max(bitmap.width, bitmap.height);
    const context = contextOf(Math.round(bitmap.width * scale), Math.round(bitmap.height * scale));
    const { canvas } = context;
    context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    drawResult(context, winner, score);
    return canvas.transferToImageBitmap();
  }

  /** Scale, crop and normalise into the one tensor that every image uses. @param {ImageBitmap} bitmap */
  #fillTensor(bitmap) {
    const { width, height } = this.#pack.classify.geometry;
    const [sourceWidth, sourceHeight] = sourceSize(bitmap, this.#pack.classify.geometry);
    const left = (bitmap.width - sourceWidth) / 2;
    const top = (bitmap.height - sourceHeight) / 2;
    this.#canvas.drawImage(bitmap, left, top, sourceWidth, sourceHeight, 0, 0, width, height);
    const { data } = this.#canvas.getImageData(0, 0, width, height);
    const pixels = width * height;
    for (const [channel, { gain, offset }] of this.#scale.entries()) {
      const plane = this.#tensor.subarray(channel * pixels, (channel + 1) * pixels);
      for (let i = 0; i < pixels; i += 1) plane[i] = data[4 * i + channel] * gain + offset;
    }
  }
}

/**
 * The part of the image that the network sees.
 * @param {ImageBitmap} bitmap
 * @param {Geometry} geometry
 * @returns {[number, number]} width and height
 */
function sourceSize(bitmap, { fit, width, height, shorter_side: shorter = Math.min(width, height) }) {
  if (fit === "stretch") return [bitmap.width, bitmap.height];
  const scale = Math.min(bitmap.width, bitmap.height) / shorter;
  return [width * scale, height * scale];
}

/**
 * All operations of the pack as one multiplication and one addition a channel.
 * @param {Pack} pack
 */
function scaleOf({ input }) {
  const channels = [0, 1, 2].map(() => ({ gain: 1, offset: 0 }));
  for (const { id, kwargs } of input.operations) {
    for (const [channel, scale] of channels.entries()) {
      const of = (/** @type {number | number[]} */ value) =>
        Number(Array.isArray(value) ? value[channel] : value);
      if (id === "ensure_dtype") continue;
      else if (id === "scale_linear") multiply(scale, of(kwargs.gain ?? 1), of(kwargs.offset ?? 0));
      else if (id === "fixed_zero_mean_unit_variance")
        multiply(scale, 1 / of(kwargs.std), -of(kwargs.mean) / of(kwargs.std));
      else throw new Error(`This page does not know the operation ${id}.`);
    }
  }
  return channels;
}

/**
 * @param {{ gain: number, offset: number }} scale
 * @param {number} gain
 * @param {number} offset
 */
function multiply(scale, gain, offset) {
  scale.gain *= gain;
  scale.offset = scale.offset * gain + offset;
}

/**
 * @param {Float32Array} logits
 * @param {number} temperature
 */
function softmax(logits, temperature) {
  const highest = Math.max(...logits);
  const powers = Array.from(logits, (logit) => Math.exp((logit - highest) / temperature));
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((power) => power / sum);
}

/**
 * What insitu/render.py draws: a frame, a bar with its figure, and a badge with the letter of the class.
 * @param {OffscreenCanvasRenderingContext2D} context
 * @param {Pack["classes"][number]} winner
 * @param {number} score
 */
function drawResult(context, { letter, colour }, score) {
  const { width, height } = context.canvas;
  const unit = Math.max(2, Math.floor(Math.max(width, height) / 40));
  context.lineWidth = unit;
  context.strokeStyle = colour;
  context.globalAlpha = score;
  context.strokeRect(unit / 2, unit / 2, width - unit, height - unit);
  context.globalAlpha = 1;
  context.fillStyle = "rgb(0 0 0 / 75%)";
  context.fillRect(unit, height - 5 * unit, width - 2 * unit, 4 * unit);
  context.fillStyle = colour;
  context.fillRect(2 * unit, height - 3.5 * unit, (width - 17 * unit) * score, unit);
  context.fillRect(unit, unit, 6 * unit, 6 * unit);
  context.textBaseline = "middle";
  context.textAlign = "right";
  context.fillStyle = "white";
  context.font = `${3 * unit}px sans-serif`;
  context.fillText(`${(100 * score).toFixed(1)} %`, width - 2 * unit, height - 3 * unit);
  context.textAlign = "center";
  context.font = `${5 * unit}px sans-serif`;
  context.fillText(letter, 4 * unit, 4 * unit);
}

/**
 * @param {number} width
 * @param {number} height
 */
function contextOf(width, height) {
  const context = new OffscreenCanvas(width, height).getContext("2d", {
    willReadFrequently: true,
    alpha: false,
  });
  if (!context) throw new Error("This browser gives no canvas.");
  context.imageSmoothingQuality = "high";
  return context;
}
