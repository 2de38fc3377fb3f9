/** Returns from one close to the next: tails, memory, leverage, volume, and what shares have in common. */
import type { Line } from '../line.js';
import type { StockSample } from '../samples/stock.js';
import type { Share } from '../samples/stock-collector.js';
import { autocorrelation, autocorrelations, decayExponent, leverage } from '../statistics/memory.js';
import {
  correlation,
  detrended,
  deviation,
  excessKurtosis,
  logReturns,
  magnitudes,
  map,
  mean,
  median,
} from '../statistics/moments.js';
import { hill } from '../statistics/tails.js';

const YEAR_DAYS = 252;

/** A statistic of each share's daily returns; the median over shares counts. */
function ofReturns(of: (returns: Float64Array) => number): (sample: StockSample) => number {
  return ({ daily }) => median(daily.map((share) => of(logReturns(share.close.values))));
}

/** The mean return of all shares, day by day. */
function indexOf(daily: readonly Share[]): Float64Array {
  const returns = daily.map((share) => logReturns(share.close.values));
  return map(returns[0]!, (_, day) => mean(returns.map((one) => one[day]!)));
}

const lagged = (lag: number) => ofReturns((r) => autocorrelation(magnitudes(r), lag));
const annual = (r: Float64Array): number => deviation(r) * Math.sqrt(YEAR_DAYS);

function volumeVolatility({ close, volume }: Share): number {
  const logs = map(volume.values, (shares) => Math.log(shares + 1)).subarray(1);
  return correlation(magnitudes(logReturns(close.values)), detrended(logs));
}

/** Mean correlations of pairs of shares of the same sector, of different ones, and of all. */
function pairs(daily: readonly Share[]): { all: number; within: number; across: number } {
  const returns = daily.map((share) => logReturns(share.close.values));
  const within: number[] = [];
  const across: number[] = [];
  daily.forEach((share, index) => {
    for (let other = 0; other < index; other++) {
      const kind = daily[other]!.sector === share.sector ? within : across;
      kind.push(correlation(returns[index]!, returns[other]!));
    }
  });
  return { within: mean(within), across: mean(across), all: mean([...within, ...across]) };
}

export const stockDaily: readonly Line<StockSample>[] = [
  {
    id: 'S1',
    words: 'excess kurtosis of daily returns',
    band: [3, 30],
    real: '8.2, 5.4; stocks 14',
    measure: ofReturns(excessKurtosis),
  },
  {
    id: 'S2',
    words: 'tail index of daily returns (Hill, 5 %)',
    band: [2.3, 4.5],
    real: '2.8-3.4',
    measure: ofReturns((r) => hill(magnitudes(r), 0.05)),
  },
  {
    id: 'S3',
    words: '|a(1)| of daily returns',
    band: [0, 0.1],
    real: '−.07-+.05',
    measure: ofReturns((r) => Math.abs(autocorrelation(r, 1))),
  },
  {
    id: 'S3',
    words: 'max |a(2..20)| of daily returns',
    band: [0, 0.08],
    real: '.03-.07',
    measure: ofReturns((r) => Math.max(...magnitudes(autocorrelations(r, 20)).subarray(1))),
  },
  {
    id: 'S5',
    words: 'volatility clustering: a(1) of daily |r|',
    band: [0.12, 0.45],
    real: '.24; stocks .25',
    measure: lagged(1),
  },
  { id: 'S5', words: 'a(10) of daily |r|', band: [0.08, 0.35], real: '.29; stocks .19', measure: lagged(10) },
  { id: 'S5', words: 'a(50) of daily |r|', band: [0.03, 0.3], real: '.17; stocks .10', measure: lagged(50) },
  {
    id: 'S6',
    words: 'decay exponent of that over lags 1..100',
    band: [0.08, 0.45],
    real: '.10-.27',
    measure: ofReturns((r) => decayExponent(autocorrelations(magnitudes(r), 100))),
  },
  {
    id: 'S7',
    words: 'leverage of shares: mean corr(r_t, r²_t+1..10)',
    band: [-0.1, -0.005],
    real: '−.031',
    measure: ({ daily }) => mean(daily.map((share) => leverage(logReturns(share.close.values), 10))),
  },
  {
    id: 'S7',
    words: 'leverage of the index',
    band: [-0.15, -0.03],
    real: '−.083',
    measure: ({ daily }) => leverage(indexOf(daily), 10),
  },
  {
    id: 'S8',
    words: 'volume and volatility: daily corr(|r|, log volume)',
    band: [0.15, 0.6],
    real: '.18-.48',
    measure: ({ daily }) => median(daily.map(volumeVolatility)),
  },
  {
    id: 'S10',
    words: 'mean correlation of pairs, daily',
    band: [0.15, 0.55],
    real: '.30',
    measure: ({ daily }) => pairs(daily).all,
  },
  {
    id: 'S10',
    words: 'within a sector − across sectors',
    band: [0.08, Number.POSITIVE_INFINITY],
    real: '.485 − .308',
    measure: ({ daily }) => pairs(daily).within - pairs(daily).across,
  },
  {
    id: 'S23',
    words: 'annual volatility of shares',
    band: [0.18, 0.55],
    real: '.22-.52',
    measure: ofReturns(annual),
  },
  {
    id: 'S23',
    words: 'annual volatility of the index',
    band: [0.12, 0.28],
    real: '.19-.25',
    measure: ({ daily }) => annual(indexOf(daily)),
  },
];
