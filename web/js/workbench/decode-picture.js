/**
 * A picture that an engine drew, ready for a canvas; null, and nothing kept, if it is no longer wanted.
 *
 * @param {Blob} png
 * @param {AbortSignal} signal
 */
export async function decodePicture(png, signal) {
  const bitmap = await createImageBitmap(png);
  if (!signal.aborted) return bitmap;
  bitmap.close();
  return null;
}
