/**
 * What a test came to so far: sentence, plots, table.
 *
 * @import { Measured, Stop, Trial } from "./types.js"
 * @import { Line } from "./chart.js"
 */
import { html, svg } from "lit";
import { formatCount } from "../lib/format.js";
import { icon } from "../views/icon.js";
import "./chart.js";
import { MARK_RADIUS_PX, markPoints } from "./marks.js";
import { bestOf, bestOfSeries, figuresOf, seriesOf } from "./statistics.js";
import { formatEngines, formatMs, formatPerSecond, sayBest, sayBestOfEach } from "./words.js";

/** @param {Trial} trial */
export function renderResults(trial) {
  const series = seriesOf(trial.measured);
  return html`<h2>${trial.pack.name}</h2>
    ${trial.now ? null : renderVerdict(trial)}
    ${
      trial.measured.length
        ? html`${renderLegend(series)}
            <div class="speed-plots">
              ${renderPlot("Time per image", false, series, true)}
              ${renderPlot("Time per batch", true, series, false)}
            </div>
            ${renderTable(series)}`
        : null
    }
    ${trial.stops.length ? renderStops(trial) : null}`;
}

/** @param {Trial} trial */
function renderVerdict(trial) {
  const each = sayBestOfEach(trial.measured);
  return html`<div role="status">
    <p class="speed-best" data-testid="speed-best" data-batch=${bestOf(trial.measured)?.batch ?? ""}>
      ${sayBest(trial)}
    </p>
    ${each.length ? html`<p class="speed-hint">${each.join("; ")}.</p>` : null}
    ${trial.cancelled ? html`<p class="speed-hint">Cancelled; these sizes were measured before.</p>` : null}
  </div>`;
}

/** @param {Measured[][]} series */
function renderLegend(series) {
  return html`<ul class="speed-legend" aria-label="Legend">
    ${series.map(([first]) => first && html`<li>${renderMark(first.engines)} ${formatEngines(first.engines)}</li>`)}
    <li class="speed-hint">Marks are medians (p50), lines above them reach to p95.</li>
  </ul>`;
}

/** @param {number} engines */
function renderMark(engines) {
  const points = markPoints(engines);
  return html`<svg class="speed-mark" data-engines=${engines} viewBox="-6 -6 12 12" aria-hidden="true">
    ${points ? svg`<polygon points=${points}></polygon>` : svg`<circle r=${MARK_RADIUS_PX}></circle>`}
  </svg>`;
}

/** @param {string} label @param {boolean} log @param {Measured[][]} series @param {boolean} ofImages */
function renderPlot(label, log, series, ofImages) {
  const lines = series.map((entries) => toLine(entries, ofImages));
  return html`<figure class="speed-figure">
    <figcaption>${label}</figcaption>
    <insitu-speed-chart .lines=${lines} .label=${label} ?log=${log}></insitu-speed-chart>
  </figure>`;
}

/** @param {Measured[]} entries @param {boolean} ofImages @returns {Line} */
function toLine(entries, ofImages) {
  const points = entries.map((entry) => {
    const { p50, p95, imageP50, imageP95 } = figuresOf(entry);
    return { batch: entry.batch, p50: ofImages ? imageP50 : p50, p95: ofImages ? imageP95 : p95 };
  });
  return { engines: entries[0]?.engines ?? 1, points };
}

/** @param {Measured[][]} series */
function renderTable(series) {
  return html`<table class="speed-table" data-testid="speed-table">
    <caption>
      Milliseconds. The first run warms up and does not count.
    </caption>
    <thead>
      <tr>
        <th scope="col">Batch</th>
        <th scope="col">First run</th>
        <th scope="col" class="speed-runs">Runs</th>
        <th scope="col">p50</th>
        <th scope="col">p95</th>
        <th scope="col">p50 per image</th>
        <th scope="col">Images per second</th>
      </tr>
    </thead>
    ${series.map(renderSeries)}
  </table>`;
}

/** @param {Measured[]} entries */
function renderSeries(entries) {
  const best = bestOfSeries(entries);
  const engines = entries[0]?.engines ?? 1;
  return html`<tbody>
    <tr class="speed-group">
      <th scope="rowgroup" colspan="7">${renderMark(engines)} ${formatEngines(engines)}</th>
    </tr>
    ${entries.map((entry) => renderRow(entry, entry === best))}
  </tbody>`;
}

/** @param {Measured} entry @param {boolean} isBest */
function renderRow(entry, isBest) {
  const figures = figuresOf(entry);
  return html`<tr
    data-testid="speed-row"
    data-engines=${entry.engines}
    data-batch=${entry.batch}
    data-p50=${figures.p50}
    ?data-best=${isBest}
  >
    <th scope="row">
      ${isBest ? html`<span title="Best">${icon("check")}<span class="visually-hidden">Best:</span></span>` : null}
      ${formatCount(entry.batch)}
    </th>
    <td class="speed-aside">${formatMs(figures.first)}</td>
    <td class="speed-aside speed-runs">${formatCount(entry.ms.length)}</td>
    <td>${formatMs(figures.p50)}</td>
    <td>${formatMs(figures.p95)}</td>
    <td>${formatMs(figures.imageP50)}</td>
    <td>${formatPerSecond(figures)}</td>
  </tr>`;
}

/** @param {Trial} trial */
function renderStops({ stops, choice }) {
  const of = (/** @type {Stop} */ { engines }) =>
    choice.engines.length > 1 ? `${formatEngines(engines)}: ` : "";
  return html`<ul class="speed-stops">
    ${stops.map(
      (stop) =>
        html`<li data-testid="speed-stop" data-code=${stop.code}>
          ${icon(stop.code.startsWith("limit/") ? "info" : "circle-alert")}
          <span>${of(stop)}${stop.message} <span class="speed-code">(${stop.code})</span></span>
        </li>`,
    )}
  </ul>`;
}
