/**
 * Addresses of thumbnails, made when a card is first drawn: an address costs the main thread a
 * round trip to the browser, and of 500 images only those in view are drawn.
 *
 * @type {WeakMap<Blob, string>}
 */
const addresses = new WeakMap();

/** @param {Uint8Array} png as the engine gave it @returns {Blob} */
export function thumbnailOf(png) {
  return new Blob([/** @type {Uint8Array<ArrayBuffer>} */ (png)], { type: "image/png" });
}

/** @param {Blob} thumbnail @returns {string} an object URL, the same each time until it is released */
export function addressOf(thumbnail) {
  const known = addresses.get(thumbnail);
  if (known) return known;
  const address = URL.createObjectURL(thumbnail);
  addresses.set(thumbnail, address);
  return address;
}

/** The image is gone, and with it the address of its thumbnail. @param {Blob} thumbnail */
export function releaseAddress(thumbnail) {
  const address = addresses.get(thumbnail);
  if (address) URL.revokeObjectURL(address);
  addresses.delete(thumbnail);
}
