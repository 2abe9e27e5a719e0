/**
 * The start of an engine: Python and the network runtime side by side, then the self-test.
 */
import { InsituError } from "./errors.js";
import { NetworkRuntime } from "./ort.js";
import { Python } from "./python.js";

/**
 * @typedef {import("./protocol.js").BootProgress} BootProgress
 * @typedef {import("./protocol.js").EngineInfo} EngineInfo
 *
 * A started engine.
 * @typedef {{ python: Python, runtime: NetworkRuntime, info: EngineInfo }} Machine
 */

/** Shares of the start, by what was measured on a second visit. */
const SHARES = { python: 0.4, packages: 0.4, runtime: 0.1, "self-test": 0.1 };

const REFUSED =
  "The security policy of this page refused a part of the analysis engine. Switch off extensions that change pages, or tell the owner of this site.";

/**
 * @param {string} base address of the site, with a slash at its end
 * @param {import("./python.js").Host} host
 * @param {(progress: BootProgress) => void} onProgress also called as a sign of life
 * @returns {Promise<Machine>}
 */
export async function boot(base, host, onProgress) {
  const steps = new Steps(onProgress);
  const watch = watchStart(steps);
  try {
    return await Promise.race([watch.refused, startMachine(base, host, steps)]);
  } catch (error) {
    if (error instanceof InsituError) throw error;
    throw InsituError.standard("engine/boot", error instanceof Error ? error.stack : String(error));
  } finally {
    watch.stop();
  }
}

/**
 * @param {string} base
 * @param {import("./python.js").Host} host
 * @param {Steps} steps
 * @returns {Promise<Machine>}
 */
async function startMachine(base, host, steps) {
  const [python, runtime] = await Promise.all([
    Python.start(base, (step) => steps.done(step)),
    NetworkRuntime.start(base).then((started) => {
      steps.done("runtime");
      return started;
    }),
  ]);
  python.call("connect", host);
  const versions = /** @type {Omit<EngineInfo, "onnxruntime" | "threads">} */ (python.call("self_test"));
  steps.done("self-test");
  return { python, runtime, info: { ...versions, onnxruntime: runtime.version, threads: runtime.threads } };
}

class Steps {
  #left = new Set(/** @type {BootProgress["step"][]} */ (Object.keys(SHARES)));
  #onProgress;

  /** @param {(progress: BootProgress) => void} onProgress */
  constructor(onProgress) {
    this.#onProgress = onProgress;
    this.report();
  }

  done(/** @type {BootProgress["step"]} */ step) {
    this.#left.delete(step);
    this.report();
  }

  report() {
    const [step = "self-test"] = this.#left;
    let fraction = 1;
    for (const left of this.#left) fraction -= SHARES[left];
    this.#onProgress({ step, fraction: Math.max(0, fraction) });
  }
}

/**
 * Notice what a start would otherwise wait for in vain: a content security policy that refuses
 * WebAssembly or a file. Every file that arrives is a sign of life.
 * @param {Steps} steps
 */
function watchStart(steps) {
  /** @type {(error: InsituError) => void} */
  let refuse;
  /** @type {Promise<never>} */
  const refused = new Promise((_, reject) => (refuse = reject));
  refused.catch(() => {});
  const onViolation = (/** @type {Event} */ event) => {
    const { blockedURI, disposition, effectiveDirective } = /** @type {SecurityPolicyViolationEvent} */ (
      event
    );
    // Pyodide tries eval, is refused and goes on.
    if (blockedURI === "eval" || disposition === "report") return;
    refuse(new InsituError("engine/boot", REFUSED, `${effectiveDirective} refused ${blockedURI}`));
  };
  addEventListener("securitypolicyviolation", onViolation);
  const observer = new PerformanceObserver(() => steps.report());
  observer.observe({ type: "resource" });
  const stop = () => {
    removeEventListener("securitypolicyviolation", onViolation);
    observer.disconnect();
  };
  return { refused, stop };
}
