/** Why records stay in the buffer, as the queues and the requests under way tell. */

import { Histogram } from './histogram.js';
import type { PartitionQueue } from './partition-queue.js';
import type { Holdup } from './waits.js';

/** What keeps these queues' records from going, at this moment (epoch ms). */
export function holdupOf(queues: Iterable<PartitionQueue>, now: number): Holdup {
  let found: Holdup = 'under way';
  for (const queue of queues) {
    if (queue.retryAt > now && (queue.waiting.length > 0 || queue.lingered)) return 'trouble';
    const first = queue.waiting[0];
    if (first === undefined) {
      if (queue.lingered && queue.open !== null && queue.open.count > 0) found = 'held back';
    } else if (first.ready) found = 'held back';
    else if (found === 'under way') found = 'packing';
  }
  return found;
}

/** How long requests take that find nothing under way to their leader, and how long those behind others. */
export class RequestTimes {
  readonly #alone = new Histogram();
  #behindMs = 0;
  #behind = 0;

  add(ms: number, ahead: number): void {
    if (ahead === 0) {
      this.#alone.add(ms);
    } else {
      this.#behindMs += ms;
      this.#behind++;
    }
  }

  /** The median of those that find nothing under way, ms; 0 while there was none. */
  get usualMs(): number {
    return this.#alone.percentile(0.5);
  }

  /** How many times as long they take behind others as usually alone; 1 where one of the two never happened. */
  get queueing(): number {
    const alone = this.usualMs;
    return this.#behind === 0 || alone === 0 ? 1 : this.#behindMs / this.#behind / alone;
  }
}
