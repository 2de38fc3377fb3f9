import { ARRIVALS_OPTION, poissonArrivals } from '../arrivals.js';
import { EventmillError } from '../errors.js';
import type { RatePart } from '../types.js';

/**
 * A quiet rate with bursts at regular intervals, such as batch jobs on the minute or goals in a match.
 *
 *     events/s
 *        b |      ┌─┐       ┌─┐       ┌─┐
 *        q |──────┘ └───────┘ └───────┘ └──
 *        0 +────────┬─────────┬─────────┬──→ t
 *                   P         2P        3P
 *
 *     n(t) = q · t + (b − q) · (k · L + max(0, t − k · P − (P − L)))      with k = ⌊t / P⌋
 *
 * with n the number of events due, q and b the rates between and during bursts in events per millisecond, P the time from
 * burst to burst, L ≤ P how long one lasts and t the time elapsed, in milliseconds. Each period ends with its burst, so
 * that what is watched begins quietly.
 */
const burst: RatePart = {
  doc: 'A quiet rate with bursts at regular intervals',
  options: {
    rate: { doc: 'Rate between bursts', type: 'rate', default: 50, unit: 'events per second', min: 0 },
    burst: { doc: 'Rate during one', type: 'rate', default: 1000, unit: 'events per second', min: 0 },
    every: { doc: 'From burst to burst', type: 'duration', default: 10_000, unit: 'ms', min: 1 },
    lasts: { doc: 'How long one lasts, at most that', type: 'duration', default: 1000, unit: 'ms', min: 1 },
    arrivals: ARRIVALS_OPTION,
  },
  create(options) {
    const q = Number(options['rate']) / 1000;
    const b = Number(options['burst']) / 1000;
    const P = Number(options['every']);
    const L = Number(options['lasts']);
    if (L > P) {
      throw new EventmillError(
        'CONFIG',
        `burst: expected "lasts" to be at most "every" (${P} ms), got ${L} ms; shorten it`,
      );
    }
    if (b === 0 && q === 0) {
      throw new EventmillError(
        'CONFIG',
        'burst: expected "rate" or "burst" above zero, got 0/s for both; raise one',
      );
    }
    return {
      countBy(elapsedMs) {
        const t = Math.max(0, elapsedMs);
        const k = Math.floor(t / P);
        return q * t + (b - q) * (k * L + Math.max(0, t - k * P - (P - L)));
      },
      perSecondAt(elapsedMs) {
        const t = Math.max(0, elapsedMs);
        return (t % P >= P - L ? b : q) * 1000;
      },
      ...(options['arrivals'] === 'poisson' ? { arrivals: poissonArrivals } : {}),
    };
  },
};

export default burst;
