/**
 * Drawing a range or a rectangle over a chart: mouse, pen and finger. Positions are CSS pixels from the
 * upper left corner of the space between the axes.
 *
 * @typedef {{ left: number, top: number }} Point
 * @typedef {{ left: number, top: number, width: number, height: number }} Box
 *
 * @typedef {object} BrushEvents
 * @property {() => void} begin drawing begins
 * @property {(box: Box) => void} brush while it is drawn
 * @property {() => void} cancel what was drawn does not count: the browser took the finger for scrolling
 * @property {(point: Point | null) => void} point what is pointed at; null when the pointer has left
 * @property {(point: Point, event: PointerEvent) => void} pick pressed without drawing
 */

const LEAST_PX = { mouse: 4, finger: 12 };

/** @param {HTMLElement} area @param {"x" | "xy"} axes @param {BrushEvents} on */
export function listenForBrush(area, axes, on) {
  /** @type {Point | null} */
  let start = null;
  let drawing = false;

  const end = () => {
    start = null;
    drawing = false;
  };
  area.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary || event.button !== 0) return;
    start = pointOf(area, event);
    area.setPointerCapture(event.pointerId);
    on.point(start);
  });
  area.addEventListener("pointermove", (event) => {
    if (!event.isPrimary) return;
    const point = pointOf(area, event);
    if (!start) return on.point(point);
    const box = boxBetween(start, point, axes, area);
    if (!drawing && isLarge(box, axes, event)) {
      drawing = true;
      on.point(null);
      on.begin();
    }
    if (drawing) on.brush(box);
  });
  area.addEventListener("pointerup", (event) => {
    if (start && !drawing) on.pick(start, event);
    end();
  });
  area.addEventListener("pointercancel", () => {
    if (drawing) on.cancel();
    end();
  });
  area.addEventListener("pointerleave", ({ pointerType }) => {
    // What a finger has touched stays in words after it is lifted.
    if (!start && pointerType !== "touch") on.point(null);
  });
}

/** @param {Box} box @param {"x" | "xy"} axes @param {PointerEvent} event */
function isLarge({ width, height }, axes, { pointerType }) {
  const least = pointerType === "touch" ? LEAST_PX.finger : LEAST_PX.mouse;
  return width >= least || (axes === "xy" && height >= least);
}

/** @param {HTMLElement} area @param {PointerEvent} event @returns {Point} inside the area */
function pointOf(area, { clientX, clientY }) {
  const { left, top, width, height } = area.getBoundingClientRect();
  return {
    left: Math.min(Math.max(clientX - left, 0), width),
    top: Math.min(Math.max(clientY - top, 0), height),
  };
}

/** @param {Point} a @param {Point} b @param {"x" | "xy"} axes @param {HTMLElement} area @returns {Box} */
function boxBetween(a, b, axes, area) {
  const left = Math.min(a.left, b.left);
  const width = Math.abs(a.left - b.left);
  if (axes === "x") return { left, width, top: 0, height: area.clientHeight };
  return { left, width, top: Math.min(a.top, b.top), height: Math.abs(a.top - b.top) };
}
