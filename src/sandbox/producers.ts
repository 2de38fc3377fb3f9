/**
 * What one partition remembers of idempotent producers (KIP-98): the last batches of each, so that a batch sent
 * again is recognised and one that skips ahead is refused. The rules are those of Kafka's ProducerAppendInfo.
 */
import { CODES } from '../protocol/codes.js';
import { type BatchHeader, sequenceAfter } from './batch.js';
import { LIMITS } from './limits.js';

/** As many batches as Kafka remembers, hence its limit of five requests in flight. */
const WINDOW = 5;

interface Stored {
  readonly firstSequence: number;
  readonly lastSequence: number;
  readonly offset: number;
}

interface Producer {
  epoch: number;
  /** The oldest first, at most WINDOW. */
  batches: Stored[];
}

/** `duplicateOf` is the offset at which the same batch lies already. */
export type Judgement =
  | { readonly kind: 'new' }
  | { readonly kind: 'duplicate'; readonly duplicateOf: number }
  | { readonly kind: 'refused'; readonly code: number; readonly message: string };

const NEW: Judgement = { kind: 'new' };

export class Producers {
  readonly #byId = new Map<number, Producer>();

  get size(): number {
    return this.#byId.size;
  }

  judge(batch: BatchHeader): Judgement {
    // Kafka takes any first sequence number from a producer id that it does not know (any more).
    const producer = this.#byId.get(batch.producerId);
    if (producer === undefined) return NEW;
    if (batch.producerEpoch < producer.epoch) {
      const message = `expected epoch ${producer.epoch} or later, got ${batch.producerEpoch}`;
      return { kind: 'refused', code: CODES.INVALID_PRODUCER_EPOCH, message };
    }
    if (batch.producerEpoch > producer.epoch) {
      return batch.firstSequence === 0 ? NEW : outOfOrder(0, batch.firstSequence);
    }
    for (const stored of producer.batches) {
      if (stored.firstSequence === batch.firstSequence && stored.lastSequence === batch.lastSequence) {
        return { kind: 'duplicate', duplicateOf: stored.offset };
      }
    }
    const expected = sequenceAfter(producer.batches.at(-1)!.lastSequence, 1);
    return expected === batch.firstSequence ? NEW : outOfOrder(expected, batch.firstSequence);
  }

  /** Notes a batch that was judged new and now lies at `offset`. */
  remember(batch: BatchHeader, offset: number): void {
    const id = batch.producerId;
    let producer = this.#byId.get(id);
    if (producer === undefined || producer.epoch !== batch.producerEpoch) {
      producer = { epoch: batch.producerEpoch, batches: [] };
    }
    if (producer.batches.length === WINDOW) producer.batches.shift();
    const { firstSequence, lastSequence } = batch;
    producer.batches.push({ firstSequence, lastSequence, offset });
    // Setting it anew moves it behind the others, so that the one that was silent longest is forgotten first.
    this.#byId.delete(id);
    this.#byId.set(id, producer);
    if (this.#byId.size > LIMITS.producersPerPartition) {
      this.#byId.delete(this.#byId.keys().next().value!);
    }
  }
}

function outOfOrder(expected: number, got: number): Judgement {
  const message = `expected sequence number ${expected}, got ${got}`;
  return { kind: 'refused', code: CODES.OUT_OF_ORDER_SEQUENCE_NUMBER, message };
}
