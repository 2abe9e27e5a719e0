/**
 * Runs fingerprint.py in the page's own Pyodide and the page's network on the tensors it gives.
 * Called with { source, pack, files }: the text of fingerprint.py, the id of a pack, names of its files.
 */
async ({ source, pack, files }) => {
  const base = new URL("./", document.baseURI).href;
  const { loadPyodide } = await import(`${base}runtime/pyodide/pyodide.mjs`);
  const ort = await import(`${base}runtime/ort/ort.wasm.min.mjs`);
  const read = async (/** @type {string} */ name) => {
    const response = await fetch(`${base}packs/${pack}/${name}`);
    if (!response.ok) throw new Error(`${name}: ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  };

  const folder = `${base}runtime/pyodide/`;
  const lockFileURL = `${folder}pyodide-lock.json`;
  const pyodide = await loadPyodide({
    indexURL: folder,
    packageBaseUrl: folder,
    lockFileURL,
    enableRunUntilComplete: false,
  });
  await pyodide.loadPackage("insitu", { messageCallback: () => {} });
  pyodide.FS.writeFile("fingerprint.py", source);
  const module = pyodide.pyimport("fingerprint");

  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmPaths = `${base}runtime/ort/`;
  const packJson = new TextDecoder().decode(await read("pack.json"));
  const { input, model, outputs, classify } = JSON.parse(packJson);
  const session = await ort.InferenceSession.create(await read(model.file), { executionProviders: ["wasm"] });
  const { width, height } = classify.geometry;

  const answers = [];
  for (const file of files) {
    const print = module.fingerprint(packJson, pyodide.toPy(await read(file)));
    const { tensor, ...hashes } = print.toJs({ dict_converter: Object.fromEntries });
    print.destroy();
    const result = await session.run({
      [input.name]: new ort.Tensor("float32", tensor, [1, 3, height, width]),
    });
    answers.push({ file, ...hashes, logits: Array.from(result[outputs.logits].data) });
  }
  return answers;
};
