/** Photos as they are uploaded: upright JPEG, no longer than 1600 pixels, without what cameras write beside the picture. */

const LONGEST_SIDE = 1600;
const QUALITY = 0.85;

/**
 * @param {Blob} photo
 * @returns {Promise<Blob>} the photo itself where the browser cannot read it
 */
export async function scalePhoto(photo) {
  const bitmap = await createImageBitmap(photo).catch(() => null);
  if (!bitmap) return photo;
  const factor = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * factor));
  canvas.height = Math.max(1, Math.round(bitmap.height * factor));
  const context = canvas.getContext("2d");
  if (!context) return photo;
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  const scaled = await new Promise((/** @type {(blob: Blob | null) => void} */ resolve) =>
    canvas.toBlob(resolve, "image/jpeg", QUALITY),
  );
  return scaled ?? photo;
}
