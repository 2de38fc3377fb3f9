import { poissonArrivals } from '../arrivals.js';
import { EventmillError } from '../errors.js';
import type { RatePart } from '../types.js';

/**
 * Events of many independent people: as many as asked on the mean, and by chance more or fewer in every second.
 *
 *     events   |  | || |    |  |||  |     | | ||
 *              +─────────────────────────────────→ t
 *
 *     n(t) = λ · t          on the mean, with a variance of as much
 *
 * with n the number of events due, λ the rate in events per millisecond and t the time elapsed in milliseconds. The gaps
 * between events are exponential of mean 1/λ. The count of the mean is the integral; which point of it each event is
 * due at follows from the seed.
 */
const poisson: RatePart = {
  doc: 'Independent arrivals: the rate on the mean, by chance more or fewer in every second',
  options: {
    rate: { doc: 'Mean rate', type: 'rate', default: 100, unit: 'events per second', min: 0 },
  },
  create(options) {
    const perSecond = Number(options['rate']);
    if (!(perSecond > 0)) {
      throw new EventmillError('CONFIG', 'poisson: expected a rate above zero, got 0/s; raise it');
    }
    return {
      countBy: (elapsedMs) => (perSecond * Math.max(0, elapsedMs)) / 1000,
      perSecondAt: () => perSecond,
      arrivals: poissonArrivals,
    };
  },
};

export default poisson;
