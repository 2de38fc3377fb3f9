import { AT, LENGTH_START } from '../protocol/batch-header.js';
import { type BatchHeader, int64At } from './batch.js';
import type { Log } from './log.js';

/** A batch is found by stepping from header to header; the index saves stepping over more than this. */
const INDEX_EVERY_BYTES = 4096;

/** A stretch of one partition's log: whole batches, one behind the other, in one block of memory. */
export class Segment {
  readonly log: Log;
  readonly buffer: Buffer;
  readonly firstOffset: number;
  /** The bytes filled. */
  used = 0;
  records = 0;
  maxTimestamp = Number.NEGATIVE_INFINITY;
  /** How many answers that are still being sent show this memory. While there are any, it must not be reused. */
  pins = 0;
  readonly #offsets: number[] = [];
  readonly #positions: number[] = [];

  constructor(log: Log, buffer: Buffer, firstOffset: number) {
    this.log = log;
    this.buffer = buffer;
    this.firstOffset = firstOffset;
  }

  /** The offset behind its last record. */
  get endOffset(): number {
    return this.firstOffset + this.records;
  }

  get room(): number {
    return this.buffer.length - this.used;
  }

  /** Copies a batch in. Only base offset and leader epoch are rewritten: the checksum starts after them. */
  append(batch: BatchHeader, offset: number, leaderEpoch: number): void {
    const { buffer } = this;
    const at = this.used;
    buffer.set(batch.bytes, at);
    const high = Math.floor(offset / 4294967296);
    buffer.writeInt32BE(high, at + AT.baseOffset);
    buffer.writeUInt32BE(offset - high * 4294967296, at + AT.baseOffset + 4);
    buffer.writeInt32BE(leaderEpoch, at + AT.leaderEpoch);
    if (at === 0 || at - this.#positions.at(-1)! >= INDEX_EVERY_BYTES) {
      this.#offsets.push(offset);
      this.#positions.push(at);
    }
    this.used = at + batch.bytes.length;
    this.records += batch.count;
    if (batch.maxTimestamp > this.maxTimestamp) this.maxTimestamp = batch.maxTimestamp;
  }

  /** Where the batch that holds `offset` begins. The offset must lie within this segment. */
  positionOf(offset: number): number {
    let at = this.#positions[lastAtMost(this.#offsets, offset)]!;
    while (this.#lastOffset(at) < offset) at = this.#next(at);
    return at;
  }

  /** Where the last batch ends that lies whole within `maxBytes` from `start`; `start` itself if none does. */
  endWithin(start: number, maxBytes: number): number {
    if (this.used - start <= maxBytes) return this.used;
    let at = Math.max(start, this.#positions[lastAtMost(this.#positions, start + maxBytes)]!);
    while (this.#next(at) - start <= maxBytes) at = this.#next(at);
    return at;
  }

  /** Where the batch at `start` ends. */
  endOf(start: number): number {
    return this.#next(start);
  }

  /** The first batch with a record as late as `timestamp`. */
  batchAtTime(timestamp: number): { offset: number; timestamp: number } | undefined {
    for (let at = 0; at < this.used; at = this.#next(at)) {
      const latest = int64At(this.buffer, at + AT.maxTimestamp);
      if (latest >= timestamp) return { offset: int64At(this.buffer, at), timestamp: latest };
    }
    return undefined;
  }

  #next(at: number): number {
    return at + LENGTH_START + this.buffer.readInt32BE(at + AT.length);
  }

  #lastOffset(at: number): number {
    return int64At(this.buffer, at) + this.buffer.readInt32BE(at + AT.lastOffsetDelta);
  }
}

/** The index of the last of the rising `numbers` that is not above `limit`; the first is assumed not to be. */
function lastAtMost(numbers: readonly number[], limit: number): number {
  let low = 0;
  let high = numbers.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (numbers[middle]! <= limit) low = middle;
    else high = middle - 1;
  }
  return low;
}
