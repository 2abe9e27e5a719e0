/**
 * The network runtime of an engine: the only importer of onnxruntime-web (the /wasm entry, one
 * thread, so that no cross-origin isolation is needed).
 */
import { InsituError, toWire } from "./errors.js";
import { makeNoise } from "./noise.js";

/**
 * A tensor as it passes between Python and the runtime; `data` is flat, `dims` its shape.
 * @typedef {{ name: string, data: Float32Array, dims: number[] }} NamedTensor
 * @typedef {import("onnxruntime-web/wasm")} Ort
 */

/**
 * Protobuf of an ONNX model with one node, Identity(x: float[1]) -> y (IR 8, opset 13). Opening it starts
 * the WebAssembly part of the runtime, while Python starts beside it and before any pack is there.
 */
const IDENTITY_MODEL =
  "CAg6NwoQCgF4EgF5IghJZGVudGl0eRIBaVoPCgF4EgoKCAgBEgQKAggBYg8KAXkSCgoICAESBAoCCAFCBAoAEA0=";

export class NetworkRuntime {
  /** @type {Ort} */
  #ort;
  /** @type {import("onnxruntime-web/wasm").InferenceSession | null} */
  #session = null;

  /** @param {Ort} ort */
  constructor(ort) {
    this.#ort = ort;
  }

  get version() {
    return this.#ort.env.versions.web ?? "";
  }

  get threads() {
    return this.#ort.env.wasm.numThreads ?? 1;
  }

  /**
   * Load and start the runtime. A failed start poisons the realm: end the worker then.
   * @param {string} base address of the site, with a slash at its end
   */
  static async start(base) {
    // The build makes it the address of the site's copy, or (for other people's pages) puts it into one file with this.
    const ort = await import("onnxruntime-web/wasm");
    ort.env.logLevel = "error";
    ort.env.wasm.numThreads = 1;
    ort.env.wasm.proxy = false;
    ort.env.wasm.wasmPaths = { wasm: `${base}runtime/ort/ort-wasm-simd-threaded.wasm` };
    const model = Uint8Array.from(atob(IDENTITY_MODEL), (char) => char.charCodeAt(0));
    const session = await ort.InferenceSession.create(model, { executionProviders: ["wasm"] });
    await session.release();
    return new NetworkRuntime(ort);
  }

  /**
   * Open a network in place of the one before.
   * @param {Blob} model checked bytes of an ONNX file
   * @returns {Promise<import("./protocol.js").OpenedPack>}
   */
  async open(model) {
    await this.#session?.release();
    this.#session = null;
    const bytes = new Uint8Array(await readBlob(model));
    try {
      this.#session = await this.#ort.InferenceSession.create(bytes, {
        executionProviders: ["wasm"],
        graphOptimizationLevel: "all",
      });
    } catch (error) {
      const { error: wire, dead } = toWire(error);
      if (dead) throw InsituError.fromWire(wire);
      throw new InsituError(
        "pack/invalid",
        "The network of this pack cannot be opened. Choose another pack.",
        wire.details,
      );
    }
    const { inputNames, inputMetadata, outputNames } = this.#session;
    return { inputs: [...inputNames], dims: knownDims(inputMetadata[0]), outputs: [...outputNames] };
  }

  /**
   * Run the open network once. Nothing of the call stays behind.
   * @param {NamedTensor[]} feeds
   * @returns {Promise<NamedTensor[]>} in the network's order; `data` belongs to the caller
   */
  async run(feeds) {
    const session = this.#opened();
    const inputs = Object.fromEntries(
      feeds.map(({ name, data, dims }) => [name, new this.#ort.Tensor("float32", data, dims)]),
    );
    const outputs = await session.run(inputs);
    try {
      return session.outputNames.map((name) => asNamedTensor(name, outputs[name]));
    } finally {
      for (const tensor of [...Object.values(inputs), ...Object.values(outputs)]) tensor.dispose();
    }
  }

  /**
   * Run the open network several times on the same noise. What else an analysis takes, in Python, is not in it:
   * how many pictures go through the network at once changes nothing there.
   * @param {number[]} dims of its input
   * @param {number} runs
   * @returns {Promise<Float64Array>} milliseconds of each
   */
  async timeRuns(dims, runs) {
    const session = this.#opened();
    const length = dims.reduce((product, size) => product * size, 1);
    const noise = new this.#ort.Tensor("float32", makeNoise(length), dims);
    const inputs = { [session.inputNames[0] ?? ""]: noise };
    const ms = new Float64Array(runs);
    for (let run = 0; run < runs; run += 1) {
      const since = performance.now();
      const outputs = await session.run(inputs);
      ms[run] = performance.now() - since;
      for (const tensor of Object.values(outputs)) tensor.dispose();
    }
    noise.dispose();
    return ms;
  }

  #opened() {
    if (!this.#session) throw new InsituError("pack/missing", "No pack is open. Choose one.");
    return this.#session;
  }
}

/**
 * Sizes of an input; null where the network takes any.
 * @param {import("onnxruntime-web/wasm").InferenceSession.ValueMetadata | undefined} input
 */
function knownDims(input) {
  const shape = input?.isTensor ? input.shape : [];
  return shape.map((size) => (typeof size === "number" && size > 0 ? size : null));
}

/**
 * @param {string} name
 * @param {import("onnxruntime-web/wasm").Tensor | undefined} tensor
 * @returns {NamedTensor}
 */
function asNamedTensor(name, tensor) {
  if (!(tensor?.data instanceof Float32Array))
    throw new InsituError(
      "pack/invalid",
      `The output ${name} of this pack's network is not of type float32.`,
    );
  return { name, data: tensor.data, dims: [...tensor.dims] };
}

/** @param {Blob} blob */
async function readBlob(blob) {
  try {
    return await blob.arrayBuffer();
  } catch {
    // A Blob from IndexedDB can lose its file under the page (eviction, cleared site data).
    throw new InsituError(
      "pack/missing",
      "The network of this pack is no longer on this device. Reload the page.",
    );
  }
}
