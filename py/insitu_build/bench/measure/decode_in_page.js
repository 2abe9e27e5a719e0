/**
 * Starts the page's own Pyodide with all its readers and keeps `measure` of decoding.py as
 * `globalThis.insituMeasure`. Called with { source }: the text of decoding.py.
 */
async ({ source }) => {
  const base = new URL("./", document.baseURI).href;
  const { loadPyodide } = await import(`${base}runtime/pyodide/pyodide.mjs`);
  const folder = `${base}runtime/pyodide/`;
  const lockFileURL = `${folder}pyodide-lock.json`;
  const lock = await (await fetch(lockFileURL)).json();
  const pyodide = await loadPyodide({
    indexURL: folder,
    packageBaseUrl: folder,
    lockFileURL,
    enableRunUntilComplete: false,
  });
  await pyodide.loadPackage(Object.keys(lock.packages), { messageCallback: () => {} });
  pyodide.FS.writeFile("decoding.py", source);
  const { measure } = pyodide.pyimport("decoding");
  globalThis.insituMeasure = (/** @type {string} */ base64, /** @type {number} */ repeats) => {
    const bytes = pyodide.toPy(Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)));
    try {
      const found = measure(bytes, repeats);
      const answer = found.toJs({ dict_converter: Object.fromEntries });
      found.destroy();
      return answer;
    } finally {
      bytes.destroy();
    }
  };
};
