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
 * @property {(question: { kind: "packages", names: string[] }) => Promise<void>} packages loads what a reader needs
 * @property {(question: { kind: "pause" }) => Promise<boolean>} pause lets messages in; true: the call was cancelled
 * @property {(stage: import("./protocol.js").Stage, done: number) => boolean} checkpoint true: pause here
 *
 * @typedef {import("./ort.js").NamedTensor} NamedTensor
 * @typedef {Parameters<Host["run"]>[0] | Parameters<Host["packages"]>[0] | Parameters<Host["pause"]>[0]} Question
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
  "limit_pixels",
  "open_pack",
  "analyse",
  "resume",
  "abandon",
  "overlay",
  "table",
]);

/** Those of insitu.worker_objects, which is imported when the first of them is called. */
const OBJECT_FUNCTIONS = /** @type {const} */ ([
  "outline",
  "edit_objects",
  "object_files",
  "batch_table",
  "batch_part",
]);

/** Those of insitu.worker_volumes, likewise. */
const VOLUME_FUNCTIONS = /** @type {const} */ (["get_ready", "read_slices", "locate_in_series"]);

/** Those of insitu.worker_scan_files, likewise. */
const SCAN_FILE_FUNCTIONS = /** @type {const} */ (["scan_files", "nifti_head", "crop_planes", "crop_dicom"]);

/**
 * @typedef {typeof FUNCTIONS[number] | typeof OBJECT_FUNCTIONS[number] | typeof VOLUME_FUNCTIONS[number]
 *   | typeof SCAN_FILE_FUNCTIONS[number]} FunctionName
 */

/** Modules that are imported when the first of their functions is called. @type {[string, readonly string[]][]} */
const LATER = [
  ["worker_objects", OBJECT_FUNCTIONS],
  ["worker_volumes", VOLUME_FUNCTIONS],
  ["worker_scan_files", SCAN_FILE_FUNCTIONS],
];

const PACKAGE = "insitu";

/** What it needs besides for packs that find objects or look through scans. */
const MORE = "insitu-more";

export class Python {
  /** @type {Map<string, PythonFunction>} */
  #functions;

  #pyodide;

  /**
   * @param {Pyodide} pyodide
   * @param {Map<string, PythonFunction>} functions
   */
  constructor(pyodide, functions) {
    this.#pyodide = pyodide;
    this.#functions = functions;
  }

  /**
   * Start the interpreter and import `insitu` with all it needs, from the site itself.
   * @param {string} base address of the site, with a slash at its end
   * @param {(step: "python" | "packages") => void} onStep called when a step has been done
   */
  static async start(base, onStep) {
    const folder = `${base}runtime/pyodide/`;
    // The build makes these addresses of the site's copies, or (for other people's pages) puts them into one file with this.
    const { loadPyodide } = await import("pyodide");
    const { default: createPyodideModule } = await import("pyodide/pyodide.asm.mjs");
    const pyodide = await loadPyodide({
      createPyodideModule,
      indexURL: folder,
      packageBaseUrl: folder,
      lockFileURL: `${folder}pyodide-lock.json`,
      enableRunUntilComplete: false,
      stdout: () => {},
      stderr: () => {},
    });
    onStep("python");
    await loadPackages(pyodide, PACKAGE);
    onStep("packages");
    return new Python(pyodide, new Map(holdFunctions(pyodide, "worker_api", FUNCTIONS)));
  }

  /**
   * Use a pack, once what its task needs is loaded; from the site itself, like everything.
   * @param {{ task: string }} pack the values of its pack.json
   */
  async openPack(pack) {
    if (pack.task !== "classify") await loadPackages(this.#pyodide, MORE);
    this.call("open_pack", pack);
  }

  /**
   * @param {FunctionName} name
   * @param {unknown[]} args plain JavaScript values; buffers stay the caller's
   * @returns {unknown} the value of the answer
   */
  call(name, ...args) {
    return unwrap(this.#function(name)(...args));
  }

  /**
   * Call a function that asks on its way (worker_api says which).
   * @param {"get_ready" | "analyse" | "overlay" | "edit_objects" | "object_files" | "read_slices" | "nifti_head" | "crop_planes"
   *   | "crop_dicom"} name
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
      return await ask(host, question);
    } catch (error) {
      this.call("abandon");
      throw error;
    }
  }

  /**
   * Load packages of the site's lock file, with micropip, which asks no index for others.
   * @param {string[]} names
   */
  async install(names) {
    await loadPackages(this.#pyodide, "micropip");
    const micropip = this.#pyodide.pyimport("micropip");
    const wanted = this.#pyodide.toPy(names);
    const noIndex = this.#pyodide.toPy([]);
    try {
      micropip.set_index_urls(noIndex);
      await micropip.install(wanted);
    } finally {
      for (const proxy of [noIndex, wanted, micropip]) proxy.destroy();
    }
    const missing = names.filter((name) => !(name in this.#pyodide.loadedPackages));
    if (missing.length > 0)
      throw InsituError.standard("engine/boot", `Python packages did not load: ${missing.join(", ")}`);
  }

  #function(/** @type {FunctionName} */ name) {
    if (!this.#functions.has(name)) {
      for (const [module, names] of LATER.filter(([, names]) => names.includes(name)))
        for (const [each, held] of holdFunctions(this.#pyodide, module, names))
          this.#functions.set(each, held);
    }
    return /** @type {PythonFunction} */ (this.#functions.get(name));
  }
}

/**
 * Load a package and what it depends on; a wrong checksum does not reject, so look what arrived.
 * @param {Pyodide} pyodide
 * @param {string} name
 */
async function loadPackages(pyodide, name) {
  /** @type {string[]} */
  const problems = [];
  await pyodide.loadPackage([name], {
    messageCallback: () => {},
    errorCallback: (message) => problems.push(message),
  });
  if (problems.length > 0 || !(name in pyodide.loadedPackages))
    throw InsituError.standard("engine/boot", ["Python packages did not load:", ...problems].join("\n"));
}

/**
 * Functions that outlive the module's proxy.
 * @param {Pyodide} pyodide
 * @param {string} module
 * @param {readonly string[]} names
 * @returns {[string, PythonFunction][]}
 */
function holdFunctions(pyodide, module, names) {
  const api = pyodide.pyimport(`${PACKAGE}.${module}`);
  try {
    return names.map((name) => {
      /** @type {PythonFunction} */
      const borrowed = api[name];
      const held = borrowed.copy();
      borrowed.destroy();
      return [name, held];
    });
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

/**
 * @param {Host} host
 * @param {Question} question
 */
function ask(host, question) {
  switch (question.kind) {
    case "run":
      return host.run(question);
    case "packages":
      return host.packages(question);
    case "pause":
      return host.pause(question);
  }
}
