/**
 * From what a person dropped, pasted or chose to the files to analyse.
 *
 * @import { Collected, Source } from "../types.js"
 */
import { isArchive, LIMIT_FILE_BYTES, listArchive } from "./archive.js";
import { baseName, compareCodePoints, isImageName, isInSystemFolder, isSystemFile } from "./names.js";
import { megabytes, tooLarge } from "./zip-directory.js";

/** @typedef {{ entry: FileSystemEntry | null, file: File | null }} Dropped */

/**
 * What lies in a DataTransfer. It is empty after the event's own task, so call this at once.
 *
 * @param {DataTransfer} transfer
 * @returns {Dropped[]}
 */
export function takeDropped(transfer) {
  const items = Array.from(transfer.items ?? []).filter((item) => item.kind === "file");
  if (!items.length) return Array.from(transfer.files, (file) => ({ entry: null, file }));
  return items.map((item) => ({ entry: item.webkitGetAsEntry?.() ?? null, file: item.getAsFile() }));
}

/**
 * Walk folders and open archives. Single files keep their place; the contents of a folder and of an
 * archive are sorted by code point.
 *
 * @param {Dropped[]} dropped
 * @param {(found: number) => void} [onFound] called with the files found so far
 * @returns {Promise<Collected>}
 */
export async function collectDropped(dropped, onFound = () => {}) {
  /** @type {Collected} */
  const all = { sources: [], skipped: 0, unreadable: 0 };
  for (const { entry, file } of dropped) {
    if (entry?.isDirectory) {
      const folder = /** @type {FileSystemDirectoryEntry} */ (entry);
      const found = isSystemFile(entry.name)
        ? SKIPPED_ONE
        : await walkFolder(folder, all.sources.length, onFound);
      all.sources.push(...found.sources);
      all.skipped += found.skipped;
      all.unreadable += found.unreadable;
    } else if (file) {
      await addFile(all, file, baseName(file.name));
    }
    onFound(all.sources.length);
  }
  return all;
}

/** @type {Collected} */
const SKIPPED_ONE = { sources: [], skipped: 1, unreadable: 0 };

/**
 * Files of a file picker or, with paths, of a folder picker.
 *
 * @param {Iterable<File>} files taken at once: the picker may be emptied afterwards
 * @returns {Promise<Collected>}
 */
export async function collectChosen(files) {
  /** @type {Collected} */
  const all = { sources: [], skipped: 0, unreadable: 0 };
  let inFolder = false;
  for (const file of Array.from(files)) {
    inFolder ||= Boolean(file.webkitRelativePath);
    await addFile(all, file, file.webkitRelativePath || baseName(file.name));
  }
  if (inFolder) sortByName(all.sources);
  return all;
}

/** @param {Collected} all @param {File} file @param {string} name */
async function addFile(all, file, name) {
  if (isInSystemFolder(name)) all.skipped += 1;
  else await addReadable(all, file, name);
}

/**
 * A file, or the files in it: only one that is not called an image is asked whether it is an archive.
 *
 * @param {Collected} all
 * @param {File} file
 * @param {string} name
 */
async function addReadable(all, file, name) {
  if (isImageName(name) || !(await isArchive(file).catch(() => false))) {
    all.sources.push(fileSource(file, name)); // one that cannot be opened fails when it is read
    return;
  }
  const { sources, skipped } = await listArchive(name, file);
  for (const source of sources) all.sources.push(source);
  all.skipped += skipped;
}

/** @param {File} file @param {string} name @returns {Source} */
function fileSource(file, name) {
  return { name, size: () => file.size, read: () => readFile(file), file };
}

/** @param {File} file */
async function readFile(file) {
  if (file.size <= LIMIT_FILE_BYTES) return file.arrayBuffer();
  throw tooLarge(
    `This file has ${megabytes(file.size)}; the limit is ${megabytes(LIMIT_FILE_BYTES)}. Crop or split it and drop it again.`,
  );
}

/** @param {Source[]} sources */
function sortByName(sources) {
  sources.sort((a, b) => compareCodePoints(a.name, b.name));
}

/**
 * @param {FileSystemDirectoryEntry} folder
 * @param {number} before files found before this folder
 * @param {(found: number) => void} onFound
 * @returns {Promise<Collected>}
 */
async function walkFolder(folder, before, onFound) {
  /** @type {Collected} */
  const all = { sources: [], skipped: 0, unreadable: 0 };
  const folders = [{ folder, prefix: folder.name }];
  for (let next = folders.pop(); next; next = folders.pop()) {
    try {
      for await (const entry of entriesOf(next.folder)) {
        const name = `${next.prefix}/${entry.name}`;
        if (isSystemFile(entry.name)) all.skipped += 1;
        else if (entry.isDirectory) {
          folders.push({ folder: /** @type {FileSystemDirectoryEntry} */ (entry), prefix: name });
        } else {
          await addEntry(all, /** @type {FileSystemFileEntry} */ (entry), name);
        }
      }
    } catch {
      all.unreadable += 1; // permission denied, or removed meanwhile: the other folders still count
    }
    onFound(before + all.sources.length);
  }
  sortByName(all.sources);
  return all;
}

/** One call of `readEntries` gives at most 100 entries. @param {FileSystemDirectoryEntry} folder */
async function* entriesOf(folder) {
  const reader = folder.createReader();
  for (;;) {
    /** @type {FileSystemEntry[]} */
    const entries = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!entries.length) return;
    yield* entries;
  }
}

/**
 * A file that cannot be opened is listed all the same, and fails when it is read.
 *
 * @param {Collected} all
 * @param {FileSystemFileEntry} entry
 * @param {string} name
 */
async function addEntry(all, entry, name) {
  /** @type {Promise<File>} */
  const opening = new Promise((resolve, reject) => entry.file(resolve, reject));
  try {
    await addReadable(all, await opening, name);
  } catch (error) {
    all.sources.push({ name, size: () => 0, read: () => Promise.reject(error) });
  }
}
