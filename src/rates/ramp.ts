import { EventmillError } from '../errors.js';
import type { RatePart } from '../types.js';

/**
 * A straight line from one rate to another, which then holds.
 *
 *     events/s
 *        b |        ┌──────
 *          |      ╱
 *          |    ╱
 *        a |  ╱
 *        0 +────────┬──────→ t
 *                   T
 *
 *     n(t) = a · t + (b − a) · t² / 2T          for t ≤ T
 *     n(t) = (a + b) · T / 2 + b · (t − T)      for t > T
 *
 * with n the number of events due, a and b the first and last rate in events per millisecond, T the length of the
 * ramp and t the time elapsed, both in milliseconds. n is the area under the line: a rectangle and a triangle.
 */
const ramp: RatePart = {
  doc: 'A straight line from one rate to another, which then holds',
  options: {
    from: { doc: 'Rate at the start', type: 'rate', default: 10, unit: 'events per second', min: 0 },
    to: { doc: 'Rate at the end', type: 'rate', default: 100, unit: 'events per second', min: 0 },
    over: { doc: 'Length of the ramp', type: 'duration', default: 30_000, unit: 'ms', min: 1 },
  },
  create(options) {
    const a = Number(options['from']) / 1000;
    const b = Number(options['to']) / 1000;
    const T = Number(options['over']);
    if (a === 0 && b === 0) {
      throw new EventmillError(
        'CONFIG',
        'ramp: expected "from" or "to" above zero, got 0/s for both; raise one',
      );
    }
    return {
      countBy(elapsedMs) {
        const t = Math.max(0, elapsedMs);
        return t <= T ? a * t + ((b - a) * t * t) / (2 * T) : ((a + b) * T) / 2 + b * (t - T);
      },
      perSecondAt(elapsedMs) {
        const t = Math.min(Math.max(0, elapsedMs), T);
        return (a + ((b - a) * t) / T) * 1000;
      },
    };
  },
};

export default ramp;
