/** Handing files to the person. */

/** How long a browser may take to begin reading the address of a download. */
const KEEP_ADDRESS_MS = 60_000;

/** @param {Blob} blob @param {string} name */
export function downloadBlob(blob, name) {
  const address = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), KEEP_ADDRESS_MS);
}

/** @typedef {(body: ReadableStream<Uint8Array>, signal: AbortSignal) => Promise<void>} Sink */

/**
 * Where a large file goes: straight to a place on disk where the browser can, else through a Blob.
 * Call it from the click itself, which alone may open the dialog.
 *
 * @param {string} name
 * @param {string} type
 * @returns {Promise<Sink | null>} null if the person changed their mind
 */
export async function openSink(name, type) {
  const pick = /** @type {{ showSaveFilePicker?: (options: object) => Promise<FileSystemFileHandle> }} */ (
    globalThis
  ).showSaveFilePicker;
  if (!pick) return blobSink(name, type);
  try {
    const handle = await pick({ suggestedName: name });
    return async (body, signal) => body.pipeTo(await handle.createWritable(), { signal });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") return null;
    return blobSink(name, type); // the dialog is forbidden here, for example in a frame
  }
}

/** @param {string} name @param {string} type @returns {Sink} */
function blobSink(name, type) {
  return async (body, signal) => {
    const blob = await new Response(body, { headers: { "content-type": type } }).blob();
    if (!signal.aborted) downloadBlob(blob, name);
  };
}
