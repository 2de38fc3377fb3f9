/** What came out, first in words, then as ratios with their intervals. */
import { metricOf } from '../compare/metrics.js';
import type { MetricName, Report, Result } from '../compare/types.js';
import { failuresOf, headlineOf, inUnit, percent, ratioText, shortfall } from '../compare/words.js';
import { plural, times } from '../figures.js';
import { figure, table } from './figure.js';
import { html, type Markup } from './html.js';
import { look, mark } from './looks.js';
import { n, plot, widthRange } from './plot.js';
import { byFactors } from './scale.js';

/** The answer: a sentence for the best, and a line for each. */
export function answer(report: Report): Markup {
  const { results, design } = report;
  const groups = design.baselines.map((baseline) => results.filter((result) => result.baseline === baseline));
  const lines = results.map(
    (result) =>
      html`<li><b>${result.candidate}</b> ${headlineOf(result, design.headline)}</li>
`,
  );
  return html`<p class="answer">${groups.map((group) => html`${best(group, design.headline)} `)}</p>
<ul class="verdicts">
${lines}</ul>
<p class="soft">Ratios are of trials of the same round, with their ${percent(design.confidence)} intervals; where an interval holds 1, no difference was shown.</p>
${verdictNotes(report)}`;
}

function best(results: readonly Result[], name: MetricName): Markup {
  const { title, better } = metricOf(name);
  const sign = better === 'lower' ? 1 : -1;
  const ranked = results
    .flatMap((result) => {
      const measured = result.metrics[name];
      return measured === undefined ? [] : [{ result, measured }];
    })
    .sort((one, other) => sign * (one.measured.median - other.measured.median));
  const [first] = ranked;
  if (first === undefined) return html`No trial counts, so there is nothing to compare.`;
  const { candidate, baseline } = first.result;
  const figures = `${title} ${inUnit(name, first.measured.median)}`;
  const lost = shortfall(first.result);
  if (ranked.length === 1)
    return html`<b>${candidate}</b>: ${figures}, and nobody to compare it with${lost}.`;
  const ratio = first.measured.ratio;
  if (candidate === baseline) {
    const shown = ranked.some(({ measured }) => measured.ratio?.verdict === 'worse');
    return shown
      ? html`No other did better than the baseline <b>${candidate}</b> (${figures})${lost}.`
      : html`No difference to <b>${candidate}</b> was shown (${figures})${lost}.`;
  }
  if (ratio === undefined || ratio.verdict === 'no difference shown')
    return html`<b>${candidate}</b> came first (${figures}), but no difference to ${baseline} was shown${lost}.`;
  return html`<b>${candidate}</b> came first: ${figures}, ${times(ratio.value)} that of ${baseline}${lost}.`;
}

function verdictNotes({ finishedAt, thresholds, notes, trials }: Report): Markup {
  const conditions = thresholds.map(
    ({ text, passed, reason }) =>
      html`<li class="${passed ? 'good' : 'bad'}">${passed ? '✓ passed' : '✗ failed'}: not <code>${text}</code>. ${reason}</li>
`,
  );
  const failures = trials.flatMap(failuresOf).map(
    (failure) => html`<li class="bad">✗ failed: ${failure}</li>
`,
  );
  return html`${finishedAt === null ? html`<p class="bad">Not finished: trials are missing.</p>` : ''}
${failures.length === 0 ? '' : html`<ul>${failures}</ul>`}
${thresholds.length === 0 ? '' : html`<ul>${conditions}</ul>`}
${notes.length === 0 ? '' : html`<ul class="notes">${notes.map((note) => html`<li>${note}</li>\n`)}</ul>`}`;
}

// ---------------------------------------------------------------- ratios

const ROW = 34;
/** Three of them stand side by side. */
const NARROW = 330;
const NAME_LENGTH = 22;
/** So many times beyond the outermost ratio an interval is drawn. */
const WINDOW = 6;

/** One figure for each metric of interest: a row for each candidate, its ratio on a line where 1 is the baseline. */
export function ratios({ results, design }: Report): Markup {
  const names = [...new Set<MetricName>([design.headline, 'p99Ms', 'cpuSecondsPerMillion'])];
  return html`${names.map((name) => ratioFigure(results, name))}`;
}

function ratioFigure(results: readonly Result[], name: MetricName): Markup {
  const { title, better, doc } = metricOf(name);
  const rows = results.flatMap((result, index) => {
    const ratio = result.metrics[name]?.ratio;
    return ratio === undefined ? [] : [{ result, index, ratio }];
  });
  if (rows.length === 0) return html``;
  const height = rows.length * ROW + 52;
  const bounds = rows.flatMap(({ ratio }) => [ratio.low, ratio.high]);
  // Two rounds can leave an interval of many decades, beside which nothing else could be seen.
  const middle = [...rows.map(({ ratio }) => ratio.value), 1];
  const [least, most] = [Math.min(...middle) / WINDOW, Math.max(...middle) * WINDOW];
  const seen = [...bounds, 1].map((bound) => Math.min(most, Math.max(least, bound)));
  const scale = byFactors(seen, widthRange(14, 14, NARROW));
  const leaves = bounds.some((bound) => bound < least || bound > most);
  const marks = rows.map(({ result, index, ratio }, row) => {
    const y = 30 + row * ROW;
    const words = `${result.candidate}: ${ratioText(ratio)} of ${result.baseline}, ${ratio.verdict}`;
    return html`<text class="name" x="14" y="${y - 9}">${clipped(result.candidate)}</text>
<text x="${NARROW - 14}" y="${y - 9}" text-anchor="end">${ratioText(ratio)}</text>
<path class="interval ${look(index)}" d="M${n(scale.at(ratio.low))} ${y}H${n(scale.at(ratio.high))}"><title>${words}</title></path>${mark(index, scale.at(ratio.value), y, words)}
`;
  });
  const one = n(scale.at(1));
  const side = better === 'higher' ? 'right' : 'left';
  return figure({
    title: `${title}, relative`,
    words: html`${doc} ${better === null ? '' : `Further ${side} is better.`} The upright line is the baseline, the bar the interval${leaves ? ', which may go on beyond the drawing' : ''}.`,
    drawing: plot({
      width: NARROW,
      height,
      left: 14,
      right: 14,
      x: { scale, title: `times the ${title} of the baseline`, format: times },
      label: `${title} of each candidate relative to its baseline: ${rows.map(({ result, ratio }) => `${result.candidate} ${ratioText(ratio)}`).join('; ')}`,
      marks: html`<path class="baseline" d="M${one} 8V${height - 36}"/>${marks}`,
    }),
    table: table(
      `${title}, relative`,
      [
        { title: 'profile' },
        { title: 'ratio' },
        { title: 'low' },
        { title: 'high' },
        { title: 'rounds' },
        { title: 'verdict', align: 'left' },
      ],
      rows.map(({ result, ratio }) => [
        result.candidate,
        times(ratio.value),
        times(ratio.low),
        times(ratio.high),
        ratio.pairs,
        {
          look: ratio.verdict === 'better' ? 'good' : ratio.verdict === 'worse' ? 'bad' : '',
          content: ratio.verdict,
        },
      ]),
    ),
  });
}

/** Names that would run into their figures; they stand whole in the tables. */
function clipped(name: string): string {
  return name.length > NAME_LENGTH ? `${name.slice(0, NAME_LENGTH - 1)}…` : name;
}

/** For the page's title. */
export function titleOf({ candidates, workloads }: Report): string {
  return `${workloads.map(({ name }) => name).join(', ')}: ${plural(candidates.length, 'candidate')} compared`;
}
