// Time one network in onnxruntime-web's CPU build: node speed.mjs <onnxruntime-web> <model.onnx> <size_px>
import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";

const [folder, model, size] = process.argv.slice(2);
const ort = await import(pathToFileURL(`${folder}/dist/ort.wasm.min.mjs`).href);
ort.env.wasm.numThreads = 1;

const session = await ort.InferenceSession.create(new Uint8Array(await readFile(model)));
const side = Number(size);
const image = new ort.Tensor("float32", new Float32Array(3 * side * side).fill(0.5), [1, 3, side, side]);

const times = [];
for (let run = 0; run < 200; run += 1) {
  const started = performance.now();
  await session.run({ image });
  times.push(performance.now() - started);
}
times.sort((a, b) => a - b);
console.log(times[0].toFixed(1));
