/** Inside a day, minute by minute. */
import type { Line } from '../line.js';
import type { StockSample } from '../samples/stock.js';
import type { Share } from '../samples/stock-collector.js';
import { autocorrelation } from '../statistics/memory.js';
import { correlation, excessKurtosis, magnitudes, map, mean, median } from '../statistics/moments.js';
import { hill } from '../statistics/tails.js';

const MINUTE_MS = 60_000;
const MINUTES = 390;

export interface Minutes {
  /** Log returns from the last trade of a minute to that of the next, none over night: 389 a day. */
  readonly returns: Float64Array;
  /** Shares traded in the minutes in which those end. */
  readonly volumes: Float64Array;
}

/** A minute without a trade keeps the price before. */
export function minutesOf(share: Share): Minutes {
  const days = share.day.values.at(-1)! + 1;
  const last = new Float64Array(days * MINUTES);
  const volume = new Float64Array(days * MINUTES);
  const [day, time, price, size] = [
    share.day.values,
    share.time.values,
    share.price.values,
    share.size.values,
  ];
  for (let i = 0; i < price.length; i++) {
    const slot = day[i]! * MINUTES + Math.min(MINUTES - 1, Math.floor(time[i]! / MINUTE_MS));
    last[slot] = price[i]!;
    volume[slot]! += size[i]!;
  }
  const returns: number[] = [];
  const volumes: number[] = [];
  for (let slot = 0; slot < last.length; slot++) {
    if (last[slot] === 0) last[slot] = last[slot - 1] ?? price[0]!;
    if (slot % MINUTES === 0) continue;
    returns.push(Math.log(last[slot]! / last[slot - 1]!));
    volumes.push(volume[slot]!);
  }
  return { returns: Float64Array.from(returns), volumes: Float64Array.from(volumes) };
}

/** Each value divided by the mean of its half-hour over all days, so that the shape of the day is gone. */
export function adjusted(x: Float64Array): Float64Array {
  const slotOf = (i: number): number => Math.floor(((i % (MINUTES - 1)) + 1) / 30);
  const sums = new Float64Array(13);
  const counts = new Float64Array(13);
  x.forEach((one, i) => {
    sums[slotOf(i)]! += one;
    counts[slotOf(i)]! += 1;
  });
  return map(x, (one, i) => (one * counts[slotOf(i)]!) / (sums[slotOf(i)]! || 1));
}

/** The ten most traded: the others have minutes without trades. */
function ofMinutes(of: (minutes: Minutes) => number): (sample: StockSample) => number {
  return ({ tapes }) => median(tapes.slice(0, 10).map((share) => of(minutesOf(share))));
}

/** The day's volume by half-hour, as shares of the whole, of all shares alike. */
export function volumeProfile(tapes: readonly Share[]): Float64Array {
  const shares = tapes.map(({ halfHours }) => halfHours.map((one) => one / (13 * mean(halfHours))));
  return new Float64Array(13).map((_, slot) => mean(shares.map((one) => one[slot]!)));
}

export const stockMinutes: readonly Line<StockSample>[] = [
  {
    id: 'S2b',
    words: 'excess kurtosis of 1-minute returns',
    band: [1, Number.POSITIVE_INFINITY],
    real: '1.5-6.7',
    measure: ofMinutes(({ returns }) => excessKurtosis(returns)),
  },
  {
    id: 'S2b',
    words: 'tail index of 1-minute returns (Hill, 5 %)',
    band: [2.2, 5],
    real: '2.3-4.2',
    measure: ofMinutes(({ returns }) => hill(magnitudes(returns), 0.05)),
  },
  {
    id: 'S3',
    words: 'a(1) of 1-minute returns',
    band: [-0.2, 0.05],
    real: '−.18-−.005',
    measure: ofMinutes(({ returns }) => autocorrelation(returns, 1)),
  },
  {
    id: 'S8',
    words: '1-minute corr(|r|, volume), both without the day’s shape',
    band: [0.12, 0.5],
    real: '.25-.38',
    measure: ofMinutes(({ returns, volumes }) =>
      correlation(adjusted(magnitudes(returns)), adjusted(volumes)),
    ),
  },
  {
    id: 'S11',
    words: 'share of volume in the first half-hour',
    band: [0.1, 0.19],
    real: '.13-.16',
    measure: ({ tapes }) => volumeProfile(tapes)[0]!,
  },
  {
    id: 'S11',
    words: 'share of volume in the last half-hour',
    band: [0.1, 0.2],
    real: '.14-.17',
    measure: ({ tapes }) => volumeProfile(tapes)[12]!,
  },
  {
    id: 'S11',
    words: 'first and last half-hour ÷ 12:00-13:30',
    band: [1.8, 4],
    real: '2.6-3.2',
    measure: ({ tapes }) => {
      const profile = volumeProfile(tapes);
      return mean([profile[0]!, profile[12]!]) / mean(profile.subarray(5, 8));
    },
  },
];
