/**
 * Marks that lie over a chart, so that what is pointed at changes without drawing it again.
 *
 * @import uPlot from "uplot"
 */

/** @param {uPlot} chart @param {string} name of its class @param {{ left: number, top?: number, width?: number } | null} place CSS pixels; null to hide */
export function placeMark(chart, name, place) {
  const mark = markOf(chart.over, name);
  mark.hidden = !place;
  if (!place) return;
  mark.style.transform = `translate(${place.left}px, ${place.top ?? 0}px)`;
  if (place.width !== undefined) mark.style.width = `${place.width}px`;
}

/** @param {HTMLElement} area @param {string} name */
function markOf(area, name) {
  const there = area.querySelector(`.${name}`);
  if (there instanceof HTMLElement) return there;
  const mark = document.createElement("div");
  mark.className = name;
  area.append(mark);
  return mark;
}
