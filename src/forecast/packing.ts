/** A topic's batches as a codec packs them. */
import { BatchRoom } from '../batch-room.js';
import { BufferPool } from '../protocol/buffer-pool.js';
import { RecordBatch } from '../protocol/record-batch.js';
import { workerOf } from '../shard.js';
import type { Codec, ProfileSettings, Serializer } from '../types.js';
import { ALONE, type Batches, batchesOf, type Traffic } from './batches.js';
import type { SampleRecord } from './sample.js';

export interface PackedBatches {
  readonly batches: Batches;
  /** How many times smaller than its records a batch becomes; 1 without a codec or records. */
  readonly ratio: number;
}

/** By then room and ratio agree, for they only differ by what fuller batches pack better. */
const ROUNDS_MAX = 6;
/** They agree when another round would change the room by less than this share. */
const CLOSE = 0.02;
/** After so many batches alike the room has come to what they tell. */
const BATCHES_ALIKE = 12;

/**
 * How full batches get and how small a codec makes them follow from each other: what it made of those before says how
 * much the next ones hold, and fuller ones pack better. So both are worked out in turns until they agree, with the room
 * that a run would have. `learns`: the driver sees what its batches are packed to; others fill them to batchBytes unpacked.
 */
export async function packedBatches(
  settings: ProfileSettings,
  codec: Codec | null,
  traffic: Traffic,
  learns: boolean,
): Promise<PackedBatches> {
  const room = new BatchRoom(settings);
  for (let round = 1; ; round++) {
    const { bytes: roomBytes } = room;
    const batches = batchesOf(settings, traffic, roomBytes);
    const ratio =
      codec === null ? 1 : await compressionRatio(settings, codec, traffic, batches.records, roomBytes);
    if (learns) for (let i = 0; i < BATCHES_ALIKE; i++) room.packed(batches.bytes, batches.bytes / ratio);
    if (Math.abs(room.bytes / roomBytes - 1) < CLOSE || round === ROUNDS_MAX) return { batches, ratio };
  }
}

/** So many batches are packed to see what a codec makes of them. */
const PACKED_MAX = 12;

/** How many times smaller than its records a batch of so many becomes. */
async function compressionRatio(
  settings: ProfileSettings,
  codec: Codec,
  traffic: Traffic,
  recordsPerBatch: number,
  roomBytes: number,
): Promise<number> {
  const { batchBytes, compressionLevel } = settings;
  const pool = new BufferPool(2 * roomBytes);
  let raw = 0;
  let packed = 0;
  for (const group of groups(traffic, Math.max(1, Math.round(recordsPerBatch)))) {
    const options = { pool, batchBytes, codec, level: compressionLevel ?? undefined };
    const batch = new RecordBatch(options, batchBytes, roomBytes);
    for (const record of group) if (batch.add(entryOf(record)) < 0) break;
    raw += batch.bytes;
    await batch.close();
    packed += batch.wireBytes;
    batch.release();
  }
  // There may be no records, or none of those sampled may be this shard's.
  return packed === 0 ? 1 : raw / packed;
}

/** Records that would stand in one batch: neighbours of one producer's partition. Spread over the sample, since its beginning may be special. */
function groups({ records, partitions, crew = ALONE }: Traffic, size: number): SampleRecord[][] {
  const { shard, workers } = crew;
  const byFlow = new Map<number, SampleRecord[]>();
  for (const [place, record] of records.entries()) {
    const worker = workerOf(shard, workers, record.hash, place);
    if (worker < 0) continue;
    const flow = worker * (partitions + 1) + (record.hash < 0 ? partitions : record.hash % partitions);
    const list = byFlow.get(flow);
    if (list === undefined) byFlow.set(flow, [record]);
    else list.push(record);
  }
  const all: SampleRecord[][] = [];
  for (const list of byFlow.values()) {
    for (let at = 0; at === 0 || at + size <= list.length; at += size) all.push(list.slice(at, at + size));
  }
  const every = Math.max(1, Math.floor(all.length / PACKED_MAX));
  return all.filter((_, i) => i % every === 0).slice(0, PACKED_MAX);
}

/** Writes bytes that were made before. */
const COPY: Serializer<Buffer> = {
  write(value, buffer, offset) {
    if (offset + value.length <= buffer.length) value.copy(buffer, offset);
    return offset + value.length;
  },
};

function entryOf({ key, value, headers, timestamp }: SampleRecord) {
  return {
    serializer: COPY as Serializer,
    value,
    key,
    keyStart: 0,
    keyLength: key?.length ?? 0,
    timestamp,
    headers,
  };
}
