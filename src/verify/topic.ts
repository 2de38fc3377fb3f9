/** Reads one topic of a run back, within the offsets that its acknowledgements name, and judges it. */
import { EventmillError } from '../errors.js';
import type { Clock, TopicSnapshot, VerifyResult } from '../types.js';
import { Verifier } from './verify.js';

/** What this island needs of a reader; the transport's TopicReader is one. */
export interface RangeReader {
  readonly positions: Map<number, number>;
  connect(): Promise<void>;
  offsets(of: 'beginning' | 'end'): Promise<Map<number, number>>;
  poll(
    visit: (record: { partition: number; offset: number; key: Buffer | null; value: Buffer | null }) => void,
  ): Promise<number>;
  close(): void;
}

/** Nothing came for so long although offsets say that there is more. */
const SILENCE_MS = 15_000;

/** Throws VERIFY when the records cannot be read at all, such as when the broker has deleted them. */
export async function verifyTopic(
  topic: string,
  claim: TopicSnapshot,
  reader: RangeReader,
  clock: Clock,
): Promise<VerifyResult> {
  const verifier = new Verifier();
  try {
    await reader.connect();
    const ends = await rangesOf(topic, claim, reader);
    let lastProgress = clock.now();
    while (reader.positions.size > 0) {
      const came = await reader.poll((record) => {
        if (record.offset < ends.get(record.partition)!) verifier.see(record);
      });
      for (const [partition, position] of reader.positions) {
        if (position >= ends.get(partition)!) reader.positions.delete(partition);
      }
      if (came > 0) lastProgress = clock.now();
      else if (clock.now() - lastProgress > SILENCE_MS) break;
    }
  } finally {
    reader.close();
  }
  const { acked, failed, expired, dropped, unacknowledged } = claim.fates;
  return verifier.result({ acked, notAcked: failed + expired + dropped + unacknowledged });
}

/** Sets the reader to the first offset of each partition and returns the ends. */
async function rangesOf(
  topic: string,
  claim: TopicSnapshot,
  reader: RangeReader,
): Promise<Map<number, number>> {
  const beginnings = await reader.offsets('beginning');
  const ends = new Map<number, number>();
  for (const [name, [first, next]] of Object.entries(claim.offsets)) {
    const partition = Number(name);
    const beginning = beginnings.get(partition) ?? 0;
    if (beginning > first) {
      throw new EventmillError(
        'VERIFY',
        `topic ${topic}, partition ${partition}: expected records from offset ${first}, but the broker has deleted those below ${beginning}. For the sandbox give it more memory (--sandbox-memory), or make fewer records`,
      );
    }
    reader.positions.set(partition, first);
    ends.set(partition, next);
  }
  return ends;
}
