/**
 * What became of every record of one profile: fates, causes, offsets and times. The data plane writes here once per
 * record or batch; reporters, /metrics and the summary read snapshots.
 */
import type { PendingBatch } from './batch.js';
import { Histogram } from './histogram.js';
import type {
  DigestSnapshot,
  DisorderKind,
  Fate,
  HistogramSnapshot,
  ProfileSnapshot,
  Stage,
  TopicSnapshot,
} from './types.js';

export const FATES: readonly Fate[] = ['acked', 'failed', 'expired', 'dropped', 'unacknowledged'];
export const STAGES: readonly Stage[] = ['schedule', 'buffer', 'compression', 'request', 'retry', 'total'];

export type FateCounts = { [F in Fate]: number };

/** How many have their final fate; those that are under way are unacknowledged, but not among `records`. */
export function settledOf(
  figures: Pick<ProfileSnapshot, 'records' | 'failed' | 'expired' | 'dropped'>,
): number {
  return figures.records + figures.failed + figures.expired + figures.dropped;
}

const noFates = (): FateCounts => ({ acked: 0, failed: 0, expired: 0, dropped: 0, unacknowledged: 0 });

/** One topic's share. */
export class TopicTally {
  readonly partitions: number;
  readonly fates = noFates();
  made = 0;
  /** First offset and the one behind the last, per partition; −1 while nothing is known. */
  readonly first: Float64Array;
  readonly next: Float64Array;
  /** Records acknowledged or written, per partition. */
  readonly written: Float64Array;
  /** Records written whose offset nobody told: then only where the topic ended before and after tells what is ours. */
  unnamed = 0;
  #starts: ReadonlyMap<number, number> | null = null;
  #ends: ReadonlyMap<number, number> | null = null;

  constructor(partitions: number) {
    this.partitions = partitions;
    this.first = new Float64Array(partitions).fill(-1);
    this.next = new Float64Array(partitions).fill(-1);
    this.written = new Float64Array(partitions);
  }

  wrote(partition: number, offset: number, count: number): void {
    if (offset < 0) {
      this.unnamed += count;
      return;
    }
    const first = this.first[partition]!;
    if (first < 0 || offset < first) this.first[partition] = offset;
    if (offset + count > this.next[partition]!) this.next[partition] = offset + count;
  }

  /** Where each partition ended before the first record. */
  began(starts: ReadonlyMap<number, number>): void {
    this.#starts = starts;
  }

  /** Where each partition ends behind the last record. */
  ended(ends: ReadonlyMap<number, number>): void {
    this.#ends = ends;
  }

  /** Whether it is known which offsets hold all that was written. */
  get bounded(): boolean {
    return this.unnamed === 0 || this.#ends !== null;
  }

  /** By partition the first offset and the one behind the last, −1 while the end is not known. */
  ranges(): Map<number, [first: number, next: number]> {
    const ranges = new Map<number, [number, number]>();
    for (let p = 0; p < this.partitions; p++) {
      const start = this.#starts?.get(p);
      const end = this.#ends?.get(p) ?? -1;
      if (this.unnamed > 0 && start !== undefined) {
        if (end !== start) ranges.set(p, [start, end]);
      } else if (this.first[p]! >= 0) ranges.set(p, [this.first[p]!, this.next[p]!]);
    }
    return ranges;
  }

  snapshot(): TopicSnapshot {
    const offsets = Object.fromEntries(this.ranges());
    const written: { [partition: string]: number } = {};
    for (let p = 0; p < this.partitions; p++) {
      if (this.written[p]! > 0) written[p] = this.written[p]!;
    }
    const records = this.fates.acked + this.fates.unacknowledged;
    return {
      records,
      partitions: this.partitions,
      offsets,
      written,
      fates: { ...this.fates },
      due: this.made,
    };
  }
}

/** Sizes counted in powers of two. */
export class SizeCounts {
  readonly #counts = new Float64Array(32);
  #sum = 0;
  #count = 0;

  add(size: number): void {
    this.#counts[Math.min(31, 32 - Math.clz32(Math.max(0, size - 1)))]! += 1;
    this.#sum += size;
    this.#count++;
  }

  snapshot(): HistogramSnapshot {
    let top = 31;
    while (top > 0 && this.#counts[top] === 0) top--;
    const bounds = Array.from({ length: top + 1 }, (_, power) => 2 ** power);
    return {
      bounds: [...bounds, Infinity],
      counts: [...this.#counts.slice(0, top + 1), 0],
      sum: this.#sum,
      count: this.#count,
    };
  }
}

export class Tally {
  readonly fates = noFates();
  /** Over all fates. */
  readonly errors = new Map<string, number>();
  readonly errorsByFate = new Map(FATES.map((fate) => [fate, new Map<string, number>()]));
  /** What was done to events on purpose. */
  readonly disorder = new Map<DisorderKind, number>();
  /** Of what was made, where it was asked for. */
  digest: { snapshot(): DigestSnapshot } | null = null;
  readonly retriesByCode = new Map<string, number>();
  readonly stages: { readonly [S in Stage]: Histogram };
  readonly batchRecords = new SizeCounts();
  readonly batchBytes = new SizeCounts();
  readonly topics = new Map<string, TopicTally>();
  /** Records that went into a batch or met their fate at once. */
  madeCount = 0;
  payloadBytes = 0;
  /** Of those, the ones in records that were written. */
  writtenBytes = 0;
  retries = 0;
  batches = 0;
  /** Bytes of closed batches before compression. */
  rawBytes = 0;
  firstMadeAt = 0;
  lastSettledAt = 0;
  lastAckedAt = 0;

  constructor() {
    const stages = {} as { [S in Stage]: Histogram };
    for (const stage of STAGES) stages[stage] = new Histogram();
    this.stages = stages;
  }

  topic(name: string, partitions: number): TopicTally {
    let topic = this.topics.get(name);
    if (topic === undefined) {
      topic = new TopicTally(partitions);
      this.topics.set(name, topic);
    }
    return topic;
  }

  /** A record went into a batch. */
  made(topic: TopicTally, bytes: number): void {
    this.madeCount++;
    this.payloadBytes += bytes;
    topic.made++;
  }

  /** A record met its fate without ever being in a batch. */
  rejected(topic: TopicTally, fate: Fate, code: string): void {
    this.madeCount++;
    topic.made++;
    this.#count(topic, fate, code, 1);
  }

  /** Records that were due but never made. */
  neverMade(topic: TopicTally, count: number): void {
    this.madeCount += count;
    topic.made += count;
    this.#count(topic, 'expired', 'NEVER_MADE', count);
  }

  /** Something was done to an event on purpose. One that was held back for good is as good as missing; a second copy that never came is nothing. */
  tampered(kind: DisorderKind, neverCame: boolean): void {
    if (neverCame && kind === 'duplicate') return;
    const counted = neverCame ? 'missing' : kind;
    this.disorder.set(counted, (this.disorder.get(counted) ?? 0) + 1);
  }

  closed(batch: PendingBatch): void {
    this.batches++;
    this.batchRecords.add(batch.count);
    this.batchBytes.add(batch.builder.bytes);
    this.rawBytes += batch.builder.bytes;
  }

  retried(code: string): void {
    this.retries++;
    this.retriesByCode.set(code, (this.retriesByCode.get(code) ?? 0) + 1);
  }

  /** A batch's records met their fate. `offset` is that of the first record, −1 when not known. */
  settled(batch: PendingBatch, fate: Fate, code: string, offset: number, now: number): void {
    const topic = batch.queue.tally;
    this.#count(topic, fate, code, batch.count);
    this.lastSettledAt = now;
    if (fate !== 'acked' && fate !== 'unacknowledged') return;
    this.lastAckedAt = now;
    this.writtenBytes += batch.payloadBytes;
    if (batch.partition >= 0) topic.written[batch.partition]! += batch.count;
    if (fate === 'acked' || code === 'NONE') topic.wrote(batch.partition, offset, batch.count);
    this.#measure(batch, now);
  }

  /**
   * Every record by its own times: within a batch the first waited longest, and a mean would hide it. Neighbours that were due
   * and made at the same moments, as at full speed, where the clock is not read for each, are added in one go.
   */
  #measure(batch: PendingBatch, now: number): void {
    const { schedule, buffer, compression, request, retry, total } = this.stages;
    const waitedUntil = batch.firstSentAt - batch.compressionMs;
    const { count } = batch;
    // The clock is read once for many records: those that were made, or due, at one moment are counted at once.
    for (let i = 0; i < count; ) {
      const made = batch.madeAt(i);
      const from = i;
      do {
        const due = batch.dueAt(i);
        const first = i++;
        while (i < count && batch.dueAt(i) === due && batch.madeAt(i) === made) i++;
        schedule.add(made - due, i - first);
        total.add(now - due, i - first);
      } while (i < count && batch.madeAt(i) === made);
      buffer.add(waitedUntil - made, i - from);
    }
    compression.add(batch.compressionMs, batch.count);
    request.add(now - batch.sentAt, batch.count);
    retry.add(batch.sentAt - batch.firstSentAt, batch.count);
  }

  #count(topic: TopicTally, fate: Fate, code: string, count: number): void {
    this.fates[fate] += count;
    topic.fates[fate] += count;
    if (code === 'NONE') return;
    this.errors.set(code, (this.errors.get(code) ?? 0) + count);
    const errors = this.errorsByFate.get(fate)!;
    errors.set(code, (errors.get(code) ?? 0) + count);
  }

  /** Records made whose fate is still open. */
  get pending(): number {
    const { acked, failed, expired, dropped, unacknowledged } = this.fates;
    return this.madeCount - acked - failed - expired - dropped - unacknowledged;
  }
}
