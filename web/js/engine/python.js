/**
 * The Python of an engine: Pyodide with the package `insitu`, held by the functions of
 * `insitu.worker_api`. No Python source stands here.
 */
import { InsituError } from "./errors.js";

/**
 * What Python asks of JavaScript while it analyses: one method for each kind of question, and one that
 * is called without waiting (`Host` and `Question` in insitu/bridge/host.py).
 * @typedef {object} Host
 * @property {(question: { kind: "run", feeds: NamedTensor[] }) => Promise<NamedTensor[]>} run
 * @property {(question: { kind: "pause" }) => Promise<boolean>} pause lets messages in; true: the call was cancelled
 * @property {(stage: import("./protocol.js").Stage) => boolean} checkpoint true: pause here
 *
 * @typedef {import("./ort.js").NamedTensor} NamedTensor
 * @typedef {Parameters<Host["run"]>[0] | Parameters<Host["pause"]>[0]} Question
 * @typedef {{ ask: Question } | { done: unknown }} Step
 *
 * What every function of worker_api answers.
 * @typedef {{ ok: true, value: unknown } | { ok: false, error: import("./protocol.js").WireError }} Answer
 *
 * @typedef {import("pyodide").PyodideAPI} Pyodide
 * @typedef {((...args: unknown[]) => unknown) & { copy(): PythonFunction, destroy(): void }} PythonFunction
 */

/** Functions of insitu.worker_api that JavaScript calls. */
const FUNCTIONS = /** @type {const} */ ([
  "connect",
  "self_test",
  "open_pack",
  "analyse",
  "resume",
  "abandon",
  "overlay",
  "table",
]);

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
   * Call a function that asks on its way (worker_api says which).
   * @param {"analyse"} name
   * @param {Host} host answers
   * @param {unknown[]} args
   * @returns {Promise<unknown>} the value at its end
   */
  async converse(name, host, ...args) {
    let step = /** @type {Step} */ (this.call(name, ...args));
    while ("ask" in step)
      step = /** @type {Step} */ (this.call("resume", await this.#answer(step.ask, host)));
    return step.done;
  }

  /**
   * @param {Question} question
   * @param {Host} host
   */
  async #answer(question, host) {
    try {
      return await (question.kind === "run" ? host.run(question) : host.pause(question));
    } catch (error) {
      this.call("abandon");
      throw error;
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
