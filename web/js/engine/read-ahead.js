/** Bytes of files that a person gave, read before they are needed. */
import { InsituError } from "./errors.js";

/** The bytes of one file, read while the engines are busy with the files before it. */
export class FileReadAhead {
  #read;
  /** @type {Promise<ArrayBuffer> | null} */
  #begun = null;

  /** @param {() => Promise<ArrayBuffer>} read */
  constructor(read) {
    this.#read = read;
  }

  begin() {
    this.#begun ??= readBytes(this.#read);
    this.#begun.catch(() => {}); // whoever takes the bytes hears of it
  }

  /** The bytes are given away; taken again (for a second engine), they are read again. */
  take() {
    this.begin();
    const bytes = /** @type {Promise<ArrayBuffer>} */ (this.#begun);
    this.#begun = null;
    return bytes;
  }
}

/** The bytes of several files; those that cannot be read are named, and do not spoil the others. */
export class GroupReadAhead {
  #files;

  /** @param {readonly import("./pool-types.js").FileToRead[]} files */
  constructor(files) {
    this.#files = files.map(({ number, name, read }) => ({ number, name, ahead: new FileReadAhead(read) }));
  }

  begin() {
    for (const { ahead } of this.#files) ahead.begin();
  }

  /** As of `FileReadAhead`; `readMs` is how long the engine waited for them. */
  async take() {
    const since = performance.now();
    const taken = await Promise.allSettled(this.#files.map(({ ahead }) => ahead.take()));
    /** @type {import("./protocol.js").SliceFile[]} */
    const readable = [];
    /** @type {import("./protocol.js").Slices["leftOut"]} */
    const unreadable = [];
    for (const [index, outcome] of taken.entries()) {
      const { number, name } = /** @type {{ number: number, name: string }} */ (this.#files[index]);
      if (outcome.status === "fulfilled") readable.push({ number, name, bytes: outcome.value });
      else unreadable.push({ file: number, error: outcome.reason.code });
    }
    return { readable, unreadable, readMs: performance.now() - since };
  }
}

/**
 * @param {() => Promise<ArrayBuffer>} read
 * @returns {Promise<ArrayBuffer>}
 */
export async function readBytes(read) {
  try {
    return await read();
  } catch (error) {
    if (error instanceof InsituError) throw error; // a member of an archive says itself what is wrong with it
    // The browser holds a reference, not the bytes: the file may have moved since it was dropped.
    const sentence = "This file can no longer be read. It may have been moved or changed; drop it again.";
    throw new InsituError("image/corrupt", sentence);
  }
}
