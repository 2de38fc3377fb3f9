/** A run with everything that looks at it, and one without any measuring: what lies between them is what measuring costs. */
import { Backlog } from '../../src/backlog.js';
import { PendingBatch } from '../../src/batch.js';
import { systemClock } from '../../src/clock.js';
import { Histogram } from '../../src/histogram.js';
import { RequestTimes } from '../../src/holdup.js';
import { createMetrics } from '../../src/metrics/registry.js';
import type { Run } from '../../src/request.js';
import { summaryOf } from '../../src/summary.js';
import { SizeCounts, Tally } from '../../src/tally.js';
import { Waits } from '../../src/waits.js';

/** As often as Prometheus and `--summary` look. */
const LOOK_MS = 1000;

/** Takes all measuring out of the data path but the counts that a run needs to end: what is left is what sending costs. */
export function takeMeasuringOut(): void {
  const nothing = () => {};
  PendingBatch.prototype.stamp = nothing;
  Histogram.prototype.add = nothing;
  SizeCounts.prototype.add = nothing;
  RequestTimes.prototype.add = nothing;
  Waits.prototype.lap = nothing;
  Backlog.prototype.spent = () => 'not due';
  Tally.prototype.settled = function settled(batch, fate, _code, _offset, now) {
    this.fates[fate] += batch.count;
    batch.queue.tally.fates[fate] += batch.count;
    this.lastSettledAt = now;
    this.lastAckedAt = now;
  };
}

/** Looks at a run as `--summary` and a scrape of /metrics do, each second and at its end. Returns how to stop. */
export function watch(run: Run): () => Promise<number> {
  const metrics = createMetrics(() => run.snapshot());
  let told = 0;
  const look = async () => {
    told += JSON.stringify(summaryOf(run.snapshot())).length + (await metrics.text()).length;
  };
  let timer = systemClock.after(LOOK_MS, function again() {
    void look();
    timer = systemClock.after(LOOK_MS, again);
  });
  return async () => {
    timer.cancel();
    await look();
    return told;
  };
}
