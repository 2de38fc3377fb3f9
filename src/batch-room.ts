/**
 * How many bytes of records a batch may hold so that it takes about batchBytes once it is compressed, as Kafka's own
 * producer bounds its batches. What the codec will make of them is only known afterwards, so each topic's next batch
 * goes by what became of those before: halfway to better at each, so that one lucky batch is not believed, and to worse
 * at once, since a batch that is too large costs a refusal.
 *
 * Without a codec nothing is learned, and the room is batchBytes. With one it is bounded as well, for three reasons:
 * a topic's `compression.type` may have the broker pack a batch anew, or not at all, and then all of it must fit into
 * what brokers take by default; readers unpack a batch as a whole; and several batches must fit into the buffer at
 * once, one that fills beside those under way.
 */
import type { ProfileSettings } from './types.js';

/** Batches turn out larger than estimated now and then; so much is kept free for it. */
const MARGIN = 1.05;
/** The share of the way to a better ratio that one batch is believed. */
const BELIEF = 0.5;
/** Below the default of `max.message.bytes`, 1,048,588, by more than a record of usual size. */
const UNPACKED_BYTES_MAX = 1_000_000;
/** Beyond this nothing is gained: the cost of a batch and of a request is spread over enough already. */
const TIMES_MAX = 16;
/** So many batches fit into the buffer, and into that of one partition. */
const BATCHES_HELD = 8;

export type RoomSettings = Pick<ProfileSettings, 'batchBytes' | 'bufferBytes' | 'partitionBufferBytes'>;

export class BatchRoom {
  /** What a batch that begins now may hold, bytes before compression. */
  bytes: number;
  readonly #batchBytes: number;
  readonly #most: number;
  /** Compressed ÷ raw, as the next batch is expected to turn out. */
  #ratio = 1;

  constructor({ batchBytes, bufferBytes, partitionBufferBytes }: RoomSettings) {
    const held = Math.floor(Math.min(bufferBytes, partitionBufferBytes) / BATCHES_HELD);
    this.#batchBytes = batchBytes;
    this.#most = Math.max(batchBytes, Math.min(TIMES_MAX * batchBytes, UNPACKED_BYTES_MAX, held));
    this.bytes = batchBytes;
  }

  /** A batch of `rawBytes` took `packedBytes`. Small ones pack worse, and say little of full ones. */
  packed(rawBytes: number, packedBytes: number): void {
    if (rawBytes < this.#batchBytes / 2) return;
    const seen = packedBytes / rawBytes;
    this.#expect(seen < this.#ratio ? this.#ratio + BELIEF * (seen - this.#ratio) : seen);
  }

  /** A batch was refused for its size: begins anew, as with nothing known. */
  refused(): void {
    this.#expect(1);
  }

  #expect(ratio: number): void {
    this.#ratio = Math.min(1, ratio);
    const fitting = Math.floor(this.#batchBytes / (this.#ratio * MARGIN));
    this.bytes = Math.min(this.#most, Math.max(this.#batchBytes, fitting));
  }
}
