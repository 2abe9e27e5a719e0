/**
 * The empty page: what to do, what stays private, what the chosen pack expects.
 *
 * @import { Pack } from "../types.js"
 */
import { html } from "lit";
import { formatCount } from "../lib/format.js";
import { findsObjects, readsScans } from "../lib/objects.js";
import { PRIVACY } from "../lib/privacy.js";
import { organOf } from "../scan/words.js";
import { icon } from "./icon.js";
import { expectations } from "./pack-card.js";
import { View } from "./view.js";

const CLASSES = "You get a class and a probability for each image, and a table to take away.";
const OBJECTS =
  "You get outlines, counts and measurements, and files for Fiji, QuPath and spreadsheets to take away.";

/** @param {Pack | null} pack */
function sayScan(pack) {
  return `You get a box around the ${organOf(pack)} in three views, the slices that show it, and files to take away.`;
}

/** @param {Pack | null} pack */
function sayWhatToDrop(pack) {
  return readsScans(pack)
    ? "Drop the folder, the ZIP archive or the slices of a CT scan here"
    : "Drop images, folders or ZIP archives here";
}

class Start extends View {
  /** @override */
  render() {
    const { state, actions } = this;
    const { pack, collecting } = state;
    return html`<div class="start">
      <div class="start-drop">
        <h2>
          ${collecting === null ? sayWhatToDrop(pack) : `Looking through the folder: ${formatCount(collecting)} files`}
        </h2>
        <p>${readsScans(pack) ? sayScan(pack) : findsObjects(pack) ? OBJECTS : CLASSES}</p>
        <div class="start-buttons">
          <button class="button primary" @click=${actions.pickFiles}>
            ${icon("image-plus")} ${readsScans(pack) ? "Choose slices" : "Choose images"}
          </button>
          <button class="button" @click=${actions.pickFolder}>${icon("folder-open")} Choose a folder</button>
          <button
            class="button"
            data-testid="try-samples"
            ?disabled=${!pack?.samples.files.length}
            @click=${actions.trySamples}
          >
            ${readsScans(pack) ? "Try with a sample series" : "Try with sample images"}
          </button>
        </div>
        <p class="start-hint">
          Also TIFF stacks, DICOM, NIfTI and JPEG 2000. Pasting an image works too. Press <kbd>?</kbd> for all
          keys.
        </p>
      </div>
      <p class="start-privacy">${PRIVACY}</p>
      ${pack ? html`<section class="start-pack" aria-label="What this analysis expects">${expectations(pack)}</section>` : null}
    </div>`;
  }
}

customElements.define("insitu-start", Start);
