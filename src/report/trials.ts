/** Each trial for itself: how far they lie apart, how they went second by second, and which do not count. */
import { metricOf } from '../compare/metrics.js';
import type { MetricName, Report, Second, Trial } from '../compare/types.js';
import { inUnit } from '../compare/words.js';
import { bytes, milliseconds, NOTHING, perSecond, plural, seconds } from '../figures.js';
import { figure, table } from './figure.js';
import { html, type Markup } from './html.js';
import { look, mark } from './looks.js';
import { heightRange, path, plot, WIDTH, widthRange } from './plot.js';
import { fromZero, type Scale } from './scale.js';

const ROW = 36;

/** Throughput and p99 of each trial, a row for each candidate. */
export function trialFigures(report: Report): Markup {
  if (report.trials.every(({ figures }) => figures === null)) return html`<p>No trial has figures.</p>`;
  return html`<div class="figures">${trialFigure(report, 'recordsPerSecond')}${trialFigure(report, 'p99Ms')}</div>
<details><summary>Every trial in figures</summary>${trialTable(report.trials)}</details>`;
}

function trialFigure({ candidates, trials }: Report, metric: MetricName): Markup {
  const { title } = metricOf(metric);
  const of = (trial: Trial) => trial.figures!.metrics[metric];
  const made = trials.filter((trial) => trial.figures !== null && Number.isFinite(of(trial)));
  if (made.length === 0) return html`<p>No trial has records enough for its ${title}.</p>`;
  const x = fromZero(made.map(of), widthRange(8, 24));
  const rows = candidates.map(({ name }, index) => {
    const y = 30 + index * ROW;
    const own = made.filter(({ candidate }) => candidate === name);
    const marks = own.map((trial) => {
      const out = trial.closedOut.length > 0;
      const words = `${name}, round ${trial.round}: ${inUnit(metric, of(trial))}${out ? ', closed out' : ''}`;
      return mark(index, x.at(of(trial)), y, words, out ? 'hollow' : '');
    });
    return html`<path class="grid" d="M8 ${y}H${WIDTH - 24}"/><text class="name" x="8" y="${y - 10}">${name}</text>${marks}
`;
  });
  return figure({
    title: `${title} of each trial`,
    words: 'One mark a trial; hollow ones were closed out and do not count.',
    drawing: plot({
      height: candidates.length * ROW + 50,
      left: 8,
      right: 24,
      x: { scale: x, title, format: (value) => inUnit(metric, value) },
      label: `${title} of ${plural(made.length, 'trial')}, a row for each candidate`,
      marks: rows,
    }),
  });
}

function trialTable(trials: readonly Trial[]): Markup {
  const columns = [
    'profile',
    'round',
    'throughput',
    'p50',
    'p99',
    'CPU',
    'wire',
    'held back by',
    'others’ CPU',
    'counts',
  ];
  const rows = trials.map(({ candidate, round, attempt, figures, closedOut }) => {
    const number = attempt > 1 ? `${round}, attempt ${attempt}` : String(round);
    const counts = closedOut.length === 0 ? 'yes' : 'no';
    if (figures === null) return [candidate, number, ...columns.slice(3).map(() => NOTHING), counts];
    const { metrics, profile, load } = figures;
    return [
      candidate,
      number,
      inUnit('recordsPerSecond', metrics.recordsPerSecond),
      inUnit('p50Ms', metrics.p50Ms),
      inUnit('p99Ms', metrics.p99Ms),
      inUnit('cpuSecondsPerMillion', metrics.cpuSecondsPerMillion),
      inUnit('wireBytesPerMillion', metrics.wireBytesPerMillion),
      profile.limitedBy,
      load.others === null ? NOTHING : `${Math.round(load.others * 100)} %`,
      counts,
    ];
  });
  return table(
    'Every trial',
    columns.map((title) => ({ title })),
    rows,
  );
}

/** Those that do not count, each with its reasons; none is left out silently. */
export function closedOut({ trials }: Report): Markup {
  const out = trials.filter((trial) => trial.closedOut.length > 0);
  if (out.length === 0) return html`<p>Every trial counts.</p>`;
  const items = out.map(
    ({ candidate, round, attempt, closedOut: reasons }) =>
      html`<li><b>${candidate}</b>, round ${round}${attempt > 1 ? `, attempt ${attempt}` : ''}: ${reasons.map(({ words }) => `${words} `)}</li>
`,
  );
  return html`<p>${plural(out.length, 'trial')} closed out: made and shown, and not counted.</p><ul>${items}</ul>`;
}

// ---------------------------------------------------------------- second by second

interface Course {
  readonly title: string;
  readonly words: string;
  readonly of: (second: Second) => number | null;
  readonly format: (value: number) => string;
}

const COURSES: readonly Course[] = [
  {
    title: 'Throughput',
    words: 'records acknowledged',
    of: (one) => one.recordsPerSecond,
    format: perSecond,
  },
  { title: 'p99 latency', words: 'p99 of the records settled', of: (one) => one.p99Ms, format: milliseconds },
  { title: 'Buffer', words: 'bytes not settled yet', of: (one) => one.bufferBytes, format: bytes },
  { title: 'Retries', words: 'batches sent again', of: (one) => one.retries, format: perSecond },
];

const MULTIPLE = { width: 300, height: 160, left: 66, top: 20 };
/** A span this short, seconds, says little: a few records at the very end would look like a leap. */
const SPAN_MIN = 0.5;

/** A drawing for each candidate, on the same scales, with a line for each trial. */
export function courses({ candidates, trials }: Report): Markup {
  const lines = trials.map((trial) => ({ ...trial, series: wholeSpans(trial.figures?.series ?? []) }));
  const points = lines.flatMap(({ series }) => series);
  const told = COURSES.filter(({ of }) => points.some((second) => (of(second) ?? 0) > 0));
  if (told.length === 0) return html`<p>The trials were too short for a course over time.</p>`;
  const { width, height, left, top } = MULTIPLE;
  const x = fromZero(
    points.map(({ second }) => second),
    widthRange(left, 12, width),
    3,
  );
  return html`${told.map((course) => {
    const y = fromZero(
      points.map((second) => course.of(second) ?? 0),
      heightRange(height, top),
      3,
    );
    return html`<h3>${course.title} over time</h3>
<p class="soft">${course.words} in each second; a line for each trial, those closed out dotted.</p>
<div class="multiples">${candidates.map(({ name }, index) => {
      const own = lines.filter(({ candidate }) => candidate === name);
      return coursePlot(name, index, own, course, { x, y });
    })}</div>`;
  })}`;
}

function wholeSpans(series: readonly Second[]): readonly Second[] {
  return series.filter(({ second }, i) => second - (series[i - 1]?.second ?? 0) >= SPAN_MIN);
}

type Line = Pick<Trial, 'round' | 'closedOut'> & { readonly series: readonly Second[] };

function coursePlot(
  name: string,
  index: number,
  trials: readonly Line[],
  { title, of, format }: Course,
  { x, y }: { readonly x: Scale; readonly y: Scale },
): Markup {
  const lines = trials.map(({ series, round, closedOut: out }) => {
    const points = series.map((second) => {
      const value = of(second);
      return value === null ? null : ([x.at(second.second), y.at(value)] as const);
    });
    return html`<path class="line thin ${look(index)} ${out.length > 0 ? 'out' : ''}" d="${path(points)}"><title>${name}, round ${round}</title></path>
`;
  });
  return html`<figure><figcaption>${name}</figcaption>${plot({
    ...MULTIPLE,
    x: { scale: x, title: 'since the trial began', format: seconds },
    y: { scale: y, title: title.toLowerCase(), format },
    label: `${title} of ${name} over time, ${plural(trials.length, 'trial')}`,
    marks: lines,
  })}</figure>
`;
}
