import { EventmillError } from '../errors.js';
import type { RatePart } from '../types.js';

/**
 * A wave around a mean, such as the swell of a day.
 *
 *     events/s
 *      m+A |   .·─·.             .·─·.
 *        m | ·´     `·         ·´     `·
 *      m−A |          `·._.·´            `
 *        0 +──────────────────┬───────────→ t
 *                             P
 *
 *     r(t) = m + A · sin(2π t / P + φ)
 *     n(t) = m · t + A · P / 2π · (cos φ − cos(2π t / P + φ))
 *
 * with n the number of events due (the integral of r), m the mean and A ≤ m the amplitude in events per millisecond,
 * P the period and t the time elapsed in milliseconds, and φ where on the wave it starts. Whole periods are taken off
 * t before the cosine, whose argument would else lose digits as the days go by.
 */
const sine: RatePart = {
  doc: 'A wave around a mean, such as the swell of a day',
  options: {
    mean: { doc: 'Rate in the middle', type: 'rate', default: 100, unit: 'events per second', min: 0 },
    amplitude: {
      doc: 'How far it swings up and down, at most the mean',
      type: 'rate',
      default: 50,
      unit: 'events per second',
      min: 0,
    },
    period: { doc: 'Time from peak to peak', type: 'duration', default: 60_000, unit: 'ms', min: 1 },
    start: {
      doc: 'Where on the wave it starts: in the middle and rising, or at the trough, or at the peak',
      type: 'string',
      default: 'middle',
      values: ['middle', 'trough', 'peak'],
    },
  },
  create(options) {
    const m = Number(options['mean']) / 1000;
    const A = Number(options['amplitude']) / 1000;
    const P = Number(options['period']);
    if (!(m > 0)) throw new EventmillError('CONFIG', 'sine: expected a mean above zero, got 0/s; raise it');
    if (A > m) {
      throw new EventmillError(
        'CONFIG',
        `sine: expected an amplitude of at most the mean (${m * 1000}/s), got ${A * 1000}/s; a rate below zero cannot be`,
      );
    }
    const quarters: { [start: string]: number } = { trough: -1, middle: 0, peak: 1 };
    const phase = ((quarters[String(options['start'])] ?? 0) * Math.PI) / 2;
    const angle = (t: number) => (2 * Math.PI * (t % P)) / P + phase;
    const height = (A * P) / (2 * Math.PI);
    return {
      countBy(elapsedMs) {
        const t = Math.max(0, elapsedMs);
        // cos a − cos b as a product: subtracting two nearly equal cosines would leave only their rounding.
        const half = (Math.PI * (t % P)) / P;
        return m * t + 2 * height * Math.sin(phase + half) * Math.sin(half);
      },
      perSecondAt: (elapsedMs) => (m + A * Math.sin(angle(Math.max(0, elapsedMs)))) * 1000,
    };
  },
};

export default sine;
