/**
 * The Python of an engine: Pyodide with the package `insitu`, held by the functions of
 * `insitu.worker_api`. No Python source stands here.
 */
import { InsituError } from "./errors.js";

/**
 * What Python asks of JavaScript while it analyses (`Host` in insitu/bridge/host.py).
 * @typedef {object} Host
 * @property {(feeds: import("./ort.js").NamedTensor[]) => Promise<import("./ort.js").NamedTensor[]>} run
 * @property {(stage: import("./protocol.js").Stage) => boolean | Promise<boolean>} checkpoint true: cancelled
 *
 * What every function of worker_api answers.
 * @typedef {{ ok: true, value: unknown } | { ok: false, error: import("./protocol.js").WireError }} Answer
 *
 * @typedef {import("pyodide").PyodideAPI} Pyodide
 * @typedef {((...args: unknown[]) => unknown) & { copy(): PythonFunction, destroy(): void }} PythonFunction
 */

/** Functions of insitu.worker_api that JavaScript calls. */
const FUNCTIONS = /** @type {const} */ (["connect", "self_test", "open_pack", "analyse", "overlay", "table"]);

const PACKAGE = "insitu";

export class Python {
  /** @type {Map<string, PythonFunction>} */
  #functions;

  /** @param {Map<string, PythonFunction>} functions */
  constructor(functions) {
    this.#functions = functions;
  }

  /**
   * Start the interpreter and import `insitu` with all it needs, from the site itself.
   * @param {string} base address of the site, with a slash at its end
   * @param {(step: "python" | "packages") => void} onStep called when a step has been done
   */
  static async start(base, onStep) {
    const folder = `${base}runtime/pyodide/`;
    /** @type {typeof import("pyodide")} */
    const { loadPyodide } = await import(`${folder}pyodide.mjs`);
    const pyodide = await loadPyodide({
      indexURL: folder,
      packageBaseUrl: folder,
      lockFileURL: `${folder}pyodide-lock.json`,
      enableRunUntilComplete: false,
      stdout: () => {},
      stderr: () => {},
    });
    onStep("python");
    await loadPackages(pyodide);
    onStep("packages");
    return new Python(holdFunctions(pyodide));
  }

  /**
   * @param {typeof FUNCTIONS[number]} name
   * @param {unknown[]} args plain JavaScript values; buffers stay the caller's
   * @returns {unknown} the value of the answer
   */
  call(name, ...args) {
    return unwrap(this.#function(name)(...args));
  }

  /**
   * The same for an asynchronous function.
   * @param {typeof FUNCTIONS[number]} name
   * @param {unknown[]} args
   * @returns {Promise<unknown>}
   */
  async callAsync(name, ...args) {
    const pending = this.#function(name)(...args);
    try {
      return unwrap(await pending);
    } finally {
      destroyProxy(pending);
    }
  }

  #function(/** @type {string} */ name) {
    const held = this.#functions.get(name);
    if (!held) throw new Error(`worker_api has no ${name}`);
    return held;
  }
}

/**
 * Load `insitu` and what it depends on; a wrong checksum does not reject, so look what arrived.
 * @param {Pyodide} pyodide
 */
async function loadPackages(pyodide) {
  /** @type {string[]} */
  const problems = [];
  await pyodide.loadPackage([PACKAGE], {
    messageCallback: () => {},
    errorCallback: (message) => problems.push(message),
  });
  if (problems.length > 0 || !(PACKAGE in pyodide.loadedPackages))
    throw InsituError.standard("engine/boot", ["Python packages did not load:", ...problems].join("\n"));
}

/**
 * Functions that outlive the module's proxy.
 * @param {Pyodide} pyodide
 * @returns {Map<string, PythonFunction>}
 */
function holdFunctions(pyodide) {
  const api = pyodide.pyimport("insitu.worker_api");
  try {
    return new Map(
      FUNCTIONS.map((name) => {
        /** @type {PythonFunction} */
        const borrowed = api[name];
        const held = borrowed.copy();
        borrowed.destroy();
        return [name, held];
      }),
    );
  } finally {
    api.destroy();
  }
}

/**
 * @param {unknown} answer
 * @returns {unknown}
 */
function unwrap(answer) {
  const { ok, ...rest } = /** @type {Answer} */ (answer);
  if (ok) return /** @type {{ value: unknown }} */ (rest).value;
  throw InsituError.fromWire(/** @type {{ error: import("./protocol.js").WireError }} */ (rest).error);
}

function destroyProxy(/** @type {unknown} */ value) {
  if (typeof value === "function" || typeof value === "object") {
    const destroy = /** @type {{ destroy?: () => void } | null} */ (value)?.destroy;
    if (typeof destroy === "function") destroy.call(value);
  }
}
