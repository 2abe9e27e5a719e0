/**
 * Where things of a series lie: in the stored slices (voxels), in their upright copies, and in the three planes
 * that the page draws. Voxels are numbered by column, row and slice; edges are half-open.
 *
 * In a plane, one unit is the width of a pixel of the copies; z runs down from the head.
 *
 * @import { Box3, FoundSeries } from "../engine/protocol.js"
 * @import { Cursor, PlaneName, Rect } from "./types.js"
 */

/** Distance between slices beyond which nothing is drawn for what lies between them, in usual distances. */
const GAP_RATIO = 0.75;
const MOST_ROWS = 4096;

/** Millimetres of a pixel of the upright copies, across and down; null where the file does not say. @param {FoundSeries} series */
export function pixelOfCopy({ spacing, reduction: { block }, turn }) {
  if (!spacing || spacing.unit !== "mm") return null;
  const [x, y] = turn.swap ? [spacing.y, spacing.x] : [spacing.x, spacing.y];
  return { x: x * block, y: y * block };
}

/** The part of an upright copy that the slice covers. @param {FoundSeries} series @returns {Rect} */
export function sliceInCopy(series) {
  const { x0, y0, x1, y1 } = toCopy({ x0: 0, y0: 0, x1: series.width, y1: series.height }, series);
  const { side } = series.reduction;
  return { x0: Math.max(0, x0), y0: Math.max(0, y0), x1: Math.min(side, x1), y1: Math.min(side, y1) };
}

/** From stored pixels to the upright copy. @param {Rect} rect @param {FoundSeries} series @returns {Rect} */
export function toCopy(rect, { reduction: { side, block, left, top }, turn }) {
  let [x0, x1] = [rect.x0 / block + left, rect.x1 / block + left];
  let [y0, y1] = [rect.y0 / block + top, rect.y1 / block + top];
  if (turn.swap) [x0, y0, x1, y1] = [y0, x0, y1, x1];
  if (turn.mirror_x) [x0, x1] = [side - x1, side - x0];
  if (turn.mirror_y) [y0, y1] = [side - y1, side - y0];
  return { x0, y0, x1, y1 };
}

/** And back. @param {Rect} rect @param {FoundSeries} series @returns {Rect} */
export function fromCopy(rect, { reduction: { side, block, left, top }, turn }) {
  let { x0, y0, x1, y1 } = rect;
  if (turn.mirror_x) [x0, x1] = [side - x1, side - x0];
  if (turn.mirror_y) [y0, y1] = [side - y1, side - y0];
  if (turn.swap) [x0, y0, x1, y1] = [y0, x0, y1, x1];
  return {
    x0: (x0 - left) * block,
    y0: (y0 - top) * block,
    x1: (x1 - left) * block,
    y1: (y1 - top) * block,
  };
}

/** A box whose edges are whole voxels of the series, at least one each way. @param {Box3} box @param {FoundSeries} series @returns {Box3} */
export function wholeVoxels(box, { width, height, members }) {
  const [x0, x1] = wholeRange(box.x0, box.x1, width);
  const [y0, y1] = wholeRange(box.y0, box.y1, height);
  const [z0, z1] = wholeRange(box.z0, box.z1, members.length);
  return { x0, y0, z0, x1, y1, z1 };
}

/** @param {number} low @param {number} high @param {number} size @returns {[number, number]} */
function wholeRange(low, high, size) {
  const start = Math.min(Math.max(Math.round(Math.min(low, high)), 0), size - 1);
  return [start, Math.min(Math.max(Math.round(Math.max(low, high)), start + 1), size)];
}

/** Lengths of a box in millimetres; null where the file does not say. @param {Box3} box @param {FoundSeries} series */
export function sizeOfBox({ x0, y0, z0, x1, y1, z1 }, series) {
  const { spacing, isSpaced } = series;
  if (!spacing || spacing.unit !== "mm" || !isSpaced) return null;
  const edges = edgesOf(series);
  const along = (edges[z1] ?? 0) - (edges[z0] ?? 0);
  return (
    [(x1 - x0) * spacing.x, (y1 - y0) * spacing.y, along].map((mm) => Math.round(mm)).join(" × ") + " mm"
  );
}

/** What holds a box in millimetres to the left, the back and the head; null where that is not known. @param {Box3} box @param {FoundSeries} series @returns {Box3 | null} */
export function patientBox(box, { affine }) {
  if (!affine) return null;
  const corners = [box.x0, box.x1].flatMap((x) =>
    [box.y0, box.y1].flatMap((y) => [box.z0, box.z1].map((z) => [x - 0.5, y - 0.5, z - 0.5, 1])),
  );
  const [x, y, z] = [0, 1, 2].map((row) => {
    const values = corners.map((corner) =>
      corner.reduce((sum, value, at) => sum + value * (affine[4 * row + at] ?? 0), 0),
    );
    return { low: Math.min(...values), high: Math.max(...values) };
  });
  return x && y && z ? { x0: x.low, x1: x.high, y0: y.low, y1: y.high, z0: z.low, z1: z.high } : null;
}

/** A whole pixel of the part from `low` to `high`. @param {number} value @param {number} low @param {number} high */
function within(value, low, high) {
  return Math.min(Math.max(Math.floor(value), Math.floor(low)), Math.ceil(high) - 1);
}

/** Positions of the edges of slices: half-way between neighbours, half a step beyond the ends. @param {FoundSeries} series */
export function edgesOf({ positions, step }) {
  const edges = new Float64Array(positions.length + 1);
  for (const [at, position] of positions.entries()) {
    const before = positions[at - 1];
    edges[at] = before === undefined ? position - step / 2 : (before + position) / 2;
  }
  edges[positions.length] = /** @type {number} */ (positions.at(-1)) + step / 2;
  return edges;
}

/**
 * The planes of one series: how large they are, and which slice lies where.
 */
export class Planes {
  /** @param {FoundSeries} series @param {{ isWhole?: boolean }} [options] `isWhole`: slices that are missing are gaps */
  constructor(series, { isWhole = true } = {}) {
    this.series = series;
    this.isWhole = isWhole;
    this.area = sliceInCopy(series);
    this.edges = edgesOf(series);
    const pixel = pixelOfCopy(series);
    this.pixel = pixel;
    /** units down of one pixel of the copies */
    this.tall = pixel ? pixel.y / pixel.x : 1;
    /** positions of one unit */
    this.unit = series.isSpaced && pixel ? pixel.x : series.step;
    this.bottom = /** @type {number} */ (this.edges[0]);
    this.top = /** @type {number} */ (this.edges.at(-1));
  }

  /** Width and height of a plane in units. @param {PlaneName} plane */
  size(plane) {
    const { x0, y0, x1, y1 } = this.area;
    const high = (this.top - this.bottom) / this.unit;
    if (plane === "axial") return { width: x1 - x0, height: (y1 - y0) * this.tall };
    return { width: plane === "coronal" ? x1 - x0 : (y1 - y0) * this.tall, height: high };
  }

  /** A voxel box as a plane shows it. @param {Box3} box @param {PlaneName} plane @returns {Rect} */
  rectOf(box, plane) {
    const copy = toCopy(box, this.series);
    const [x0, x1] = [copy.x0 - this.area.x0, copy.x1 - this.area.x0];
    const [y0, y1] = [(copy.y0 - this.area.y0) * this.tall, (copy.y1 - this.area.y0) * this.tall];
    if (plane === "axial") return { x0, y0, x1, y1 };
    const [head, feet] = [this.#down(this.#edge(box.z1)), this.#down(this.#edge(box.z0))];
    return plane === "coronal" ? { x0, x1, y0: head, y1: feet } : { x0: y0, x1: y1, y0: head, y1: feet };
  }

  /** The box whose edges in one plane a person moved. @param {Box3} box @param {PlaneName} plane @param {Rect} rect */
  withRect(box, plane, rect) {
    const copy = toCopy(box, this.series);
    if (plane === "sagittal") {
      [copy.y0, copy.y1] = [rect.x0 / this.tall + this.area.y0, rect.x1 / this.tall + this.area.y0];
    } else {
      [copy.x0, copy.x1] = [rect.x0 + this.area.x0, rect.x1 + this.area.x0];
    }
    if (plane === "axial") {
      [copy.y0, copy.y1] = [rect.y0 / this.tall + this.area.y0, rect.y1 / this.tall + this.area.y0];
    }
    const across = fromCopy(copy, this.series);
    const along =
      plane === "axial"
        ? { z0: box.z0, z1: box.z1 }
        : { z0: this.#edgeNumber(this.#up(rect.y1)), z1: this.#edgeNumber(this.#up(rect.y0)) };
    return wholeVoxels({ ...across, ...along }, this.series);
  }

  /** Where all planes meet after a press on one of them. @param {Cursor} cursor @param {PlaneName} plane @param {{ x: number, y: number }} point @returns {Cursor} */
  moveCursor(cursor, plane, point) {
    const column = (/** @type {number} */ x) => within(x + this.area.x0, this.area.x0, this.area.x1);
    const row = (/** @type {number} */ y) => within(y / this.tall + this.area.y0, this.area.y0, this.area.y1);
    if (plane === "axial") return { ...cursor, x: column(point.x), y: row(point.y) };
    const slice = this.sliceAt(point.y);
    if (plane === "coronal") return { ...cursor, x: column(point.x), slice };
    return { ...cursor, y: row(point.x), slice };
  }

  /** Where the other planes cross one. @param {Cursor} cursor @param {PlaneName} plane */
  linesIn({ x, y, slice }, plane) {
    const across = x + 0.5 - this.area.x0;
    const down = (y + 0.5 - this.area.y0) * this.tall;
    if (plane === "axial") return { x: across, y: down };
    return { x: plane === "coronal" ? across : down, y: this.downOf(slice) };
  }

  /** In the middle of a box, or of the series. @param {Box3 | null} box @returns {Cursor} */
  middleOf(box) {
    const { width, height, members } = this.series;
    const { x0, y0, z0, x1, y1, z1 } = box ?? {
      x0: 0,
      y0: 0,
      z0: 0,
      x1: width,
      y1: height,
      z1: members.length,
    };
    const copy = toCopy({ x0, y0, x1, y1 }, this.series);
    return {
      x: within((copy.x0 + copy.x1) / 2, this.area.x0, this.area.x1),
      y: within((copy.y0 + copy.y1) / 2, this.area.y0, this.area.y1),
      slice: Math.min(members.length - 1, Math.floor((z0 + z1) / 2)),
    };
  }

  /** The slice at a height of the coronal and sagittal planes. @param {number} down */
  sliceAt(down) {
    return this.nearest(this.#up(down));
  }

  /** Where a slice lies in those planes. @param {number} slice */
  downOf(slice) {
    return this.#down(/** @type {number} */ (this.series.positions[slice]));
  }

  /** The slice that lies nearest to a position. @param {number} position */
  nearest(position) {
    const { positions } = this.series;
    let low = 0;
    let high = positions.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (/** @type {number} */ (this.edges[middle + 1]) < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /**
   * The slice that each row of a coronal or sagittal picture shows, from the head; -1 in a gap.
   *
   * @returns {Int32Array}
   */
  rows() {
    const { positions, step } = this.series;
    const count = Math.min(MOST_ROWS, Math.max(1, Math.round((this.top - this.bottom) / step)));
    const high = (this.top - this.bottom) / count;
    return Int32Array.from({ length: count }, (_, row) => {
      const position = this.top - (row + 0.5) * high;
      const slice = this.nearest(position);
      const away = Math.abs(/** @type {number} */ (positions[slice]) - position);
      return !this.isWhole || away <= Math.max(GAP_RATIO * step, high / 2) ? slice : -1;
    });
  }

  /** Position of an edge, which may lie between two. @param {number} number */
  #edge(number) {
    const below = Math.floor(number);
    const [low = this.bottom, high = low] = [this.edges[below], this.edges[below + 1]];
    return low + (high - low) * (number - below);
  }

  /** The number of an edge from its position. @param {number} position */
  #edgeNumber(position) {
    const last = this.edges.length - 1;
    let below = 0;
    while (below < last - 1 && /** @type {number} */ (this.edges[below + 1]) <= position) below += 1;
    const [low = 0, high = 1] = [this.edges[below], this.edges[below + 1]];
    return Math.min(last, Math.max(0, below + (position - low) / (high - low)));
  }

  /** @param {number} position */
  #down(position) {
    return (this.top - position) / this.unit;
  }

  /** @param {number} down */
  #up(down) {
    return this.top - down * this.unit;
  }
}
