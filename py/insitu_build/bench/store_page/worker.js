/** The engine's network runtime, and nothing else of the engine. */
import { NetworkRuntime } from "../js/engine/ort.js";

/** @type {NetworkRuntime} */
let runtime;

addEventListener("message", async ({ data: { base, blob } }) => {
  if (base) {
    runtime = await NetworkRuntime.start(base);
    return postMessage("started");
  }
  const since = performance.now();
  await runtime.open(blob);
  return postMessage({ sessionMs: performance.now() - since });
});
