/** Where records' time goes: the whole distribution up to p99.99, and its means stage by stage. */
import type { Report, Result } from '../compare/types.js';
import { count, milliseconds, NOTHING } from '../figures.js';
import { Histogram } from '../histogram.js';
import { isClaim } from '../spread.js';
import type { Stage } from '../types.js';
import { figure, table } from './figure.js';
import { html, type Markup } from './html.js';
import { legend, look } from './looks.js';
import { heightRange, n, path, plot, WIDTH, widthRange } from './plot.js';
import { byFactors, fromZero, type Scale } from './scale.js';

export function latencyFigures({ results }: Report): Markup {
  const known = results.map((result) => ({ result, total: Histogram.decode(result.histograms.total) }));
  const measured = known.filter(({ total }) => total.count > 0);
  if (measured.length === 0) return html`<p>Nothing was acknowledged, so there are no latencies.</p>`;
  return html`${distribution(
    results,
    known.map(({ total }) => total),
  )}${stages(results)}`;
}

// ---------------------------------------------------------------- the distribution

/** From half of all records to all but one in ten thousand; each nine is a step of its own. */
const LEVELS = [0, 0.5, 0.9, 0.99, 0.999, 0.9999];
const STEPS = 80;
const SHARE_MIN = 0.05;
const TOLD = [0.5, 0.9, 0.95, 0.99, 0.999, 0.9999];

function distribution(results: readonly Result[], totals: readonly Histogram[]): Markup {
  const height = 280;
  const left = 58;
  const nines = (share: number) => -Math.log10(1 - share);
  const [from, to] = widthRange(left, 16);
  const most = nines(0.9999);
  const x: Scale = {
    at: (share) => from + ((to - from) * nines(share)) / most,
    ticks: LEVELS,
  };
  const shares = Array.from({ length: STEPS + 1 }, (_, i) => 1 - 10 ** ((-most * i) / STEPS));
  // A percentile rests on the records beyond it, and the very fastest ones would take half of the drawing.
  const curves = totals.map((total) =>
    shares.map((share) =>
      share < SHARE_MIN || !isClaim(total.count, 1 - share) ? null : total.percentile(share),
    ),
  );
  const y = byFactors(
    curves.flat().filter((ms) => ms !== null),
    heightRange(height, 18),
  );
  const lines = curves.map(
    (curve, i) =>
      html`<path class="line ${look(i)}" d="${path(curve.map((ms, at) => (ms === null ? null : [x.at(shares[at]!), y.at(ms)])))}"><title>${results[i]!.candidate}</title></path>
`,
  );
  const names = results.map(({ candidate }) => candidate);
  const rows = totals.map((total, i) => [
    names[i]!,
    count(total.count),
    ...TOLD.map((share) =>
      isClaim(total.count, 1 - share) ? milliseconds(total.percentile(share)) : NOTHING,
    ),
    milliseconds(total.stats().max),
    count(Math.floor(total.count / 10_000)),
  ]);
  return figure({
    title: 'Latency of records',
    words:
      'From when a record was due until its acknowledgement, in histograms merged over the trials that count. Each step to the right is ten times rarer; lower is better. A line ends where fewer than ten records lie beyond it.',
    drawing: html`${plot({
      height,
      left,
      right: 16,
      top: 18,
      x: { scale: x, title: 'share of records that took no longer', format: percentile },
      y: { scale: y, title: 'latency', format: milliseconds },
      label: `Latency by percentile. p99: ${totals.map((total, i) => `${names[i]} ${milliseconds(total.percentile(0.99))}`).join('; ')}`,
      marks: lines,
    })}${legend(names)}`,
    table: table(
      'Latency by percentile',
      [
        { title: 'profile' },
        { title: 'records' },
        ...TOLD.map((share) => ({ title: percentile(share) })),
        { title: 'longest' },
        { title: 'beyond p99.99' },
      ],
      rows,
    ),
  });
}

/** 0.999 → `p99.9`. */
function percentile(share: number): string {
  return share === 0 ? 'p0' : `p${Number((share * 100).toFixed(2))}`;
}

// ---------------------------------------------------------------- stages

const STAGES: readonly { readonly stage: Exclude<Stage, 'total'>; readonly doc: string }[] = [
  { stage: 'schedule', doc: 'late to be made' },
  { stage: 'buffer', doc: 'in its batch: linger and waiting' },
  { stage: 'compression', doc: 'being compressed' },
  { stage: 'request', doc: 'the last attempt: network and broker' },
  { stage: 'retry', doc: 'the attempts before it' },
];
const LINES = [
  { which: 'mean', title: 'mean', beyond: Number.POSITIVE_INFINITY },
  { which: 'p50', title: 'p50', beyond: 0.5 },
  { which: 'p99', title: 'p99', beyond: 0.01 },
  { which: 'p9999', title: 'p99.99', beyond: 0.0001 },
] as const;
const ROW = 40;

function stages(results: readonly Result[]): Markup {
  const height = results.length * ROW + 50;
  const sums = results.map(({ latencyMs }) =>
    STAGES.reduce((sum, { stage }) => sum + latencyMs[stage].mean, 0),
  );
  const x = fromZero(sums, widthRange(4, 24));
  const bars = results.map((result, row) => {
    const y = 22 + row * ROW;
    let start = 0;
    const parts = STAGES.map(({ stage }, i) => {
      const { mean } = result.latencyMs[stage];
      const [a, b] = [x.at(start), x.at(start + mean)];
      start += mean;
      return html`<path class="stage-${i}" d="M${n(a)} ${y}H${n(b)}V${y + 15}H${n(a)}Z"><title>${result.candidate}, ${stage}: ${milliseconds(mean)}</title></path>`;
    });
    return html`<text class="name" x="4" y="${y - 6}">${result.candidate}</text><text x="${WIDTH - 4}" y="${y - 6}" text-anchor="end">${milliseconds(sums[row]!)}</text>${parts}
`;
  });
  const key = STAGES.map(
    ({ stage, doc }, i) =>
      html`<li><svg viewBox="0 0 14 14" width="14" height="14" aria-hidden="true"><path class="stage-${i}" d="M1 1H13V13H1Z"/></svg> ${stage}: ${doc}</li>
`,
  );
  return figure({
    title: 'Where the time goes',
    words:
      'Mean latency of the records of all trials that count, pooled, split into the stages of a record’s way; the mean latency among all figures is the median of the trials’ means.',
    drawing: html`${plot({
      height,
      left: 4,
      right: 24,
      x: { scale: x, title: 'mean latency', format: milliseconds },
      label: `Mean latency by stage: ${results.map(({ candidate }, i) => `${candidate} ${milliseconds(sums[i]!)}`).join('; ')}`,
      marks: bars,
    })}<ul class="legend">${key}</ul>`,
    table: table(
      'Latency by stage',
      [
        { title: 'profile' },
        { title: 'of it' },
        ...STAGES.map(({ stage }) => ({ title: stage })),
        { title: 'total' },
      ],
      results.flatMap(({ candidate, latencyMs }) =>
        LINES.filter(({ beyond }) => isClaim(latencyMs.total.count, beyond)).map(({ which, title }) => [
          candidate,
          title,
          ...STAGES.map(({ stage }) => milliseconds(latencyMs[stage][which])),
          milliseconds(latencyMs.total[which]),
        ]),
      ),
    ),
  });
}
