import { ARRIVALS_OPTION, poissonArrivals } from '../arrivals.js';
import { EventmillError } from '../errors.js';
import type { OptionValue, RatePart } from '../types.js';

/** A web shop's day: asleep at four, a shoulder at noon, its peak in the evening. */
const HOURS = [
  28, 18, 12, 9, 8, 10, 18, 32, 50, 64, 74, 80, 84, 80, 76, 76, 80, 86, 94, 104, 108, 98, 74, 46,
];

/**
 * The curve of a day, hour by hour, and of a week, day by day, around a mean.
 *
 *     events/s
 *          |            .──.
 *        m |······.·─··´····`···
 *          |    .´           `.
 *        0 +·─·´──┬─────┬─────`·→ t
 *          0h     6h    12h   18h
 *
 *     r(t) = m / w̄ · d(⌊t / D⌋ mod 7) · w(t)
 *
 * with r the rate, m its mean over a week in events per millisecond, w(t) the straight lines between the weights of the
 * hours, each of which stands for its beginning, w̄ their mean over a week, d the day's weight, D the length of a day
 * and t the time elapsed since the first midnight, all in milliseconds. A day that is shorter than life passes as much faster.
 */
const diurnal: RatePart = {
  doc: 'The curve of a day, hour by hour, and of a week, day by day, around a mean',
  options: {
    mean: { doc: 'Mean rate over a week', type: 'rate', default: 100, unit: 'events per second', min: 0 },
    hours: { doc: "The weights of a day's 24 hours, from midnight", type: 'list', default: HOURS },
    week: {
      doc: "The weights of a week's 7 days, from the first",
      type: 'list',
      default: [1, 1, 1, 1, 1, 1, 1],
    },
    startHour: {
      doc: 'The hour of the day at which it begins',
      type: 'number',
      default: 0,
      unit: 'hours since midnight',
      min: 0,
      max: 24,
    },
    day: { doc: 'How long a day lasts', type: 'duration', default: 86_400_000, unit: 'ms', min: 1000 },
    arrivals: ARRIVALS_OPTION,
  },
  create(options) {
    const mean = Number(options['mean']) / 1000;
    if (!(mean > 0))
      throw new EventmillError('CONFIG', 'diurnal: expected a mean above zero, got 0/s; raise it');
    const hours = weightsOf('hours', 24, options['hours'] ?? []);
    const days = weightsOf('week', 7, options['week'] ?? []);
    const day = Number(options['day']);
    const curve = curveOf(hours, days, mean, day);
    const begins = (Number(options['startHour']) / 24) * day;
    const before = curve.countBy(begins);
    return {
      // Whole weeks apart the difference would lose its last digits to the beginning's, so that is taken off last.
      countBy: (elapsedMs) => Math.max(0, curve.countBy(begins + Math.max(0, elapsedMs)) - before),
      perSecondAt: (elapsedMs) => curve.perMsAt(begins + Math.max(0, elapsedMs)) * 1000,
      ...(options['arrivals'] === 'poisson' ? { arrivals: poissonArrivals } : {}),
    };
  },
};

function curveOf(hours: readonly number[], days: readonly number[], mean: number, day: number) {
  const hour = day / 24;
  const at = (index: number) => hours[index % 24]!;
  // What the hours before have had due, in weights times hours: trapezoids.
  const sums = [0];
  for (let index = 0; index < 24; index++) sums.push(sums[index]! + (at(index) + at(index + 1)) / 2);
  const daySum = sums[24]!;
  const daysBefore = [0];
  for (const weight of days) daysBefore.push(daysBefore.at(-1)! + weight);
  const weekWeight = daysBefore[7]!;
  /** So that a week's sum is its mean times its length. */
  const scale = (mean * 7 * 24) / (weekWeight * daySum);
  return {
    countBy(t: number): number {
      const dayIndex = Math.floor(t / day);
      const inDay = (t - dayIndex * day) / hour;
      const index = Math.min(23, Math.floor(inDay));
      const share = inDay - index;
      const ofHour = at(index) * share + ((at(index + 1) - at(index)) * share * share) / 2;
      const weeks = Math.floor(dayIndex / 7);
      const wholeDays = weeks * weekWeight + daysBefore[dayIndex - weeks * 7]!;
      return scale * hour * (wholeDays * daySum + days[dayIndex % 7]! * (sums[index]! + ofHour));
    },
    perMsAt(t: number): number {
      const dayIndex = Math.floor(t / day);
      const inDay = (t - dayIndex * day) / hour;
      const index = Math.min(23, Math.floor(inDay));
      const weight = at(index) + (at(index + 1) - at(index)) * (inDay - index);
      return scale * days[dayIndex % 7]! * weight;
    },
  };
}

function weightsOf(name: string, count: number, given: OptionValue): readonly number[] {
  const weights = (Array.isArray(given) ? given : [given]).map(Number);
  const sound = weights.length === count && weights.every((weight) => weight >= 0 && weight < 1e12);
  if (sound && weights.some((weight) => weight > 0)) return weights;
  throw new EventmillError(
    'CONFIG',
    `diurnal: ${name}: expected ${count} weights of zero or more, one of them above zero, got ${JSON.stringify(given)}`,
  );
}

export default diurnal;
