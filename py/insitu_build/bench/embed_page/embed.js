/**
 * One visit: from the opening of the page to the class of one photo, and the longest task of the page's main thread until
 * then. `?way=insitu&site=URL&pack=ID` loads the API from another origin; `?way=worker` and `?way=main` are plain JavaScript,
 * `?way=transformers` is transformers.js.
 */
const query = new URLSearchParams(location.search);
const output = /** @type {HTMLOutputElement} */ (document.querySelector("output"));
let longestMs = 0;
new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) longestMs = Math.max(longestMs, duration);
}).observe({ type: "longtask", buffered: true });

/** @type {Record<string, (photo: File) => Promise<string>>} */
const WAYS = {
  async insitu(photo) {
    const { Insitu } = await import(`${query.get("site")}insitu.js`);
    const { label } = await Insitu.open({ pack: query.get("pack") }).analyse(photo);
    return label;
  },
  async worker(photo) {
    const worker = new Worker("worker.js", { type: "module" });
    return new Promise((resolve, reject) => {
      worker.onerror = ({ message }) => reject(new Error(message));
      worker.onmessage = ({ data }) => data !== "done" && resolve(data.label);
      worker.postMessage({ files: [photo], options: { threads: 1, ahead: 0, thumbnailSide: 0 } });
    });
  },
  async main(photo) {
    const { Classifier } = await import("./classifier.js");
    const classifier = await Classifier.open({ threads: 1, ahead: 0, thumbnailSide: 0 });
    return new Promise((resolve) => void classifier.classifyAll([photo], ({ label }) => resolve(label)));
  },
  async transformers(photo) {
    const { AutoModel, AutoProcessor, RawImage, env } = await import("./transformers/transformers.web.min.js");
    env.allowLocalModels = true;
    env.allowRemoteModels = false;
    env.localModelPath = new URL("./transformers/models/", location.href).href;
    env.backends.onnx.wasm.wasmPaths = new URL("./transformers/", location.href).href;
    env.backends.onnx.wasm.numThreads = 1;
    const options = { dtype: "fp32", device: "wasm" };
    const [processor, model, pack] = await Promise.all([
      AutoProcessor.from_pretrained("pack"),
      AutoModel.from_pretrained("pack", options),
      fetch("pack.json").then((response) => response.json()),
    ]);
    const { pixel_values: pixels } = await processor(await RawImage.fromBlob(photo));
    const { [pack.outputs.logits]: logits } = await model({ [pack.input.name]: pixels });
    return pack.classes[logits.data.indexOf(Math.max(...logits.data))].id;
  },
};

const photo = new File([await (await fetch("photo.jpg")).blob()], "photo.jpg", { type: "image/jpeg" });
const label = await WAYS[query.get("way") ?? ""]?.(photo);
const ms = performance.now();
await new Promise((resolve) => setTimeout(resolve, 300)); // long tasks are told of a little later
output.dataset.result = JSON.stringify({ label, ms, longestMs });
