/** Reads the records out of what a Fetch brings: record batches of format v2, the last of which may be cut off. */
import type { Codec } from '../types.js';
import { AT, CRC_START, HEADER_BYTES, LENGTH_START } from './batch-header.js';
import { crc32c } from './crc32c.js';
import { ProtocolError, Reader } from './reader.js';

/** The same object for each record: keep what you need of it, and copy the bytes if they must outlive the call. */
export interface ReadRecord {
  partition: number;
  offset: number;
  timestamp: number;
  key: Buffer | null;
  value: Buffer | null;
  headers: readonly (readonly [name: string, value: Buffer | null])[];
  /** Of the batch; −1 for none. Beyond 2^53 it is near enough to be told from others. */
  producerId: number;
}

export interface RecordSource {
  readonly partition: number;
  readonly records: Buffer;
  /** Records before it are skipped: a broker sends whole batches. */
  readonly fromOffset: number;
  /** By the id in a batch's attributes. */
  readonly codecs: ReadonlyMap<number, Codec>;
  /** Bounds what one batch may decompress to. */
  readonly maxBatchBytes: number;
}

const CODEC_MASK = 7;
const CONTROL = 32;

/**
 * Calls `visit` for each record from `fromOffset` on and returns the offset to go on with. Throws a ProtocolError on a
 * batch of another format, a wrong length, checksum or offset, or a codec that is not there.
 */
export async function readRecords(
  source: RecordSource,
  visit: (record: ReadRecord) => void,
): Promise<number> {
  const { records } = source;
  let next = source.fromOffset;
  let at = 0;
  while (records.length - at >= HEADER_BYTES) {
    const bytes = LENGTH_START + records.readInt32BE(at + AT.length);
    if (bytes < HEADER_BYTES) {
      throw new ProtocolError(
        `partition ${source.partition}: a batch declares ${bytes} bytes, expected ${HEADER_BYTES} or more`,
      );
    }
    const end = at + bytes;
    if (end > records.length) break;
    const batch = records.subarray(at, end);
    next = Math.max(next, await readBatch(batch, source, visit));
    at = end;
  }
  return next;
}

async function readBatch(
  batch: Buffer,
  source: RecordSource,
  visit: (record: ReadRecord) => void,
): Promise<number> {
  const header = new Reader(batch);
  const baseOffset = header.int64Number();
  if (batch[AT.magic] !== 2) {
    throw new ProtocolError(
      `partition ${source.partition}, offset ${baseOffset}: expected record format 2, got ${batch[AT.magic]}`,
    );
  }
  if (crc32c(batch.subarray(CRC_START)) !== batch.readUInt32BE(AT.crc)) {
    throw new ProtocolError(
      `partition ${source.partition}, offset ${baseOffset}: the batch's checksum is wrong`,
    );
  }
  const attributes = batch.readInt16BE(AT.attributes);
  const lastDelta = batch.readInt32BE(AT.lastOffsetDelta);
  const nextOffset = baseOffset + lastDelta + 1;
  if (baseOffset < 0 || lastDelta < 0 || !Number.isSafeInteger(nextOffset)) {
    throw new ProtocolError(
      `partition ${source.partition}: a batch declares the offsets ${baseOffset} to ${nextOffset - 1}`,
    );
  }
  if ((attributes & CONTROL) !== 0) return nextOffset;
  const baseTimestamp = new Reader(batch, AT.baseTimestamp).int64Number();
  const from = new Reader(await unpack(batch, attributes & CODEC_MASK, source));
  const record: ReadRecord = {
    partition: source.partition,
    offset: 0,
    timestamp: 0,
    key: null,
    value: null,
    headers: [],
    producerId: Number(batch.readBigInt64BE(AT.producerId)),
  };
  for (let left = batch.readInt32BE(AT.count); left > 0; left--) {
    readRecord(from, record, baseOffset, baseTimestamp);
    // Beyond its batch it would be read again with the next one, and again for ever.
    if (record.offset < baseOffset || record.offset >= nextOffset) {
      throw new ProtocolError(
        `partition ${source.partition}: offset ${record.offset} in a batch of ${baseOffset} to ${nextOffset - 1}`,
      );
    }
    if (record.offset >= source.fromOffset) visit(record);
  }
  return nextOffset;
}

function unpack(batch: Buffer, codecId: number, source: RecordSource): Buffer | Promise<Buffer> {
  const body = batch.subarray(HEADER_BYTES);
  if (codecId === 0) return body;
  const codec = source.codecs.get(codecId);
  if (codec === undefined)
    throw new ProtocolError(`partition ${source.partition}: no codec with id ${codecId} is loaded`);
  return codec.decompress(body, source.maxBatchBytes);
}

function readRecord(from: Reader, into: ReadRecord, baseOffset: number, baseTimestamp: number): void {
  const length = from.varint();
  const end = from.offset + length;
  from.int8(); // attributes, unused
  into.timestamp = baseTimestamp + from.varlongNumber();
  into.offset = baseOffset + from.varint();
  into.key = readPiece(from);
  into.value = readPiece(from);
  const headers = from.varint();
  into.headers = headers === 0 ? NO_HEADERS : readHeaders(from, headers);
  if (from.offset !== end)
    throw new ProtocolError(`a record declares ${length} bytes but holds another number`);
}

const NO_HEADERS: readonly (readonly [string, Buffer | null])[] = [];

function readHeaders(from: Reader, count: number): (readonly [string, Buffer | null])[] {
  if (count < 0 || count > from.remaining) throw new ProtocolError(`a record declares ${count} headers`);
  const headers: (readonly [string, Buffer | null])[] = [];
  for (let i = 0; i < count; i++) headers.push([(readPiece(from) ?? '').toString(), readPiece(from)]);
  return headers;
}

function readPiece(from: Reader): Buffer | null {
  const length = from.varint();
  return length < 0 ? null : from.raw(length);
}
