/** Handing text to the person. */

/**
 * Where the clipboard is forbidden the text is selected, ready to be copied.
 *
 * @param {string} text
 * @param {Element | null} shown where it stands in the page
 * @returns {Promise<boolean>} whether it is on the clipboard
 */
export async function copyText(text, shown) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    if (shown) getSelection()?.selectAllChildren(shown);
    return false;
  }
}
