/**
 * Compiles Python sources with Pyodide's own interpreter, to byte code that knows lines but no columns: a report has
 * lines only, and a quarter of the bytes are columns.
 *
 *   node compile.mjs <folder of npm's pyodide> <in.zip of .py> <out.zip of .pyc>
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [runtime, source, target] = process.argv.slice(2).map((path) => resolve(path));
const { loadPyodide } = await import(pathToFileURL(join(runtime, "pyodide.mjs")).href);
const pyodide = await loadPyodide({
  indexURL: `${runtime}/`,
  enableRunUntilComplete: false,
  env: { PYTHONNODEBUGRANGES: "1" },
});
const script = join(import.meta.dirname, "compile.py");
pyodide.FS.writeFile("/tmp/compile_all.py", new Uint8Array(readFileSync(script)));
pyodide.FS.writeFile("/tmp/in.zip", new Uint8Array(readFileSync(source)));
pyodide.runPython("import sys; sys.path.insert(0, '/tmp')");
pyodide.pyimport("compile_all").compile_all("/tmp/in.zip", "/tmp/out.zip");
writeFileSync(target, pyodide.FS.readFile("/tmp/out.zip"));
process.exit(0);
