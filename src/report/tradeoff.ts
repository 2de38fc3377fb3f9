/** What is paid for speed: throughput against latency, and against CPU. */
import { metricOf } from '../compare/metrics.js';
import { unbeaten } from '../compare/report.js';
import type { MetricName, Report, Result } from '../compare/types.js';
import { inUnit } from '../compare/words.js';
import { perSecond } from '../figures.js';
import { figure } from './figure.js';
import { html, type Markup } from './html.js';
import { legend, mark } from './looks.js';
import { heightRange, n, plot, widthRange } from './plot.js';
import { byFactors } from './scale.js';

export function tradeOffs({ results }: Report): Markup {
  if (results.length < 2) return html`<p>It takes two to have a trade-off.</p>`;
  return html`${scatter(results, 'p99Ms')}${scatter(results, 'cpuSecondsPerMillion')}`;
}

const HEIGHT = 260;
const LEFT = 58;

/** Throughput to the right, the other metric downwards is better: the best are in the lower right corner. */
function scatter(results: readonly Result[], other: MetricName): Markup {
  const { title } = metricOf(other);
  const points = results.flatMap(({ candidate, metrics }, index) => {
    const [across, up] = [metrics.recordsPerSecond, metrics[other]];
    return across === undefined || up === undefined ? [] : [{ candidate, index, across, up }];
  });
  if (points.length === 0) return html``;
  const x = byFactors(
    points.flatMap(({ across }) => [across.low, across.high, across.median]),
    widthRange(LEFT, 20),
  );
  const y = byFactors(
    points.flatMap(({ up }) => [up.low, up.high, up.median]),
    heightRange(HEIGHT, 20),
  );
  const best = unbeaten(results, 'recordsPerSecond', other);
  const choice =
    best.length > 0
      ? `Nobody beats the ringed ones in both: ${best.join(', ')}`
      : 'In neither was a difference to the baseline shown, so that nobody is ringed';
  const marks = points.map(({ candidate, index, across, up }) => {
    const [cx, cy] = [x.at(across.median), y.at(up.median)];
    const words = `${candidate}: ${perSecond(across.median)}, ${title} ${inUnit(other, up.median)}`;
    const halo = best.includes(candidate)
      ? html`<circle class="halo" cx="${n(cx)}" cy="${n(cy)}" r="10"/>`
      : '';
    return html`<path class="spread" d="M${n(x.at(across.low))} ${n(cy)}H${n(x.at(across.high))}M${n(cx)} ${n(y.at(up.low))}V${n(y.at(up.high))}"/>${halo}${mark(index, cx, cy, words)}
`;
  });
  return figure({
    title: `Throughput against ${title}`,
    words: html`Further right and lower is better. ${choice}. The crosses show how far the trials lie apart.`,
    drawing: html`${plot({
      height: HEIGHT,
      left: LEFT,
      right: 20,
      top: 20,
      x: { scale: x, title: 'records per second', format: perSecond },
      y: {
        scale: y,
        title: other === 'cpuSecondsPerMillion' ? 'CPU per million records' : title,
        format: (value) => inUnit(other, value),
      },
      label: `Throughput against ${title}: ${points.map(({ candidate, across, up }) => `${candidate} ${perSecond(across.median)} at ${inUnit(other, up.median)}`).join('; ')}`,
      marks,
    })}${legend(results.map(({ candidate }) => candidate))}`,
  });
}
