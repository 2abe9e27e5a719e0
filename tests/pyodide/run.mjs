/**
 * Runs test files of the project with pytest inside Pyodide, against all wheels of the built site.
 *
 *   node run.mjs <site> <project> <libraries> <junit.xml> <test file or folder>...
 *
 * <libraries> is a folder with pytest and what it needs. Ends with pytest's exit status.
 */
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { basename, dirname, resolve } from "node:path";

const [site, project, libraries, report, ...tests] = process.argv.slice(2);
const runtime = `${resolve(site, "runtime/pyodide")}/`;
const { loadPyodide } = await import(pathToFileURL(`${runtime}pyodide.mjs`).href);

const pyodide = await loadPyodide({ indexURL: runtime, enableRunUntilComplete: false });
const lock = JSON.parse(readFileSync(`${runtime}pyodide-lock.json`, "utf8"));
const problems = [];
await pyodide.loadPackage(Object.keys(lock.packages), {
  messageCallback: () => {},
  errorCallback: (/** @type {string} */ message) => problems.push(message),
});
if (problems.length > 0) {
  console.error(problems.join("\n"));
  process.exit(2);
}

for (const [place, folder] of Object.entries({
  "/project": project,
  "/libraries": libraries,
  "/report": dirname(resolve(report)),
})) {
  pyodide.FS.mkdirTree(place);
  pyodide.mountNodeFS(place, resolve(folder));
}
pyodide.runPython(
  "import sys; sys.path[:0] = ['/project/tests/pyodide']; sys.path += ['/project/tests', '/libraries']",
);
const suite = pyodide.pyimport("suite");
process.exit(suite.run(`/report/${basename(report)}`, pyodide.toPy(tests)));
