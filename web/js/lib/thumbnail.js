/**
 * Addresses of thumbnails, made when a card is first drawn: a Blob and an address each cost the main
 * thread a round trip to the browser, and of 500 images only those in view are drawn.
 *
 * @type {WeakMap<Uint8Array, string>}
 */
const addresses = new WeakMap();

/** @param {Uint8Array} jpeg @returns {string} an object URL, the same each time until it is released */
export function addressOf(jpeg) {
  const known = addresses.get(jpeg);
  if (known) return known;
  const blob = new Blob([/** @type {Uint8Array<ArrayBuffer>} */ (jpeg)], { type: "image/jpeg" });
  const address = URL.createObjectURL(blob);
  addresses.set(jpeg, address);
  return address;
}

/** The image is gone, and with it the address of its thumbnail. @param {Uint8Array} jpeg */
export function releaseAddress(jpeg) {
  const address = addresses.get(jpeg);
  if (address) URL.revokeObjectURL(address);
  addresses.delete(jpeg);
}
