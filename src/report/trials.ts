/** Each trial for itself: how far they lie apart, how they went second by second, and which do not count. */
import type { Report, Second, Trial } from '../compare/types.js';
import { inUnit } from '../compare/words.js';
import { bytes, milliseconds, NOTHING, perSecond, plural, seconds } from '../figures.js';
import { figure, table } from './figure.js';
import { html, type Markup } from './html.js';
import { look, mark } from './looks.js';
import { heightRange, path, plot, WIDTH, widthRange } from './plot.js';
import { fromZero, type Scale } from './scale.js';

const ROW = 36;

/** Throughput of each trial, a row for each candidate. */
export function trialFigure({ candidates, trials }: Report): Markup {
  const made = trials.filter(({ figures }) => figures !== null);
  if (made.length === 0) return html`<p>No trial has figures.</p>`;
  const height = candidates.length * ROW + 50;
  const of = (trial: Trial) => trial.figures!.metrics.recordsPerSecond;
  const x = fromZero(made.map(of), widthRange(8, 24));
  const rows = candidates.map(({ name }, index) => {
    const y = 30 + index * ROW;
    const own = made.filter(({ candidate }) => candidate === name);
    const marks = own.map((trial) => {
      const out = trial.closedOut.length > 0;
      const words = `${name}, round ${trial.round}: ${perSecond(of(trial))}${out ? ', closed out' : ''}`;
      return mark(index, x.at(of(trial)), y, words, out ? 'hollow' : '');
    });
    return html`<path class="grid" d="M8 ${y}H${WIDTH - 24}"/><text class="name" x="8" y="${y - 10}">${name}</text>${marks}
`;
  });
  return figure({
    title: 'Throughput of each trial',
    words: 'One mark a trial; hollow ones were closed out and do not count.',
    drawing: plot({
      height,
      left: 8,
      right: 24,
      x: { scale: x, title: 'records per second', format: perSecond },
      label: `Throughput of ${plural(made.length, 'trial')}, a row for each candidate`,
      marks: rows,
    }),
    table: trialTable(trials),
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
    'Trials',
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

/** A drawing for each candidate, on the same scales, with a line for each trial. */
export function courses({ candidates, trials }: Report): Markup {
  const told = COURSES.filter(({ of }) =>
    trials.some(({ figures }) => figures?.series.some((second) => (of(second) ?? 0) > 0)),
  );
  if (told.length === 0) return html`<p>The trials were too short for a course over time.</p>`;
  const points = trials.flatMap(({ figures }) => figures?.series ?? []);
  const height = 150;
  const left = 66;
  const x = fromZero(
    points.map(({ second }) => second),
    widthRange(left),
  );
  return html`${told.map((course) => {
    const y = fromZero(
      points.map((second) => course.of(second) ?? 0),
      heightRange(height, 16),
      3,
    );
    return html`<h3>${course.title} over time</h3>
<p class="soft">${course.words} in each second; a line for each trial, those closed out dotted.</p>
<div class="multiples">${candidates.map(({ name }, index) => {
      const own = trials.filter(({ candidate }) => candidate === name);
      return coursePlot(name, index, own, course, x, y, height, left);
    })}</div>`;
  })}`;
}

function coursePlot(
  name: string,
  index: number,
  trials: readonly Trial[],
  { title, of, format }: Course,
  x: Scale,
  y: Scale,
  height: number,
  left: number,
): Markup {
  const lines = trials.map(({ figures, round, closedOut: out }) => {
    const points = (figures?.series ?? []).map((second) => {
      const value = of(second);
      return value === null ? null : ([x.at(second.second), y.at(value)] as const);
    });
    return html`<path class="line thin ${look(index)} ${out.length > 0 ? 'out' : ''}" d="${path(points)}"><title>${name}, round ${round}</title></path>
`;
  });
  return html`<figure><figcaption>${name}</figcaption>${plot({
    height,
    left,
    top: 16,
    x: { scale: x, title: 'since the trial began', format: seconds },
    y: { scale: y, title: title.toLowerCase(), format },
    label: `${title} of ${name} over time, ${plural(trials.length, 'trial')}`,
    marks: lines,
  })}</figure>
`;
}
