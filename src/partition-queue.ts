/** One topic-partition: its open batch, and the closed ones that wait in order. Which of them go when is the dispatcher's business. */
import type { PendingBatch } from './batch.js';
import type { BatchRoom } from './batch-room.js';
import { SizeLimit } from './size-limit.js';
import type { TopicTally } from './tally.js';
import type { Timer } from './types.js';

export class PartitionQueue {
  readonly topic: string;
  readonly partition: number;
  readonly tally: TopicTally;
  open: PendingBatch | null = null;
  /** The open batch has waited long enough; it closes as soon as it can be sent. */
  lingered = false;
  readonly waiting: PendingBatch[] = [];
  heldBytes = 0;
  nextOrdinal = 0;
  /** What the last batch held and a little more, so that the next one starts with room for as much. */
  recordsHint = 16;
  bytesHint = 0;

  // ---- the dispatcher's part
  listed = false;
  inFlight = 0;
  /** The leader that its last batch went to. */
  sentTo = -1;
  retryAt = 0;
  retryTimer: Timer | null = null;
  nextSequence = 0;
  epoch = 0;
  /** An acknowledgement came under this epoch, so several requests may be under way. */
  proven = false;
  readonly limit = new SizeLimit();
  /** What its batches may hold, shared by the partitions of the topic. */
  readonly room: BatchRoom;
  /** In the sequence numbers: `coming` when what was sent behind a batch that was given up will be refused, `there` when all that is left needs new ones. */
  gap: 'none' | 'coming' | 'there' = 'none';

  constructor(topic: string, partition: number, tally: TopicTally, room: BatchRoom) {
    this.topic = topic;
    this.partition = partition;
    this.tally = tally;
    this.room = room;
  }

  /** The next batch in order, closing the open one if its time has come. */
  head(close: (queue: PartitionQueue) => void): PendingBatch | undefined {
    if (this.waiting.length === 0 && this.lingered && this.open !== null) close(this);
    return this.waiting[0];
  }

  /** Puts a batch back where its ordinal belongs. */
  putBack(batch: PendingBatch): void {
    let at = 0;
    while (at < this.waiting.length && this.waiting[at]!.ordinal < batch.ordinal) at++;
    this.waiting.splice(at, 0, batch);
  }
}
