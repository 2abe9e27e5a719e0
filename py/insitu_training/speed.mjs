// Time one network in onnxruntime-web's CPU build: node speed.mjs <onnxruntime-web> <model.onnx> <runs> <shape of the input ...>
import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";

const [folder, model, ...numbers] = process.argv.slice(2);
const [runs, ...shape] = numbers.map(Number);
const ort = await import(pathToFileURL(`${folder}/dist/ort.wasm.min.mjs`).href);
ort.env.wasm.numThreads = 1;

const options = { graphOptimizationLevel: "all" };
const session = await ort.InferenceSession.create(new Uint8Array(await readFile(model)), options);
const length = shape.reduce((product, size) => product * size);
const image = new ort.Tensor("float32", new Float32Array(length).fill(0.5), shape);

const times = [];
for (let run = 0; run < runs; run += 1) {
  const started = performance.now();
  await session.run({ image });
  times.push(performance.now() - started);
}
console.log(Math.min(...times));
