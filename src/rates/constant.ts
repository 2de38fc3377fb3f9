import type { RatePart } from '../types.js';

/**
 * The same rate throughout.
 *
 *     events/s
 *        r |───────────────
 *          |
 *        0 +───────────────→ t
 *
 *     n(t) = r · t
 *
 * with n the number of events due, r the rate in events per millisecond, and t the time elapsed in milliseconds.
 */
const constant: RatePart = {
  doc: 'The same rate throughout',
  options: {
    rate: { doc: 'Events', type: 'rate', default: 50, unit: 'events per second', min: 0 },
  },
  create({ rate }) {
    const perSecond = Number(rate);
    return {
      countBy: (elapsedMs) => (perSecond * Math.max(0, elapsedMs)) / 1000,
      perSecondAt: () => perSecond,
    };
  },
};

export default constant;
