/**
 * The built site for tests under Node: addresses, and Pyodide started as the engine starts it,
 * but with the interpreter in sight.
 */
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  mkdirSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const PROJECT = resolve(import.meta.dirname, "../..");
export const RUNTIME = join(PROJECT, "dist/runtime/pyodide/");

export function data(/** @type {string} */ name) {
  return new Uint8Array(readFileSync(join(PROJECT, "tests/data", name)));
}

/**
 * A bare interpreter with the site's lock file.
 * @returns {Promise<import("pyodide").PyodideAPI>}
 */
export async function startPyodide() {
  const { loadPyodide } = await import(pathToFileURL(join(RUNTIME, "pyodide.mjs")).href);
  return loadPyodide({ indexURL: RUNTIME, enableRunUntilComplete: false });
}

/**
 * The engine's own Python (js/engine/python.js of the site), and the interpreter inside it.
 * @param {import("node:test").TestContext} test
 */
export async function startEnginePython(test) {
  const base = mkdtempSync(join(tmpdir(), "insitu-"));
  test.after(() => rmSync(base, { recursive: true }));
  const runtime = join(base, "runtime/pyodide/");
  mkdirSync(runtime, { recursive: true });
  for (const name of readdirSync(RUNTIME)) {
    if (name !== "pyodide.mjs") symlinkSync(join(RUNTIME, name), join(runtime, name));
  }
  // The engine keeps its interpreter to itself; this module lets the test see it.
  writeFileSync(
    join(runtime, "pyodide.mjs"),
    `import { loadPyodide as real } from ${JSON.stringify(pathToFileURL(join(RUNTIME, "pyodide.mjs")).href)};
     export const loadPyodide = async (options) => (globalThis.interpreter = await real(options));`,
  );
  // As the site has it: what it imports lies beside it.
  for (const name of ["python.js", "errors.js"])
    cpSync(join(PROJECT, "dist/js/engine", name), join(base, "js/engine", name));
  /** @type {typeof import("../../web/js/engine/python.js")} */
  const { Python } = await import(pathToFileURL(join(base, "js/engine/python.js")).href);
  const python = await Python.start(`${base}/`, () => {});
  return { python, pyodide: /** @type {any} */ (globalThis).interpreter };
}
