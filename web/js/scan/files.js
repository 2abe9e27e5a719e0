/**
 * Files to take away from a scan, and single slices as their files hold them.
 *
 * @import { PoolInterface } from "../engine/pool-types.js"
 * @import { Box3, FoundSeries } from "../engine/protocol.js"
 * @import { Box, Source } from "../types.js"
 * @import { Scan, ScanFile, SheetContent } from "./types.js"
 */
import { downloadZip } from "client-zip";
import { downloadBlob, openSink } from "../lib/download.js";
import { formatStamp } from "../lib/format.js";
import { addNote, dropNote } from "../state.js";
import { sheetPicture } from "./contact-sheet.js";
import { slicesByFile } from "./slices-by-file.js";
import { boxOf, correctedBox, markSaved } from "./state-scan.js";
import { sayAnswer, saySeries } from "./words.js";

/** @typedef {{ scan: Scan, series: FoundSeries }} Shown */

export class ScanFiles {
  #box;
  #pool;
  /** @type {AbortController | null} */
  #writing = null;

  /**
   * @param {Box} box
   * @param {Pick<PoolInterface, "ask" | "state">} pool
   */
  constructor(box, pool) {
    this.#box = box;
    this.#pool = pool;
  }

  /** @param {Source} file @param {FoundSeries} series @param {number} slice @param {AbortSignal} signal */
  async readSlice(file, series, slice, signal) {
    const { width, height } = series;
    const box = { x0: 0, y0: 0, z0: slice, x1: width, y1: height, z1: slice + 1 };
    const planes = series.planes.slice(slice, slice + 1);
    const voxels = await this.#cut(file, planes, box, signal);
    return { width, height, values: new Int16Array(voxels.slice().buffer) };
  }

  /** @param {ScanFile} what @param {SheetContent | null} content of the contact sheet */
  async download(what, content) {
    const { scan } = this.#box.state;
    const series = scan?.series[scan.current];
    if (!scan || !series) return;
    const shown = { scan, series };
    try {
      if (what === "sheet") await this.#downloadSheet(shown, content);
      else if (what === "dicom")
        await this.#write("dicom.zip", "application/zip", (signal) => this.#dicomZip(shown, signal));
      else if (what === "nifti")
        await this.#write("crop.nii", "application/octet-stream", (signal) => this.#nifti(shown, signal));
      else await this.#downloadTable(what, shown);
    } catch (error) {
      const { message } = /** @type {Error} */ (error);
      this.#say(`The file could not be made. ${message}`);
    }
  }

  cancel() {
    this.#writing?.abort();
  }

  /** @param {"box" | "slices"} what @param {Shown} shown */
  async #downloadTable(what, { scan, series }) {
    if (!scan.stack) return;
    const { facts, looks } = scan.stack;
    const leftOut = scan.leftOut.map(({ name, error }) => ({ name, error }));
    const corrected = correctedBox(scan, series);
    const request = { facts, looks, margin: scan.margin, series: scan.current, leftOut, corrected };
    const made = await this.#pool.ask("scanFiles", request, this.#pack);
    const [ending, type] =
      what === "box" ? ["box.json", "application/json"] : ["slices.csv", "text/csv;charset=utf-8"];
    downloadBlob(new Blob([/** @type {BlobPart} */ (made[what])], { type }), this.#fileName(ending));
    this.#saved();
  }

  /** @param {Shown} shown @param {SheetContent | null} content */
  async #downloadSheet({ scan, series }, content) {
    if (!content) return;
    const { pack } = this.#box.state;
    const lines = [
      `${pack?.name}: ${sayAnswer(pack, boxOf(scan, series))}`,
      saySeries(series),
      [pack?.notice, scan.sample ? pack?.samples.note : ""].filter(Boolean).join(" "),
    ];
    downloadBlob(await sheetPicture(series, content, lines), this.#fileName("contact-sheet.png"));
    this.#saved();
  }

  /**
   * A file that is written while it is made.
   *
   * @param {string} ending
   * @param {string} type
   * @param {(signal: AbortSignal) => ReadableStream<Uint8Array>} make
   */
  async #write(ending, type, make) {
    if (this.#writing) return;
    const writing = new AbortController();
    this.#writing = writing;
    try {
      const sink = await openSink(this.#fileName(ending), type);
      if (!sink) return;
      await sink(make(writing.signal), writing.signal);
      this.#saved();
    } catch (error) {
      if (!writing.signal.aborted) throw error;
    } finally {
      this.#writing = null;
      this.#box.update((state) => ({ ...state, zip: null }));
    }
  }

  /** @param {Shown} shown @param {AbortSignal} signal */
  #nifti(shown, signal) {
    return streamOf(this.#niftiParts(shown, signal));
  }

  /** The head, then the voxels file by file: the crop is never in memory as a whole. @param {Shown} shown @param {AbortSignal} signal */
  async *#niftiParts({ scan, series }, signal) {
    const box = boxOf(scan, series);
    if (!box || !scan.stack) return;
    const request = { facts: scan.stack.facts, series: scan.current, box };
    const { head, isEven } = await this.#pool.ask("niftiHead", request, { signal, ...this.#pack });
    if (!isEven)
      this.#say("The slices are not evenly placed; the NIfTI file has them at their usual distance.");
    yield head;
    const parts = slicesByFile(series, box);
    yield* this.#inOrder(parts, signal, ({ file, planes }) =>
      this.#cut(/** @type {Source} */ (scan.files[file]), planes, box, signal),
    );
  }

  /** @param {Shown} shown @param {AbortSignal} signal */
  #dicomZip(shown, signal) {
    return /** @type {ReadableStream<Uint8Array>} */ (downloadZip(this.#dicomEntries(shown, signal)).body);
  }

  /** @param {Shown} shown @param {AbortSignal} signal */
  async *#dicomEntries({ scan, series }, signal) {
    const box = boxOf(scan, series);
    if (!box) return;
    const slices = Array.from({ length: box.z1 - box.z0 }, (_, index) => box.z0 + index);
    let number = 0;
    const files = this.#inOrder(slices, signal, async (slice) => {
      const { name, read } = /** @type {Source} */ (scan.files[series.files[slice] ?? -1]);
      const request = { name, box, number: slice - box.z0 + 1, keepIdentity: scan.keepIdentity };
      return (await this.#pool.ask("cropDicom", request, { read, signal, ...this.#pack })).file;
    });
    for await (const input of files) {
      number += 1;
      yield { name: `crop-dicom/${String(number).padStart(4, "0")}.dcm`, input, lastModified: new Date() };
    }
  }

  /**
   * Answers in the order of the questions; as many are under way as there are engines.
   *
   * @template Question
   * @param {readonly Question[]} questions
   * @param {AbortSignal} signal
   * @param {(question: Question) => Promise<Uint8Array>} ask
   */
  async *#inOrder(questions, signal, ask) {
    /** @type {Promise<Uint8Array>[]} */
    const underWay = [];
    let next = 0;
    for (let done = 1; done <= questions.length; done += 1) {
      while (next < questions.length && underWay.length < Math.max(1, this.#pool.state.size)) {
        const answer = ask(/** @type {Question} */ (questions[next]));
        answer.catch(() => {}); // whoever waits for it hears of it
        underWay.push(answer);
        next += 1;
      }
      const answer = await /** @type {Promise<Uint8Array>} */ (underWay.shift());
      signal.throwIfAborted();
      yield answer;
      this.#box.update((state) => ({ ...state, zip: { done, total: questions.length } }));
    }
  }

  /** @param {Source} file @param {Int32Array} planes @param {Box3} box @param {AbortSignal} signal */
  async #cut({ name, read }, planes, box, signal) {
    const request = { name, planes, box };
    return (await this.#pool.ask("cropPlanes", request, { read, signal, ...this.#pack })).voxels;
  }

  get #pack() {
    const { packId } = this.#box.state;
    return packId === null ? {} : { pack: packId };
  }

  /** @param {string} ending */
  #fileName(ending) {
    return `insitu-${this.#box.state.packId ?? "scan"}-${formatStamp(new Date())}-${ending}`;
  }

  #saved() {
    this.#box.update((state) => dropNote(markSaved(state), "export"));
  }

  /** @param {string} text */
  #say(text) {
    this.#box.update((state) => addNote(state, "export", text));
  }
}

/** @param {AsyncGenerator<Uint8Array>} parts @returns {ReadableStream<Uint8Array>} */
function streamOf(parts) {
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = await parts.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await parts.return(undefined);
    },
  });
}
