/** Takes all measuring out of the data path but the counts that a run needs to end: what is left is what sending costs. */
import { PendingBatch } from '../../src/batch.js';
import { Histogram } from '../../src/histogram.js';
import { RequestTimes } from '../../src/holdup.js';
import { SizeCounts, Tally } from '../../src/tally.js';
import { Waits } from '../../src/waits.js';

export function takeMeasuringOut(): void {
  const nothing = () => {};
  PendingBatch.prototype.stamp = nothing;
  Histogram.prototype.add = nothing;
  SizeCounts.prototype.add = nothing;
  RequestTimes.prototype.add = nothing;
  Waits.prototype.lap = nothing;
  Tally.prototype.settled = function settled(batch, fate, _code, _offset, now) {
    this.fates[fate] += batch.count;
    batch.queue.tally.fates[fate] += batch.count;
    this.lastSettledAt = now;
    this.lastAckedAt = now;
  };
}
