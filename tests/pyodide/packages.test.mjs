/** The site's own lock file: everything comes from the site, and nothing else is ever asked for. */
import assert from "node:assert/strict";
import test from "node:test";
import { startEnginePython, startPyodide } from "./site.mjs";

/** @param {import("node:test").TestContext} t */
function watchNetwork(t) {
  const asked = /** @type {string[]} */ ([]);
  t.mock.method(globalThis, "fetch", async (/** @type {string | Request} */ request) => {
    asked.push(String(request));
    throw new TypeError("no network in this test");
  });
  return asked;
}

test("micropip installs insitu from the site alone", { timeout: 120_000 }, async (t) => {
  const asked = watchNetwork(t);
  const pyodide = await startPyodide();
  await pyodide.loadPackage("micropip", { messageCallback: () => {} });
  const micropip = pyodide.pyimport("micropip");
  await micropip.install("insitu");
  const versions = pyodide.runPython(
    "import insitu, numpy, PIL, imagecodecs; f'{insitu.__version__} {numpy.__version__} {PIL.__version__}'",
  );
  assert.match(versions, /^\d+\.\d+\.\d+ 2\.4\.3 12\.2\.0$/);
  assert.deepEqual(asked, []);
});

test("an unknown name asks nobody once the index is switched off", { timeout: 120_000 }, async (t) => {
  const asked = watchNetwork(t);
  const pyodide = await startPyodide();
  await pyodide.loadPackage("micropip", { messageCallback: () => {} });
  const micropip = pyodide.pyimport("micropip");
  micropip.set_index_urls(pyodide.toPy([]));
  await assert.rejects(micropip.install("no-such-package-of-ours"), /no-such-package-of-ours/);
  assert.deepEqual(asked, []);
});

test("byte code of the site knows lines and no columns", { timeout: 120_000 }, async (t) => {
  const { pyodide } = await startEnginePython(t);
  const known = pyodide.runPython(`
    from insitu.packs import parse_pack
    known = list(parse_pack.__code__.co_positions())
    [any(line for line, *_ in known), any(column is not None for _, _, column, _ in known)]
  `);
  assert.deepEqual(known.toJs(), [true, false]);
});

test("an engine starts from byte code only", { timeout: 120_000 }, async (t) => {
  const { pyodide } = await startEnginePython(t);
  pyodide.pyimport("insitu.worker_api").self_test();
  const sources = pyodide.runPython(`
    import sys
    files = [getattr(module, "__file__", None) or "" for module in sys.modules.values()]
    built_in = [file for file in files if file.startswith("/lib/python3.14/") and "site-packages" not in file]
    " ".join(sorted(file for file in files if file.endswith(".py") and file not in built_in))
  `);
  assert.equal(sources, "", "add these to carried.py");
});
