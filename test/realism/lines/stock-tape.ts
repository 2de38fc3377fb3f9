/** Trade by trade: bounce, gaps, sizes, prices, sides and spreads; and how unequal shares are. */
import type { Line } from '../line.js';
import type { StockSample } from '../samples/stock.js';
import type { Share } from '../samples/stock-collector.js';
import { burstiness, share as shareOf, variation } from '../statistics/arrivals.js';
import { autocorrelation } from '../statistics/memory.js';
import { differences, logReturns, map, mean, median } from '../statistics/moments.js';
import { hill, topShare, zipfExponent } from '../statistics/tails.js';

/** So many trades of each share are looked at. */
const TRADES = 10_000;

function ofTapes(of: (share: Share) => number): (sample: StockSample) => number {
  return ({ tapes }) => median(tapes.map(of));
}

const first = (column: { readonly values: Float64Array }): Float64Array => column.values.subarray(0, TRADES);
const cents = (price: number): number => Math.round(price * 100);
const bounce = (lag: number) => (share: Share) => autocorrelation(logReturns(first(share.price)), lag);

/** ms between trades of the same day, at the resolution of timestamps. */
function gapsOf(share: Share): Float64Array {
  const day = first(share.day);
  const all = differences(first(share.time));
  return all.filter((_, i) => day[i] === day[i + 1]);
}

const ofGaps = (of: (gaps: Float64Array) => number) => ofTapes((share) => of(gapsOf(share)));
const ofSizes = (of: (sizes: Float64Array) => number) => ofTapes((share) => of(first(share.size)));
const isCheap = ({ price }: Share): boolean => price.values[0]! >= 10 && price.values[0]! <= 60;

/** Shares have round lots of 100 up to $250. */
const isCommon = ({ price }: Share): boolean => price.values[0]! <= 250;

function spreads({ bid, ask }: Share): Float64Array {
  return map(first(bid), (one, i) => ask.values[i]! - one);
}

function spreadBasisPoints(share: Share): number {
  return mean(
    map(spreads(share), (spread, i) => (2e4 * spread) / (share.bid.values[i]! + share.ask.values[i]!)),
  );
}

export const stockTape: readonly Line<StockSample>[] = [
  {
    id: 'S4',
    words: 'bid-ask bounce: a(1) from trade to trade',
    band: [-0.45, -0.15],
    real: '−.33-−.39',
    measure: ofTapes(bounce(1)),
  },
  {
    id: 'S4',
    words: '|a(2)| from trade to trade',
    band: [0, 0.08],
    real: '.05',
    measure: ofTapes((share) => Math.abs(bounce(2)(share))),
  },
  {
    id: 'S13',
    words: 'gaps between trades: σ/μ (Poisson 1)',
    band: [1.8, 6],
    real: '2.4-4.5',
    measure: ofGaps(variation),
  },
  {
    id: 'S13',
    words: 'burstiness of gaps (Poisson 0)',
    band: [0.3, 0.75],
    real: '.41-.64',
    measure: ofGaps(burstiness),
  },
  {
    id: 'S14',
    words: 'a(1) of log(gap + 1 ms)',
    band: [0.2, 0.65],
    real: '.33-.58',
    measure: ofGaps((gaps) =>
      autocorrelation(
        map(gaps, (gap) => Math.log(gap + 1)),
        1,
      ),
    ),
  },
  {
    id: 'S16',
    words: 'share of gaps under 1 ms',
    band: [0.15, 0.6],
    real: '.22-.54',
    measure: ofGaps((gaps) => shareOf(gaps, (gap) => gap < 1)),
  },
  {
    id: 'S17',
    words: 'tail index of trade sizes (Hill, 1 %)',
    band: [1.3, 2],
    real: '1.52-1.83',
    measure: ofSizes((sizes) => hill(sizes, 0.01)),
  },
  {
    id: 'S18',
    words: 'share of trades of 100',
    band: [0.35, 0.8],
    real: '.42',
    measure: ({ tapes }) =>
      median(tapes.filter(isCommon).map((share) => shareOf(first(share.size), (size) => size === 100))),
  },
  {
    id: 'S18',
    words: 'share of multiples of 100',
    band: [0.35, 0.65],
    real: '.49',
    measure: ofSizes((sizes) => shareOf(sizes, (size) => size % 100 === 0)),
  },
  {
    id: 'S18',
    words: 'share of odd lots (under 100)',
    band: [0.35, 0.7],
    real: '.45',
    measure: ofSizes((sizes) => shareOf(sizes, (size) => size < 100)),
  },
  {
    id: 'S19',
    words: 'share of prices whose cents end in 0',
    band: [0.105, 0.15],
    real: '.116-.13',
    measure: ({ tapes }) =>
      mean(tapes.map((share) => shareOf(first(share.price), (price) => cents(price) % 10 === 0))),
  },
  {
    id: 'S21',
    words: 'a(1) of the sides of trades',
    band: [0.25, 0.85],
    real: '.31-.79',
    measure: ofTapes((share) => autocorrelation(first(share.sign), 1)),
  },
  {
    id: 'S22',
    words: 'spread of the most traded $10-60 share, ticks',
    band: [1, 1.3],
    real: '1.0',
    measure: ({ tapes }) => mean(map(spreads(tapes.filter(isCheap)[0]!), (spread) => spread * 100)),
  },
  {
    id: 'S22',
    words: 'spread of the five most traded shares, basis points',
    band: [0.5, 9],
    real: '2.1-7',
    measure: ({ tapes }) => median(tapes.slice(0, 5).map(spreadBasisPoints)),
  },
  {
    id: 'S24',
    words: 'Zipf exponent of dollar volume over 1,000 shares',
    band: [0.7, 1.1],
    real: '.886',
    measure: ({ market }) =>
      zipfExponent(
        map(market, ({ dollars }) => dollars),
        1000,
      ),
  },
  {
    id: 'S24',
    words: 'share of the top 1 % in dollar volume',
    band: [0.25, 0.55],
    real: '.414',
    measure: ({ market }) =>
      topShare(
        map(market, ({ dollars }) => dollars),
        0.01,
      ),
  },
];
