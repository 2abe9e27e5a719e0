/** The finder in a worker: opened by the first message, given files by the others. */
import { Finder } from "./finder.js";

/** @type {Promise<Finder> | null} */
let opening = null;

addEventListener("message", async ({ data }) => {
  opening ??= Finder.open(data.options);
  const finder = await opening;
  const seen = await finder.lookAt(data.files);
  postMessage(seen, { transfer: seen.slices.map(({ mask }) => mask.buffer) });
});
