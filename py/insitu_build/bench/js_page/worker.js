/** The classifier in a worker: opened by the first message, given files by the others. */
import { Classifier } from "./classifier.js";

/** @type {Promise<Classifier> | null} */
let opening = null;

addEventListener("message", async ({ data }) => {
  opening ??= Classifier.open(data.options);
  const classifier = await opening;
  await classifier.classifyAll(data.files, (result) => {
    postMessage(result, { transfer: result.thumbnail ? [result.thumbnail] : [] });
  });
  postMessage("done");
});
