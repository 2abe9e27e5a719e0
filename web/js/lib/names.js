/**
 * Names of files: which count, in what order, and what they are called in a ZIP. The rules are
 * those of py/insitu/files.py, so that page and command line agree.
 */
const SYSTEM_FILES = new Set(["Thumbs.db", "desktop.ini", "__MACOSX"]);

/**
 * Whether a file or folder of this base name is the system's and not the person's.
 *
 * @param {string} name
 */
export function isSystemFile(name) {
  return name.startsWith(".") || SYSTEM_FILES.has(name);
}

/** Whether any part of a path is the system's. @param {string} path */
export function isInSystemFolder(path) {
  return path.split("/").some(isSystemFile);
}

/** @param {string} path */
export function baseName(path) {
  return path.slice(path.lastIndexOf("/") + 1);
}

/**
 * Order by code point. JavaScript's own order is by UTF-16 unit, which puts U+1F600 before U+FF5E.
 *
 * @param {string} a
 * @param {string} b
 * @returns {number}
 */
export function compareCodePoints(a, b) {
  const shorter = Math.min(a.length, b.length);
  for (let index = 0; index < shorter; index += 1) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

/** Halves of surrogate pairs stand for code points above all others. @param {number} unit */
function rank(unit) {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/**
 * Names for one PNG an item: `folder/cell.jpg` gives `folder/cell.png`; none collide.
 *
 * @param {string[]} names
 * @returns {string[]}
 */
export function overlayNames(names) {
  /** @type {Set<string>} */
  const taken = new Set();
  return names.map((name) => freeName(safeStem(name), taken));
}

/** @param {string} name */
function safeStem(name) {
  const given = name.replaceAll("\\", "/").split("/");
  const parts = given.filter((part) => part !== "" && part !== ".").map(safePart);
  const last = parts.pop() ?? "image";
  const dot = last.lastIndexOf(".");
  return [...parts, dot > 0 ? last.slice(0, dot) : last].join("/");
}

/** @param {string} part */
function safePart(part) {
  const safe = Array.from(part, (character) => (isRefused(character) ? "_" : character)).join("");
  return safe.replace(/^[. ]+|[. ]+$/gu, "") === "" ? "_" : safe.replace(/[. ]+$/u, "");
}

/** Characters that some file system refuses. @param {string} character */
function isRefused(character) {
  return '<>:"|?*'.includes(character) || character < " ";
}

/** @param {string} stem @param {Set<string>} taken */
function freeName(stem, taken) {
  let candidate = `${stem}.png`;
  for (let number = 2; taken.has(fold(candidate)); number += 1) candidate = `${stem} (${number}).png`;
  taken.add(fold(candidate));
  return candidate;
}

/** Case is ignored, as Windows and macOS ignore it. @param {string} name */
function fold(name) {
  return name.toUpperCase().toLowerCase();
}
