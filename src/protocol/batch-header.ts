/** The header of a record batch of Kafka's message format v2: where its fields stand, and how a producer fills them in. */
import { crc32c } from './crc32c.js';
import { writeInt64 } from './varints.js';

/** The header's length, and where its fields stand. */
export const HEADER_BYTES = 61;
export const AT = {
  baseOffset: 0,
  length: 8,
  leaderEpoch: 12,
  magic: 16,
  crc: 17,
  attributes: 21,
  lastOffsetDelta: 23,
  baseTimestamp: 27,
  maxTimestamp: 35,
  producerId: 43,
  producerEpoch: 51,
  baseSequence: 53,
  count: 57,
} as const;

/** The bytes before `attributes` are outside the checksum. */
export const CRC_START = AT.attributes;
/** `length` counts from here. */
export const LENGTH_START = AT.leaderEpoch;

export interface BatchContents {
  /** The codec's id; 0 without one. */
  readonly attributes: number;
  /** Of the whole batch as it is sent, bytes. */
  readonly size: number;
  readonly count: number;
  readonly baseTimestamp: number;
  readonly maxTimestamp: number;
}

/** Writes what follows from the records; the producer's part and the checksum come with `writeStamp`. */
export function writeContents(header: Buffer, contents: BatchContents): void {
  header.fill(0, 0, 8);
  header.writeInt32BE(contents.size - LENGTH_START, AT.length);
  header.writeInt32BE(-1, AT.leaderEpoch);
  header[AT.magic] = 2;
  header.writeInt16BE(contents.attributes, AT.attributes);
  header.writeInt32BE(contents.count - 1, AT.lastOffsetDelta);
  writeInt64(header, AT.baseTimestamp, contents.baseTimestamp);
  writeInt64(header, AT.maxTimestamp, contents.maxTimestamp);
  header.writeInt32BE(contents.count, AT.count);
}

/** Whose batch it is, and its first sequence number. `producerId` −1 is a producer that is not idempotent. */
export interface Stamp {
  readonly producerId: number;
  readonly epoch: number;
  readonly sequence: number;
}

/** Writes the producer's part, and the checksum over all: `batch` begins with the header, `rest` is what follows elsewhere. */
export function writeStamp(batch: Buffer, rest: Buffer | undefined, stamp: Stamp): void {
  const { producerId } = stamp;
  writeInt64(batch, AT.producerId, producerId);
  batch.writeInt16BE(producerId < 0 ? -1 : stamp.epoch, AT.producerEpoch);
  batch.writeInt32BE(producerId < 0 ? -1 : stamp.sequence, AT.baseSequence);
  const first = crc32c(batch.subarray(CRC_START));
  batch.writeUInt32BE(rest === undefined ? first : crc32c(rest, first), AT.crc);
}
