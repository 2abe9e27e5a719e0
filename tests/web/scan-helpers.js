/** Series and slices as engines give them, made by hand. */

/** @typedef {import("../../web/js/engine/protocol.js").FoundSeries} FoundSeries */

/** A series of `count` slices of 512 x 512, 2 mm apart. @param {Partial<FoundSeries>} [more] @returns {FoundSeries} */
export function series(more = {}, count = 10) {
  return {
    members: Int32Array.from({ length: count }, (_, index) => index),
    files: Int32Array.from({ length: count }, (_, index) => index),
    planes: new Int32Array(count),
    positions: Float64Array.from({ length: count }, (_, index) => 2 * index),
    step: 2,
    isSpaced: true,
    isAxial: true,
    notes: [],
    reason: null,
    why: null,
    confidence: 0.9,
    voxels: { x0: 100, y0: 200, z0: 2, x1: 300, y1: 360, z1: 7 },
    patient: null,
    presences: new Float32Array(count).fill(1),
    shares: new Float32Array(count).fill(0.1),
    width: 512,
    height: 512,
    spacing: { x: 0.5, y: 0.5, z: 2, unit: "mm", origin: "DICOM" },
    turn: { swap: false, mirror_x: false, mirror_y: false },
    reduction: { side: 128, block: 4, left: 0, top: 0 },
    modality: "CT",
    ...more,
  };
}

/** What `readSlices` answers for files of one slice each. @param {readonly number[]} numbers @param {number} [side] */
export function slicesOf(numbers, side = 2) {
  return {
    count: numbers.length,
    facts: new TextEncoder().encode(JSON.stringify(numbers)),
    copies: Int16Array.from(numbers.flatMap((number) => Array(side ** 2).fill(number))),
    looks: {
      side: 1,
      chances: Uint8Array.from(numbers),
      presences: Float32Array.from(numbers, () => 1),
    },
    leftOut: /** @type {{ file: number, error: any }[]} */ ([]),
    timings: { decode: 2, run: 1 },
    readMs: 1,
  };
}
