/**
 * Files to take away from a scan, and single slices as their files hold them.
 *
 * @import { PoolInterface } from "../engine/pool-types.js"
 * @import { FoundSeries } from "../engine/protocol.js"
 * @import { Box, Source } from "../types.js"
 * @import { Scan, ScanFile, SheetContent } from "./types.js"
 */
import { downloadBlob } from "../lib/download.js";
import { formatStamp } from "../lib/format.js";
import { addNote, dropNote } from "../state.js";
import { sheetPicture } from "./contact-sheet.js";
import { boxOf, markSaved } from "./state-scan.js";
import { sayAnswer, saySeries } from "./words.js";

export class ScanFiles {
  #box;
  #pool;

  /**
   * @param {Box} box
   * @param {Pick<PoolInterface, "ask">} pool
   */
  constructor(box, pool) {
    this.#box = box;
    this.#pool = pool;
  }

  /** @param {Source} file @param {FoundSeries} series @param {number} slice @param {AbortSignal} signal */
  async readSlice({ name, read }, series, slice, signal) {
    const box = { x0: 0, y0: 0, z0: slice, x1: series.width, y1: series.height, z1: slice + 1 };
    void [name, read, box, signal, this.#pool];
    return Promise.reject(new Error("not yet"));
  }

  /** @param {ScanFile} what @param {SheetContent | null} content */
  async download(what, content) {
    const { scan } = this.#box.state;
    const series = scan?.series[scan.current];
    if (!scan || !series) return;
    try {
      if (what === "sheet" && content) await this.#downloadSheet(scan, series, content);
      this.#box.update((state) => dropNote(markSaved(state), "export"));
    } catch (error) {
      const { message } = /** @type {Error} */ (error);
      this.#box.update((state) => addNote(state, "export", `The file could not be made. ${message}`));
    }
  }

  /** @param {Scan} scan @param {FoundSeries} series @param {SheetContent} content */
  async #downloadSheet(scan, series, content) {
    const { pack } = this.#box.state;
    const lines = [
      `${pack?.name}: ${sayAnswer(pack, boxOf(scan, series))}`,
      saySeries(series),
      pack?.notice ?? "",
    ];
    downloadBlob(await sheetPicture(series, content, lines), this.#fileName("contact-sheet.png"));
  }

  /** @param {string} ending */
  #fileName(ending) {
    return `insitu-${this.#box.state.packId ?? "scan"}-${formatStamp(new Date())}-${ending}`;
  }
}
