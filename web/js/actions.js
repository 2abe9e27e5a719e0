/**
 * What the views may ask for, in one place.
 *
 * @import { PoolInterface } from "./engine/pool-types.js"
 * @import { Actions, Box, Collected, PageState } from "./types.js"
 * @import { Batch } from "./batch.js"
 * @import { Corrections } from "./corrections.js"
 * @import { Exports } from "./exports.js"
 * @import { ScanFiles } from "./scan/files.js"
 * @import { Scans } from "./scan/scans.js"
 * @import { PackShelf } from "./packs.js"
 */
import { describeState } from "./lib/details.js";
import { collectChosen, collectDropped, takeDropped } from "./lib/dropped.js";
import { formatNumber } from "./lib/format.js";
import { readsScans } from "./lib/objects.js";
import { sampleScan, sampleSources } from "./packs.js";
import { setKeepIdentity } from "./scan/state-scan.js";
import { chooseForItem } from "./state-items.js";
import { addNote, dropNote } from "./state.js";

/**
 * @param {object} parts
 * @param {Box} parts.box
 * @param {Batch} parts.batch
 * @param {Scans} parts.scans
 * @param {ScanFiles} parts.scanFiles
 * @param {PackShelf} parts.shelf
 * @param {Corrections} parts.corrections
 * @param {Exports} parts.exports
 * @param {PoolInterface} parts.pool
 * @param {{ takeUpdate: () => Promise<string | null>, checkForUpdate: () => Promise<string> }} parts.updates
 * @param {{ files: HTMLInputElement, folder: HTMLInputElement }} parts.inputs
 * @returns {Actions}
 */
export function createActions({
  box,
  batch,
  scans,
  scanFiles,
  shelf,
  corrections,
  exports,
  pool,
  updates,
  inputs,
}) {
  /** @param {Collected} collected */
  const add = (collected) => {
    const { sources, skipped } = collected;
    if (sources.length && readsScans(box.state.pack)) scans.add(sources);
    else if (sources.length) batch.add(sources, { skipped });
    box.update((state) => noteCollected(state, collected));
  };
  /** @param {string} text */
  const say = (text) => box.update((state) => addNote(state, "update", text));

  return {
    drop: (transfer) => void collect(box, transfer).then(add),
    choose: (files) => void collectChosen(files).then(add),
    trySamples() {
      const { pack } = box.state;
      if (pack && readsScans(pack))
        void sampleScan(pack).then(
          (sources) => scans.add(sources, { sample: true }),
          (error) =>
            box.update((state) =>
              addNote(state, "collected", `The sample could not be loaded. ${error.message}`),
            ),
        );
      else if (pack) batch.add(sampleSources(pack), { sample: true });
    },
    pickFiles: () => inputs.files.click(),
    pickFolder: () => inputs.folder.click(),
    choosePack(id) {
      if (id === box.state.packId && !box.state.blocked) return;
      void shelf.open(id);
      if (readsScans(box.state.pack)) {
        const sources = batch.takeAll();
        if (sources.length) scans.add(sources);
        else scans.startOver();
      } else {
        const files = scans.takeAll();
        if (files.length) batch.add([...files]);
        else batch.startOver();
      }
    },
    cancel() {
      batch.cancel();
      scans.cancel();
      pool.resume();
    },
    pause: () => pool.pause(),
    resume: () => pool.resume(),
    clear() {
      if (box.state.scan) scans.clear();
      else batch.clear();
      pool.resume();
    },
    undoClear() {
      batch.undoClear();
      scans.undoClear();
    },
    setMargin: (margin) => void scans.setMargin(margin),
    keepIdentity: (keep) => box.update((state) => setKeepIdentity(state, keep)),
    readSlice: (file, series, slice, signal) => scanFiles.readSlice(file, series, slice, signal),
    downloadScan: (what, content) => void scanFiles.download(what, content),
    tryAgain: (ids) => batch.tryAgain(ids),
    restart() {
      pool.restart();
      void shelf.retry();
    },
    downloadCsv: () => void exports.downloadCsv(),
    downloadSummary: () => void exports.downloadSummary(),
    downloadObjects: () => void exports.downloadObjects(),
    downloadZip: () => void exports.downloadZip(),
    cancelZip() {
      exports.cancelZip();
      scanFiles.cancel();
    },
    takeUpdate: () => void updates.takeUpdate().then((refusal) => refusal && say(refusal)),
    checkUpdate: () => void updates.checkForUpdate().then(say),
    choosePlane: (id, change) => batch.choosePlane(id, change),
    setContrast: (id, contrast) => box.update((state) => chooseForItem(state, id, { contrast })),
    drawOverlay: (item, signal) => exports.drawOverlay(item, signal),
    drawPicture: (item, region, signal) => exports.drawPicture(item, region, signal),
    traceOutlines: (objects, signal) => corrections.trace(objects, signal),
    correct: (id, edit, of) => corrections.correct(id, edit, of),
    undoCorrection: (id) => corrections.undo(id),
    setDiameter: (id, diameter) => batch.setDiameter(id, diameter),
    details: () => describeState(box.state, pool.info()),
    engineInfo: () => pool.info(),
    update: (change) => box.update(change),
  };
}

/**
 * @param {Box} box
 * @param {DataTransfer} transfer
 */
async function collect(box, transfer) {
  const dropped = takeDropped(transfer);
  const collected = await collectDropped(dropped, (collecting) =>
    box.update((state) => ({ ...state, collecting })),
  );
  box.update((state) => ({ ...state, collecting: null }));
  return collected;
}

/** @param {PageState} state @param {Collected} collected @returns {PageState} */
function noteCollected(state, { sources, skipped, unreadable }) {
  const parts = [];
  if (!sources.length) parts.push("There was no file to analyse in that.");
  if (skipped)
    parts.push(`${formatNumber(skipped, "system file")} skipped (dot files, Thumbs.db, __MACOSX).`);
  if (unreadable) parts.push(`${formatNumber(unreadable, "folder")} could not be opened.`);
  return parts.length ? addNote(state, "collected", parts.join(" ")) : dropNote(state, "collected");
}
