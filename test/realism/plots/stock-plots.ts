/** What the market looks like: its returns against a Gaussian's, how long its turmoil lasts, and its day. */
import { volumeProfile } from '../lines/stock-minutes.js';
import type { StockSample } from '../samples/stock.js';
import { autocorrelations } from '../statistics/memory.js';
import { deviation, logReturns, magnitudes, mean } from '../statistics/moments.js';
import { chart, type Series } from './svg.js';

const OURS = '#2a7de1';
const THEIRS = '#d9822b';
const LAGS = 100;
const BIN = 0.25;
const RANGE = 8;

export function stockPlots(sample: StockSample): Readonly<{ [file: string]: string }> {
  return {
    'stock-returns.svg': returnsPlot(sample),
    'stock-memory.svg': memoryPlot(sample),
    'stock-day.svg': dayPlot(sample),
  };
}

/** Each share's daily returns in its own standard deviations, all shares together. */
function returnsPlot({ daily }: StockSample): string {
  const counts = new Map<number, number>();
  let total = 0;
  for (const share of daily) {
    const returns = logReturns(share.close.values);
    const scale = deviation(returns);
    for (const one of returns) {
      const bin = Math.round(one / scale / BIN) * BIN;
      if (Math.abs(bin) <= RANGE) counts.set(bin, (counts.get(bin) ?? 0) + 1);
      total++;
    }
  }
  const ours = [...counts].map(([at, count]) => [at, count / total / BIN] as const);
  const gaussian = Array.from({ length: 8 * RANGE + 1 }, (_, i) => i / 4 - RANGE)
    .map((at) => [at, Math.exp((-at * at) / 2) / Math.sqrt(2 * Math.PI)] as const)
    .filter(([, density]) => density > 1e-5);
  return chart(
    'Daily returns have heavy tails',
    {
      words: 'return, in standard deviations',
      low: -RANGE,
      high: RANGE,
      ticks: [-8, -6, -4, -2, 0, 2, 4, 6, 8],
    },
    { words: 'density', low: 1e-5, high: 1, log: true, ticks: [1e-5, 1e-4, 1e-3, 0.01, 0.1, 1] },
    [
      { words: 'generated', color: OURS, points: ours.sort(([a], [b]) => a - b), style: 'dots' },
      { words: 'Gaussian', color: THEIRS, points: gaussian, style: 'dashes' },
    ],
  );
}

/** Turmoil lasts for months, though returns themselves remember nothing. */
function memoryPlot({ daily }: StockSample): string {
  const returns = daily.map((share) => logReturns(share.close.values));
  const meanOf = (columns: readonly Float64Array[]): Series['points'] =>
    Array.from({ length: LAGS }, (_, i) => [i + 1, mean(columns.map((acf) => acf[i]!))] as const);
  const sizes = meanOf(returns.map((r) => autocorrelations(magnitudes(r), LAGS)));
  const signed = meanOf(returns.map((r) => autocorrelations(r, LAGS)));
  return chart(
    'Volatility remembers, returns do not',
    { words: 'lag, days', low: 1, high: LAGS, log: true, ticks: [1, 2, 5, 10, 20, 50, 100] },
    { words: 'autocorrelation', low: -0.1, high: 0.4, ticks: [-0.1, 0, 0.1, 0.2, 0.3, 0.4] },
    [
      { words: 'size of daily returns', color: OURS, points: sizes, style: 'line' },
      { words: 'daily returns', color: THEIRS, points: signed, style: 'line' },
    ],
  );
}

function dayPlot({ tapes }: StockSample): string {
  const profile = volumeProfile(tapes);
  const points = [...profile].map((share, slot) => [slot + 0.5, 100 * share] as const);
  return chart(
    'The day is a U',
    {
      words: 'half-hours of the day, New York',
      low: 0,
      high: 13,
      ticks: [0, 3, 5, 7, 9, 11, 13],
      shown: (slot) =>
        `${String(9 + Math.floor((slot + 1) / 2)).padStart(2, '0')}:${slot % 2 === 0 ? '30' : '00'}`,
    },
    { words: '% of volume', low: 0, high: 20, ticks: [0, 5, 10, 15, 20] },
    [{ words: 'generated', color: OURS, points, style: 'bars' }],
  );
}
