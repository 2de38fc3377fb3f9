import { CODES } from '../protocol/codes.js';
import type { BatchHeader } from './batch.js';
import type { Memory } from './memory.js';
import { Producers } from './producers.js';
import { Segment } from './segment.js';

const FIRST_SEGMENT_BYTES = 16 * 1024;
const ZSTD = 4;
/** Changes of the leader that are remembered; older epochs are answered as unknown. */
const EPOCHS_MAX = 1000;

/** What became of an append; `offset` is −1 unless the batch lies in the log. */
export interface Appended {
  readonly code: number;
  readonly offset: number;
  readonly message: string | null;
}

/** One partition: batches in the order of their arrival, from `startOffset` up to, not including, `endOffset`. */
export class Log {
  readonly topic: string;
  readonly partition: number;
  /** The brokers that could lead the partition, the preferred one first. */
  readonly replicas: readonly number[];
  /** The broker that leads the partition, −1 for none; another one refuses to serve it. */
  leader: number;
  leaderEpoch = 0;
  /** How many of the replicas are up: all of those count as in sync, since there is one copy behind them. */
  inSync: number;
  /** Rises when segments are evicted. */
  startOffset = 0;
  endOffset = 0;
  /** Whether any batch was compressed with zstd, which old versions of Fetch must not be given. */
  hasZstd = false;
  /** Called with the bytes of each append, for those that wait for more. */
  readonly waiters = new Set<(bytes: number) => void>();
  readonly #memory: Memory;
  readonly #segments: Segment[] = [];
  readonly #producers = new Producers();
  /** Where each epoch began, by rising epoch; those in which nothing was written are left out. */
  readonly #epochs: { epoch: number; start: number }[] = [{ epoch: 0, start: 0 }];
  #deleted = false;

  constructor(topic: string, partition: number, replicas: readonly number[], memory: Memory) {
    this.topic = topic;
    this.partition = partition;
    this.replicas = replicas;
    this.leader = replicas[0]!;
    this.inSync = replicas.length;
    this.#memory = memory;
  }

  get deleted(): boolean {
    return this.#deleted;
  }

  /** Another broker leads from now on, or none (−1). Those who wait at the old one are told. */
  lead(leader: number): void {
    this.leader = leader;
    this.leaderEpoch++;
    if (this.#epochs.at(-1)!.start === this.endOffset) this.#epochs.pop();
    else if (this.#epochs.length === EPOCHS_MAX) this.#epochs.shift();
    this.#epochs.push({ epoch: this.leaderEpoch, start: this.endOffset });
    for (const waiter of this.waiters) waiter(Number.POSITIVE_INFINITY);
  }

  /** The last epoch up to `epoch` in which something was written, and where it ended; undefined for unknown ones. */
  endOfEpoch(epoch: number): { epoch: number; end: number } | undefined {
    if (epoch > this.leaderEpoch) return undefined;
    const at = this.#epochs.findLastIndex((each) => each.epoch <= epoch);
    if (at < 0) return undefined;
    return { epoch: this.#epochs[at]!.epoch, end: this.#epochs[at + 1]?.start ?? this.endOffset };
  }

  append(batch: BatchHeader): Appended {
    const idempotent = batch.producerId >= 0;
    if (idempotent) {
      const judgement = this.#producers.judge(batch);
      if (judgement.kind === 'refused') {
        return { code: judgement.code, offset: -1, message: judgement.message };
      }
      if (judgement.kind === 'duplicate') {
        return { code: CODES.NONE, offset: judgement.duplicateOf, message: null };
      }
    }
    const offset = this.endOffset;
    const segment = this.#segmentFor(batch.bytes.length);
    segment.append(batch, offset, this.leaderEpoch);
    this.#memory.touch(segment);
    this.endOffset = offset + batch.count;
    if (batch.codec === ZSTD) this.hasZstd = true;
    if (idempotent) this.#producers.remember(batch, offset);
    for (const waiter of this.waiters) waiter(batch.bytes.length);
    return { code: CODES.NONE, offset, message: null };
  }

  /**
   * Shows whole batches from the one that holds `offset` onwards, at most `maxBytes` of them, but the first one
   * even if it is larger when `atLeastOne`. Returns how many bytes that were. The offset must lie within the log.
   */
  read(
    offset: number,
    maxBytes: number,
    atLeastOne: boolean,
    show: (segment: Segment, start: number, end: number) => void,
  ): number {
    let bytes = 0;
    if (offset >= this.endOffset) return bytes;
    let index = this.#segmentAt(offset);
    let start = this.#segments[index]!.positionOf(offset);
    for (; index < this.#segments.length; index++, start = 0) {
      const segment = this.#segments[index]!;
      let end = segment.endWithin(start, maxBytes - bytes);
      if (end === start && bytes === 0 && atLeastOne) end = segment.endOf(start);
      if (end > start) show(segment, start, end);
      bytes += end - start;
      if (end < segment.used || bytes >= maxBytes) break;
    }
    return bytes;
  }

  /** The bytes from `offset` to the end of the log, counted no further than `enough`. */
  bytesFrom(offset: number, enough: number): number {
    return this.read(offset, enough, true, () => {});
  }

  /** The first batch with a record as late as `timestamp`: its first offset, and the latest timestamp in it. */
  batchAtTime(timestamp: number): { offset: number; timestamp: number } | undefined {
    const segment = this.#segments.find((candidate) => candidate.maxTimestamp >= timestamp);
    return segment?.batchAtTime(timestamp);
  }

  /** Drops the first segment, which must be `segment`: the log now begins later. */
  forget(segment: Segment): void {
    const first = this.#segments.shift();
    if (first !== segment) throw new Error('only the first segment of a log can be evicted');
    this.startOffset = this.#segments[0]?.firstOffset ?? this.endOffset;
  }

  /** Gives its memory back and tells those who wait. */
  delete(): void {
    this.#deleted = true;
    for (const segment of this.#segments.splice(0)) this.#memory.release(segment);
    this.startOffset = this.endOffset;
    for (const waiter of this.waiters) waiter(Number.POSITIVE_INFINITY);
  }

  #segmentFor(bytes: number): Segment {
    const last = this.#segments.at(-1);
    if (last !== undefined && last.room >= bytes) return last;
    // Segments start small and double, so that thousands of quiet partitions do not fill the memory with room.
    const wanted = last === undefined ? FIRST_SEGMENT_BYTES : last.buffer.length * 2;
    const size = Math.max(bytes, Math.min(wanted, this.#memory.segmentBytes));
    const segment = new Segment(this, this.#memory.allocate(size), this.endOffset);
    this.#segments.push(segment);
    return segment;
  }

  #segmentAt(offset: number): number {
    let low = 0;
    let high = this.#segments.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#segments[middle]!.firstOffset <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
