/** Objects found in one image, as the views show them. Arrays are never changed in place. */

/** Closed rings along the edges of pixels: py/insitu/outlines.py */
export interface Outlines {
  /** x, y, x, y ... of corners, from 0, 0 at the image's upper left edge; a ring's first corner is not repeated */
  points: Int32Array;
  /** ring i is corners starts[i] ... starts[i + 1] - 1; one more than there are rings */
  starts: Int32Array;
  /** the object, from 1, of each ring; ascending */
  ids: Int32Array;
  /** 1 where a ring is the edge of a hole */
  holes: Uint8Array;
}

export interface Column {
  /** header in files, for example "area_px" */
  id: string;
  /** for people, for example "Area" */
  title: string;
  /** "", "px", "px²", "µm", "µm²" */
  unit: string;
  kind: "integer" | "real" | "flag";
}

/** py/insitu/measure.py */
export interface Measurements {
  columns: Column[];
  /** objects; ids are 1 ... count */
  count: number;
  /** column after column, `count` values each; NaN where not defined */
  values: Float64Array;
}
