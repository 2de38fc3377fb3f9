/** The table of medians, with how far the trials lay apart, and ratios. */
import { METRICS, metricOf } from '../compare/metrics.js';
import type { Measured, MetricName, Report, Result } from '../compare/types.js';
import { inUnit, percent, ratioText, sampleOf } from '../compare/words.js';
import { count, NOTHING } from '../figures.js';
import { type Cell, table } from './figure.js';
import { html, type Markup } from './html.js';

const SPEED: readonly MetricName[] = ['recordsPerSecond', 'p50Ms', 'p99Ms', 'p999Ms', 'p9999Ms'];

/** Speed, cost and what else was measured: every metric once. */
export function resultTables({ results, design }: Report): Markup {
  const rest = METRICS.map(({ name }) => name).filter((name) => !SPEED.includes(name));
  return html`<p class="soft">Medians over the trials that count, below them how far these lie apart (bootstrapped), then the ratio to the baseline with its ${percent(design.confidence)} interval. Green and red are differences that were shown. A percentile stands where ten records or more of a trial lie beyond it.</p>
${resultTable('Speed', SPEED, results)}
${resultTable('Cost and what explains it', rest, results)}
<details><summary>What the words mean</summary><dl class="terms">${METRICS.map(({ title, doc }) => html`<div><dt>${title}</dt><dd>${doc}</dd></div>\n`)}</dl></details>`;
}

function resultTable(name: string, metrics: readonly MetricName[], results: readonly Result[]): Markup {
  const columns = [
    { title: 'profile' },
    { title: 'trials' },
    { title: 'records each' },
    ...metrics.map((metric) => ({ title: metricOf(metric).title })),
  ];
  const rows = results.map((result) => [
    result.candidate,
    result.closedOut === 0
      ? count(result.trials)
      : `${count(result.trials)} (+${result.closedOut} closed out)`,
    count(sampleOf(result)),
    ...metrics.map((metric) => cell(metric, result.metrics[metric])),
  ]);
  return html`<h3>${name}</h3>
${table(name, columns, rows)}`;
}

function cell(metric: MetricName, measured: Measured | undefined): Cell {
  if (measured === undefined) return NOTHING;
  const { median, low, high, ratio } = measured;
  const spread = html`<small>${inUnit(metric, low)} … ${inUnit(metric, high)}</small>`;
  if (ratio === undefined) return html`${inUnit(metric, median)}${spread}`;
  const look = ratio.verdict === 'better' ? 'good' : ratio.verdict === 'worse' ? 'bad' : 'soft';
  return html`${inUnit(metric, median)}${spread}<small class="${look}">${ratioText(ratio)}</small>`;
}
