/** How full a profile's batches of a topic's records get. */
import { HEADER_BYTES } from '../protocol/batch-header.js';
import { WHOLE, workerOf } from '../shard.js';
import type { ProfileSettings, Shard } from '../types.js';
import type { SampleRecord } from './sample.js';

/** What will be sent to one topic. */
export interface Traffic {
  /** Of the whole run. */
  readonly records: readonly SampleRecord[];
  readonly partitions: number;
  /** From this process, on the mean; null: as fast as it goes. */
  readonly perSecond: number | null;
  /** All that will come from it; null where that is not known. */
  readonly total: number | null;
  readonly crew?: Crew;
}

/** Who makes the records: this part of the run, in so many threads, each a producer with keys of its own. */
export interface Crew {
  readonly shard: Shard;
  readonly workers: number;
}

export const ALONE: Crew = { shard: WHOLE, workers: 1 };

/** Why batches are closed: full by size or by count, waited long enough, sent at once (no linger), or each record alone (sync). */
export type ClosedBy = 'batchBytes' | 'batchRecords' | 'lingerMs' | 'at once' | 'sync';

export interface Batches {
  /** On the mean over the records: half of the records travel in batches of at least about this many. */
  readonly records: number;
  /** Without compression. */
  readonly bytes: number;
  readonly closedBy: ClosedBy;
  /** Null: as fast as it goes. */
  readonly perSecond: number | null;
  /** How long the first record of a batch waits for the others, ms. */
  readonly waitMs: number;
  /** The share of the fullest partition in the records with a key; null where none has one. */
  readonly hottest: { readonly partition: number; readonly share: number } | null;
  /** Partitions that no sampled record goes to; none where records without a key go everywhere. */
  readonly idle: number;
}

/**
 * The batches of one topic, from the rate of each producer's partitions: an open batch takes what comes until it is full
 * or has lingered. `roomBytes`: what it holds at the most before it is compressed.
 */
export function batchesOf(settings: ProfileSettings, traffic: Traffic, roomBytes: number): Batches {
  const { partitions, perSecond, total, crew = ALONE } = traffic;
  const bytes = meanBytes(traffic.records);
  const fit = Math.max(1, Math.floor((roomBytes - HEADER_BYTES) / Math.max(1, bytes)));
  const cap = settings.mode === 'sync' ? 1 : Math.min(settings.batchRecords, fit);
  const shares = partitionShares(traffic.records, partitions);
  const keyed = shares.some((share) => share > 0);
  const flows = flowShares(traffic, crew, keyed);
  let batchesPerRecord = 0;
  for (const share of flows) {
    const expected = perSecond === null ? cap : 1 + (perSecond * share * settings.lingerMs) / 1000;
    const all = total === null ? expected : Math.max(1, total * share);
    batchesPerRecord += share / Math.min(cap, expected, all);
  }
  const records = 1 / batchesPerRecord;
  const isFull = records > 0.95 * cap;
  const fillMs = perSecond === null || perSecond === 0 ? 0 : ((cap - 1) / (perSecond / flows.length)) * 1000;
  return {
    records,
    bytes: HEADER_BYTES + records * bytes,
    closedBy: closedBy(settings, isFull, fit),
    perSecond: perSecond === null ? null : perSecond * batchesPerRecord,
    waitMs: settings.mode === 'sync' || perSecond === null ? 0 : Math.min(settings.lingerMs, fillMs),
    hottest: keyed ? hottestOf(shares) : null,
    idle: keyed ? shares.filter((share) => share === 0).length : 0,
  };
}

function closedBy({ mode, lingerMs, batchRecords }: ProfileSettings, isFull: boolean, fit: number): ClosedBy {
  if (mode === 'sync') return 'sync';
  if (isFull && (lingerMs > 0 || fit === 1)) return batchRecords < fit ? 'batchRecords' : 'batchBytes';
  return lingerMs === 0 ? 'at once' : 'lingerMs';
}

/** The share of each line of batches in what this process makes: its producers have one for each partition that they write to. */
function flowShares({ records, partitions }: Traffic, { shard, workers }: Crew, keyed: boolean): number[] {
  // Records without a key stay with one partition until a batch's worth went there, so they fill as if there were one.
  if (!keyed) return new Array<number>(workers).fill(1 / workers);
  const counts = new Map<number, number>();
  let own = 0;
  for (const { hash } of records) {
    const worker = hash < 0 ? -1 : workerOf(shard, workers, hash, 0);
    if (worker < 0) continue;
    const flow = worker * partitions + (hash % partitions);
    counts.set(flow, (counts.get(flow) ?? 0) + 1);
    own++;
  }
  // None of the sampled keys may be this shard's.
  return own === 0 ? [1] : [...counts.values()].map((count) => count / own);
}

/** The share of each partition in the records with a key; all zero where none has one. */
function partitionShares(records: readonly SampleRecord[], partitions: number): number[] {
  const counts = new Array<number>(partitions).fill(0);
  let keyed = 0;
  for (const { hash } of records) {
    if (hash < 0) continue;
    counts[hash % partitions]!++;
    keyed++;
  }
  return keyed === 0 ? counts : counts.map((count) => count / keyed);
}

function hottestOf(shares: readonly number[]): { partition: number; share: number } {
  const share = Math.max(...shares);
  return { partition: shares.indexOf(share), share };
}

/** What a record takes in a batch, with its framing. */
function meanBytes(records: readonly SampleRecord[]): number {
  return records.length === 0
    ? 0
    : records.reduce((sum, record) => sum + framedBytes(record), 0) / records.length;
}

/** Beside key, value and headers a record has its length, attributes, time, place and their lengths: 10 to 12 bytes. */
const FRAMING_BYTES = 11;

function framedBytes({ key, value, headers }: SampleRecord): number {
  let bytes = FRAMING_BYTES + (key?.length ?? 0) + (value?.length ?? 0);
  for (const [name, text] of Object.entries(headers ?? {}))
    bytes += 2 + Buffer.byteLength(name) + (text === null ? 0 : Buffer.byteLength(text));
  return bytes;
}
