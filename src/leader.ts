/** One broker as the dispatcher sees it: how much is under way to it, and what waits for it. */
import type { PartitionQueue } from './partition-queue.js';

export class Leader {
  readonly id: number;
  /** Requests under way. */
  inFlight = 0;
  /** Partitions with something to send, taken from in turn. */
  readonly queues: PartitionQueue[] = [];

  constructor(id: number) {
    this.id = id;
  }
}
