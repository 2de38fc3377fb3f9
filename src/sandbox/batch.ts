/**
 * Looks at a record batch as a broker must before it takes it in: its header (format v2), size and checksum.
 * The records inside stay opaque, compressed or not.
 */

import { AT, CRC_START, HEADER_BYTES, LENGTH_START } from '../protocol/batch-header.js';
import { CODES } from '../protocol/codes.js';
import { crc32c } from '../protocol/crc32c.js';

export interface BatchHeader {
  /** All its bytes, header included. */
  readonly bytes: Buffer;
  readonly count: number;
  readonly codec: number;
  readonly maxTimestamp: number;
  /** −1 for a producer that is not idempotent. */
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly firstSequence: number;
  readonly lastSequence: number;
}

/** Why a batch, or anything else, is refused: an error code and a sentence. */
export interface Refusal {
  readonly code: number;
  readonly message: string;
}

const CODEC_MASK = 0x07;
const LOG_APPEND_TIME = 0x08;
const TRANSACTIONAL = 0x10;
const CONTROL = 0x20;
const ZSTD = 4;
/** The first version of Produce that may carry zstd (KIP-110). */
const ZSTD_SINCE = 7;
const MAX_SEQUENCE = 0x7fffffff;

/** Reads an int64 that is known to lie within the buffer; values beyond 2^53 lose precision, which only a forged batch has. */
export function int64At(buffer: Buffer, at: number): number {
  return buffer.readInt32BE(at) * 4294967296 + buffer.readUInt32BE(at + 4);
}

/** The sequence number `by` further on; after the largest int32 comes 0. */
export function sequenceAfter(sequence: number, by: number): number {
  return sequence > MAX_SEQUENCE - by ? by - (MAX_SEQUENCE - sequence) - 1 : sequence + by;
}

/** The header of the one batch in `records`, or why the broker does not take it. */
export function inspectBatch(
  records: Buffer | null,
  maxBytes: number,
  version: number,
): BatchHeader | Refusal {
  if (records === null || records.length === 0) {
    return refuse(CODES.INVALID_RECORD, 'expected exactly one record batch, got none');
  }
  if (records.length <= AT.magic) return refuse(CODES.CORRUPT_MESSAGE, 'the batch is cut off');
  const magic = records[AT.magic]!;
  if (magic !== 2) {
    return refuse(CODES.INVALID_RECORD, `expected message format (magic) 2, got ${magic}`);
  }
  const size = LENGTH_START + records.readInt32BE(AT.length);
  if (records.length < HEADER_BYTES || size < HEADER_BYTES || size > records.length) {
    return refuse(CODES.CORRUPT_MESSAGE, `the batch declares ${size} bytes, ${records.length} came`);
  }
  if (size < records.length) {
    return refuse(CODES.INVALID_RECORD, 'expected exactly one record batch per partition, got more');
  }
  if (size > maxBytes) {
    return refuse(CODES.MESSAGE_TOO_LARGE, `the batch has ${size} bytes, max.message.bytes is ${maxBytes}`);
  }
  if (crc32c(records.subarray(CRC_START)) !== records.readUInt32BE(AT.crc)) {
    return refuse(CODES.CORRUPT_MESSAGE, 'the checksum does not match');
  }
  return inspectFields(records, version);
}

function inspectFields(records: Buffer, version: number): BatchHeader | Refusal {
  const attributes = records.readInt16BE(AT.attributes);
  const codec = attributes & CODEC_MASK;
  const count = records.readInt32BE(AT.count);
  const lastOffsetDelta = records.readInt32BE(AT.lastOffsetDelta);
  const producerId = int64At(records, AT.producerId);
  const firstSequence = records.readInt32BE(AT.baseSequence);
  const producerEpoch = records.readInt16BE(AT.producerEpoch);
  if (count < 1 || lastOffsetDelta !== count - 1) {
    const found = `${count} records with a last offset delta of ${lastOffsetDelta}`;
    return refuse(CODES.INVALID_RECORD, `expected one offset per record, got ${found}`);
  }
  if (attributes & CONTROL) return refuse(CODES.INVALID_RECORD, 'clients may not write control batches');
  if (attributes & TRANSACTIONAL) {
    return refuse(CODES.INVALID_TXN_STATE, 'the sandbox has no transactions');
  }
  if (attributes & LOG_APPEND_TIME) {
    return refuse(CODES.INVALID_TIMESTAMP, 'expected the timestamp type CreateTime, got LogAppendTime');
  }
  if (codec > ZSTD || (codec === ZSTD && version < ZSTD_SINCE)) {
    return refuse(CODES.UNSUPPORTED_COMPRESSION_TYPE, `Produce ${version} does not carry codec ${codec}`);
  }
  if (producerId >= 0 && (producerEpoch < 0 || firstSequence < 0)) {
    return refuse(CODES.INVALID_RECORD, 'a producer id needs an epoch and a sequence number');
  }
  return {
    bytes: records,
    count,
    codec,
    maxTimestamp: int64At(records, AT.maxTimestamp),
    producerId,
    producerEpoch,
    firstSequence,
    lastSequence: sequenceAfter(firstSequence, lastOffsetDelta),
  };
}

function refuse(code: number, message: string): Refusal {
  return { code, message };
}
