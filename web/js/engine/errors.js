/**
 * The one error class of the web side, and the translation of whatever an engine throws into a
 * wire error. Used by the page and by the engines; imports nothing.
 *
 * @typedef {import("./protocol.js").ErrorCode} ErrorCode
 * @typedef {import("./protocol.js").WireError} WireError
 */

/** Every code there is; a test compares it with insitu/errors.py and protocol.d.ts. */
export const ERROR_CODES = /** @type {const} @satisfies {readonly ErrorCode[]} */ ([
  "image/unsupported",
  "image/corrupt",
  "image/too-large",
  "pack/missing",
  "pack/invalid",
  "pack/mismatch",
  "engine/boot",
  "engine/out-of-memory",
  "engine/crashed",
  "engine/hung",
  "browser/unsupported",
  "store/full",
  "store/unavailable",
  "edit/impossible",
  "job/cancelled",
  "bug",
]);

/** Sentences for failures that have no better words of their own. */
const SENTENCES = {
  "engine/boot":
    "The analysis engine could not be started. Reload the page; if that does not help, close other tabs and try again.",
  "engine/out-of-memory":
    "There is not enough memory for this image. Close other tabs, or scale the image down, and drop it again.",
  "engine/crashed":
    "The analysis engine stopped while it worked on this image. Save the image in another format and drop it again.",
  "engine/hung":
    "This image could not be read within 10 seconds. Save it in another format and drop it again.",
  "job/cancelled": "Cancelled.",
  bug: 'Something unexpected happened. "Copy details" gives what a developer needs to know.',
};

/** An error with a stable code and a sentence that a person can act on. */
export class InsituError extends Error {
  /**
   * @param {ErrorCode} code
   * @param {string} message
   * @param {string} [details] type and traceback; never pixels or file names
   */
  constructor(code, message, details) {
    super(message);
    this.name = "InsituError";
    /** @readonly */
    this.code = code;
    /** @readonly */
    this.details = details;
  }

  /** @param {WireError} wire */
  static fromWire(wire) {
    return new InsituError(wire.code, wire.message, wire.details);
  }

  /**
   * An error with the standard sentence of its code.
   * @param {keyof typeof SENTENCES} code
   * @param {string} [details]
   */
  static standard(code, details) {
    return new InsituError(code, SENTENCES[code], details);
  }

  /** @returns {WireError} */
  toWire() {
    const { code, message, details } = this;
    return details === undefined ? { code, message } : { code, message, details };
  }
}

/** @param {unknown} error */
export function isCancelled(error) {
  return error instanceof InsituError && error.code === "job/cancelled";
}

/** Failures of the engine rather than of the image: the item deserves a second engine. */
export function isEngineFailure(/** @type {ErrorCode} */ code) {
  return code.startsWith("engine/");
}

// V8, SpiderMonkey and JavaScriptCore each word an exhausted memory in their own way; "bad_alloc"
// is onnxruntime's, "MemoryError" Python's.
const OUT_OF_MEMORY =
  /out of memory|bad_alloc|MemoryError|Array buffer allocation|Invalid (typed )?array (buffer )?length|allocat\w* (failed|memory|size)|failed to allocate|could not allocate|cannot enlarge memory|memory\.grow|abort\(OOM\)/i;

const DEAD =
  /already fatally failed|memory access out of bounds|index out of bounds|indirect call|null function|unreachable|call stack|too much recursion|Aborted\(|abort\(|table index/i;

/**
 * Whatever an engine throws, as a wire error; `dead` when the engine cannot be used again.
 * @param {unknown} thrown
 * @returns {{ error: WireError, dead: boolean }}
 */
export function toWire(thrown) {
  if (thrown instanceof InsituError) return { error: thrown.toWire(), dead: isEngineFailure(thrown.code) };
  const code = classify(thrown);
  return { error: InsituError.standard(code, describe(thrown)).toWire(), dead: code !== "bug" };
}

/**
 * @param {unknown} thrown
 * @returns {"engine/out-of-memory" | "engine/crashed" | "bug"}
 */
function classify(thrown) {
  // A C++ exception that nobody caught leaves WebAssembly as the number of its address.
  if (typeof thrown === "number") return "engine/crashed";
  if (!(thrown instanceof Error)) return "bug";
  if (thrown.name === "PythonError")
    return pythonType(thrown) === "MemoryError" ? "engine/out-of-memory" : "bug";
  if (OUT_OF_MEMORY.test(thrown.message)) return "engine/out-of-memory";
  if (thrown instanceof WebAssembly.RuntimeError) return "engine/crashed";
  if ("pyodide_fatal_error" in thrown || DEAD.test(thrown.message)) return "engine/crashed";
  return "bug";
}

function pythonType(/** @type {Error} */ error) {
  return "type" in error ? String(error.type) : "Exception";
}

/**
 * Type and stack, without the message of a Python exception, which may quote a file name.
 * @param {unknown} thrown
 */
function describe(thrown) {
  if (!(thrown instanceof Error)) return `thrown: ${typeof thrown}`;
  if (thrown.name === "PythonError") {
    const frames = thrown.message.split("\n").filter((line) => /^\s*File "/.test(line));
    return [`Python ${pythonType(thrown)}`, ...frames].join("\n");
  }
  return thrown.stack ?? thrown.name;
}
