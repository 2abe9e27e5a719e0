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

const IMAGE_NAME =
  /\.(apng|avif|bmp|btf|dcm|dib|dicom|gif|gz|heic|heif|ima|j2c|j2k|jfif|jp2|jpc|jpe|jpeg|jpf|jpg|jph|jpx|jxl|nii|png|tf8|tif|tiff|webp)$/i;

/** Whether a file is called an image, so that it need not be asked whether it is an archive. @param {string} name */
export function isImageName(name) {
  return IMAGE_NAME.test(name);
}

/**
 * Cleaned names of an archive's members, none twice; null for folders and for what is the system's.
 * That is counted as in a walked folder: what lies in a skipped folder is not.
 *
 * @param {string[]} given
 * @returns {{ names: (string | null)[], skipped: number }}
 */
export function cleanNames(given) {
  /** @type {Set<string>} */
  const taken = new Set();
  /** @type {Set<string>} */
  const skipped = new Set();
  const names = given.map((name) => {
    const parts = cleanParts(name);
    const system = parts.findIndex(isSystemFile);
    if (system >= 0) skipped.add(parts.slice(0, system + 1).join("/"));
    return system >= 0 || /[/\\]$/.test(name) ? null : uniqueName(parts, taken);
  });
  return { names, skipped: skipped.size };
}

/**
 * A path that does not climb: `\` separates too; `..`, control characters and the colon of a drive
 * letter become `_`; empty parts and `.` go.
 *
 * @param {string} name
 */
function cleanParts(name) {
  const kept = name.split(/[/\\]/).filter((part) => part !== "" && part !== ".");
  const parts = kept.map((part) => (part === ".." ? "_" : cleanPart(part)));
  if (parts[0]) parts[0] = parts[0].replace(/^([A-Za-z]):/, "$1_");
  return parts.length ? parts : ["unnamed"];
}

/** @param {string} part */
function cleanPart(part) {
  return Array.from(part, (character) => (character < " " || character === "\x7f" ? "_" : character)).join(
    "",
  );
}

/** @param {string[]} parts @param {Set<string>} taken */
function uniqueName(parts, taken) {
  const name = parts.join("/");
  const base = parts.at(-1) ?? "";
  const dot = base.lastIndexOf(".");
  const ending = dot > 0 ? base.slice(dot) : "";
  const stem = name.slice(0, name.length - ending.length);
  let candidate = name;
  for (let number = 2; taken.has(candidate); number += 1) candidate = `${stem} (${number})${ending}`;
  taken.add(candidate);
  return candidate;
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
 * What the files made of each item begin with: `folder/cell.jpg` gives `folder/cell`; none is there twice.
 *
 * @param {string[]} names
 * @returns {string[]}
 */
export function outputStems(names) {
  /** @type {Set<string>} */
  const taken = new Set();
  return names.map((name) => freeStem(safeStem(name), taken));
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
function freeStem(stem, taken) {
  let candidate = stem;
  for (let number = 2; taken.has(fold(candidate)); number += 1) candidate = `${stem} (${number})`;
  taken.add(fold(candidate));
  return candidate;
}

/** Case is ignored, as Windows and macOS ignore it. @param {string} name */
function fold(name) {
  return name.toUpperCase().toLowerCase();
}
