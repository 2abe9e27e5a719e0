/** What the browser must have, checked before anything large is downloaded. */

/** A module with one function that gives a v128: valid only where SIMD is. */
const SIMD_MODULE = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98,
  11,
]);

/**
 * @typedef {object} Need
 * @property {string} name
 * @property {string} browsers that have it
 * @property {(scope: typeof globalThis) => boolean} isThere
 */

/** @type {Need[]} */
const NEEDS = [
  {
    name: "WebAssembly SIMD",
    browsers: "Chrome and Edge from 91, Firefox from 89, Safari from 16.4",
    isThere: hasSimd,
  },
  {
    name: "module workers",
    browsers: "Chrome and Edge from 80, Firefox from 114, Safari from 15",
    isThere: hasModuleWorkers,
  },
  {
    name: "IndexedDB",
    browsers: "all current browsers, outside modes that switch storage off",
    isThere: hasIndexedDb,
  },
  {
    // Without one there is neither a service worker nor sha256.
    name: "a secure connection",
    browsers: "every browser, where the address begins with https:// or with http://localhost",
    isThere: ({ isSecureContext }) => isSecureContext !== false,
  },
];

/**
 * One sentence on what is missing and which browsers have it; null if nothing is.
 *
 * @param {typeof globalThis} [scope]
 * @param {string[]} [dispensable] names of what can be done without
 * @returns {string | null}
 */
export function sayWhatIsMissing(scope = globalThis, dispensable = []) {
  const missing = NEEDS.filter((need) => !dispensable.includes(need.name) && !need.isThere(scope));
  if (!missing.length) return null;
  const names = missing.map((need) => `${need.name} (in ${need.browsers})`);
  return `Insitu cannot work in this browser, because it lacks ${names.join(" and ")}.`;
}

/**
 * For "copy details": what the machine offers, in one line.
 *
 * @param {typeof globalThis} [scope]
 */
export function describeMachine(scope = globalThis) {
  const { navigator } = scope;
  const memory = /** @type {{ deviceMemory?: number }} */ (navigator).deviceMemory;
  return [
    `SIMD ${hasSimd(scope) ? "yes" : "no"}`,
    `threads ${scope.crossOriginIsolated ? "yes" : "no"}`,
    `${navigator.hardwareConcurrency ?? "?"} cores`,
    memory ? `${memory} GB memory or more` : "memory unknown",
    navigator.userAgent,
  ].join(" · ");
}

/** @param {typeof globalThis} scope */
function hasSimd({ WebAssembly }) {
  return typeof WebAssembly === "object" && WebAssembly.validate(SIMD_MODULE);
}

/** Browsers read the option `type` only if they know module workers. @param {typeof globalThis} scope */
function hasModuleWorkers({ Worker }) {
  if (typeof Worker !== "function") return false;
  let asked = false;
  const options = {
    /** @returns {"module"} */
    get type() {
      asked = true;
      return "module";
    },
  };
  const empty = URL.createObjectURL(new Blob([], { type: "text/javascript" }));
  try {
    new Worker(empty, options).terminate();
  } catch {
    return false; // workers are switched off
  } finally {
    URL.revokeObjectURL(empty);
  }
  return asked;
}

/** @param {typeof globalThis} scope */
function hasIndexedDb(scope) {
  try {
    return Boolean(scope.indexedDB);
  } catch {
    return false; // a SecurityError where storage is switched off
  }
}
