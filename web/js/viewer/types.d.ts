/** What the viewer is given and what it tells. */

import type { Outlines } from "../objects-types.js";

export interface Size {
  width: number;
  height: number;
}

/** An image as shown. May be smaller than the image; it is stretched over it. */
export interface Picture extends Size {
  bitmap: ImageBitmap | HTMLImageElement | HTMLCanvasElement;
}

/** A part of the image with more detail than the picture, drawn over it. */
export interface Part extends Picture {
  box: Box;
}

/** What is in sight (it may reach beyond the image), and device pixels a pixel of the image; detail of `view-rests`. */
export interface View {
  box: Box;
  scale: number;
}

/** Strengths, 0..1. */
export interface Look {
  outline: number;
  fill: number;
  /** below 1 the picture sinks into its surroundings */
  picture: number;
}

export type Tool = "look" | "delete" | "merge" | "split" | "draw";

export interface Spacing {
  /** of pixels along x */
  x: number;
  unit: "um" | "mm";
}

/**
 * Where the image lies in the viewer: point x, y of the image, counted from its upper left edge, is at
 * x * zoom + left, y * zoom + top. A zoom of 1 shows one pixel of the image on one CSS pixel.
 */
export interface Transform {
  zoom: number;
  left: number;
  top: number;
}

/** In pixels of the image, from its upper left edge. */
export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export interface Point {
  x: number;
  y: number;
}

/** Objects by id, each with its rings and its box, in a grid of cells. Entry 0 of arrays by id stands for no object. */
export interface SpatialIndex {
  /** the highest id; a lower id without rings is no object */
  count: number;
  /** ids that have rings, ascending */
  present: Uint32Array;
  /** rings of object i are rings[i] ... rings[i + 1] - 1 */
  rings: Uint32Array;
  /** left, top, right, bottom of each object */
  boxes: Int32Array;
  /** side of a cell in pixels of the image */
  cell: number;
  columns: number;
  rows: number;
  /** upper left corner of the grid */
  left: number;
  top: number;
  /** objects that touch cell c are items[starts[c]] ... items[starts[c + 1] - 1] */
  starts: Uint32Array;
  items: Uint32Array;
}

/** Colours in use, and which of them each object has. */
export interface Palette {
  /** for example "rgb(230 159 0)" */
  styles: string[];
  /** red, green, blue of each style */
  rgb: Uint8Array;
  /** the style of each object, by id */
  styleOf: Uint32Array;
}

/** What is drawn. Replaced as a whole, never changed in place. */
export interface Scene {
  picture: Picture | null;
  sharper: Part | null;
  size: Size;
  outlines: Outlines | null;
  index: SpatialIndex | null;
  palette: Palette;
  look: Look;
  selected: ReadonlySet<number>;
  /** under the pointer, and where the keyboard is */
  pointed: readonly number[];
}

/** A line or an area that is being drawn: x, y, x, y ... in pixels of the image. */
export interface Gesture {
  points: number[];
  closed: boolean;
}

/** What is visible: the canvas in CSS pixels, and device pixels a CSS pixel. */
export interface Space extends Size {
  ratio: number;
}

/** detail of `object-hover` */
export interface ObjectHover {
  id: number | null;
  /** clientX and clientY of the pointer, or of the middle of an object reached by keyboard */
  x: number;
  y: number;
}

/** detail of `object-click` */
export interface ObjectClick extends ObjectHover {
  shift: boolean;
  /** Control, or Command on a Mac */
  ctrl: boolean;
}

/** detail of `line-drawn` and `area-drawn` */
export interface PointsDrawn {
  /** x, y, x, y ... in pixels of the image, from its upper left edge; an area's first point is not repeated */
  points: Float64Array;
}
