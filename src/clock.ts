/** Real time: the one place that reads the wall clock or sets timers. */
import { setImmediate } from 'node:timers/promises';
import type { Clock } from './types.js';

/** Epoch milliseconds with sub-millisecond fractions that never go back, even when the wall clock is set. */
export const systemClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, Math.max(0, ms));
    return { cancel: () => clearTimeout(timer) };
  },
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, Math.max(0, ms))),
  yield: () => setImmediate(),
  idleMs: () => performance.eventLoopUtilization().idle,
};
