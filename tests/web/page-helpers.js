/** Stand-ins for what the page's modules talk to. */

/** A source whose bytes are never read. @param {string} name @param {number} [size] */
export function source(name, size = 1) {
  return { name, size: () => size, read: () => Promise.resolve(new ArrayBuffer(size)) };
}

/** An analysis of a pack with two classes. @param {number} first probability of "a" */
export function analysis(first = 0.9) {
  return {
    width: 3,
    height: 2,
    label: first >= 0.5 ? "a" : "b",
    score: Math.max(first, 1 - first),
    probabilities: new Float32Array([first, 1 - first]),
    objects: null,
    thumbnail: null,
    extent: { frames: 1, z: 1, channels: [], levels: [] },
    selection: { frame: 0, z: 0, channel: null, level: 0 },
    spacing: null,
    dtype: "uint8",
    unlikeness: null,
    flaw: null,
    timings: {},
  };
}

/** A pool whose analyses settle when the test says so. */
export class FakePool {
  /** @type {Map<string, { item: any, resolve: (value: any) => void, reject: (error: any) => void }>} */
  calls = new Map();
  /** @type {string[]} */
  cancelled = [];
  state = { size: 2 };

  /** @param {any} item */
  analyse(item) {
    return new Promise((resolve, reject) => this.calls.set(item.id, { item, resolve, reject }));
  }

  /** @param {string} id */
  cancel(id) {
    this.cancelled.push(id);
    this.calls.get(id)?.reject({ code: "job/cancelled", message: "Cancelled." });
    return true;
  }

  cancelAll() {
    for (const id of this.calls.keys()) this.cancel(id);
  }

  /** The open call for a file. @param {string} name */
  call(name) {
    const found = [...this.calls.values()].filter(({ item }) => item.name === name).at(-1);
    if (!found) throw new Error(`nobody asked for ${name}`);
    return found;
  }
}

/** Lets everything that waits for a settled promise go on. */
export function settle() {
  return new Promise((resolve) => setTimeout(resolve));
}

/** A dropped file as the entries API gives it. @param {string} name @param {number} [size] */
export function fileEntry(name, size = 1) {
  const file = new File([new Uint8Array(size)], name);
  return { name, isFile: true, isDirectory: false, file: (/** @type {any} */ done) => done(file) };
}

/** A folder that, as Chromium's, gives at most 100 entries a call. @param {string} name @param {any[]} entries */
export function folderEntry(name, entries) {
  return {
    name,
    isFile: false,
    isDirectory: true,
    createReader() {
      let at = 0;
      return {
        readEntries(/** @type {any} */ done) {
          done(entries.slice(at, (at += 100)));
        },
      };
    },
  };
}
