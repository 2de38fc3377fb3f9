/**
 * A record batch of Kafka's message format v2 (KIP-98), written record by record straight into its wire form.
 * A record's length and its value's length stand before bytes that are not written yet; as many bytes are kept for
 * each as the last one took, and one that takes another number moves what was written.
 */
import type { Builder, Codec, Entry } from '../types.js';
import { HEADER_BYTES, type Stamp, writeContents, writeStamp } from './batch-header.js';
import { type BufferPool, HEADROOM } from './buffer-pool.js';
import { Reader } from './reader.js';
import {
  headerBytes,
  headerPairBytes,
  headerPayload,
  writeHeaderPairs,
  writeHeaders,
} from './record-headers.js';
import { placeLength, varintBytes, writeVarint, writeVarlong } from './varints.js';

/** What stands in a record beside its key, value and headers, at most: length, attributes, time and place. */
const RECORD_OVERHEAD_MAX = 5 + 1 + 10 + 5;
/** The lengths of key and value, and the number of headers. */
const VALUE_OVERHEAD_MAX = 5 + 5 + 5;

export interface RecordBatchOptions {
  readonly pool: BufferPool;
  /** The greatest size before compression of batches that are not given one of their own, unless they hold a single record. */
  readonly batchBytes: number;
  readonly codec: Codec | null;
  readonly level: number | undefined;
}

export class RecordBatch implements Builder {
  count = 0;
  readonly #options: RecordBatchOptions;
  readonly #roomBytes: number;
  #buffer: Buffer;
  #end = HEADER_BYTES;
  #baseTimestamp = 0;
  #maxTimestamp = 0;
  /** The compressed records; the header stays in #buffer. */
  #packed: Buffer | undefined;
  #stamped: Stamp | undefined;

  /** How many bytes are kept for the next record's length and its value's. */
  #recordRoom = 2;
  #valueRoom = 2;

  /** `expectedBytes` is a guess at what it will hold; more than `roomBytes`, the most it may, is a single record. */
  constructor(
    options: RecordBatchOptions,
    expectedBytes = options.batchBytes,
    roomBytes = options.batchBytes,
    buffer?: Buffer,
  ) {
    this.#options = options;
    this.#roomBytes = roomBytes;
    this.#buffer = buffer ?? options.pool.take(expectedBytes);
    if (expectedBytes > roomBytes) {
      this.#recordRoom = varintBytes(expectedBytes);
      this.#valueRoom = this.#recordRoom;
    }
  }

  get bytes(): number {
    return this.#end;
  }

  /** Its size on the wire, known once it is closed and compressed. */
  get wireBytes(): number {
    return this.#packed === undefined ? this.#end : HEADER_BYTES + this.#packed.length;
  }

  add(entry: Entry): number {
    for (;;) {
      const end = this.#write(entry);
      if (end <= this.#buffer.length) {
        if (this.count > 0 && end > this.#roomBytes) return -1;
        return this.#commit(entry, end);
      }
      // A single record may be larger than a batch; the broker has the last word on its size.
      if (this.count > 0 && end > this.#roomBytes + HEADROOM) return -1;
      this.#grow(Math.max(end, Math.min(2 * this.#buffer.length, this.#roomBytes)));
    }
  }

  #grow(bytes: number): void {
    const larger = this.#options.pool.take(bytes);
    if (this.count > 0) larger.set(this.#buffer.subarray(0, this.#end));
    this.#options.pool.give(this.#buffer);
    this.#buffer = larger;
  }

  #commit(entry: Entry, end: number): number {
    if (this.count === 0) {
      this.#baseTimestamp = entry.timestamp;
      this.#maxTimestamp = entry.timestamp;
    } else if (entry.timestamp > this.#maxTimestamp) {
      this.#maxTimestamp = entry.timestamp;
    }
    this.#end = end;
    this.count++;
    return this.#valueLength + entry.keyLength + headerPayload(entry);
  }

  #valueLength = 0;

  /** Writes the record behind the last one and returns where it ends; beyond the buffer means it did not fit. */
  #write(entry: Entry): number {
    const buffer = this.#buffer;
    const start = this.#end;
    // Never a byte beyond the end, though it would be ignored: one such store makes all that follow it many times slower.
    const least = start + RECORD_OVERHEAD_MAX + VALUE_OVERHEAD_MAX + entry.keyLength;
    if (least > buffer.length) return least;
    let at = start + this.#recordRoom;
    buffer[at++] = 0;
    at = writeVarlong(buffer, at, this.count === 0 ? 0 : entry.timestamp - this.#baseTimestamp);
    at = writeVarint(buffer, at, this.count);
    const key = entry.key;
    if (key === null) {
      buffer[at++] = 1;
    } else {
      const length = entry.keyLength;
      at = writeVarint(buffer, at, length);
      const from = entry.keyStart;
      if (length <= 48) for (let i = 0; i < length; i++) buffer[at + i] = key[from + i]!;
      else buffer.set(key.subarray(from, from + length), at);
      at += length;
    }
    if (entry.value === null || entry.value === undefined) {
      // A tombstone: no value at all, which is not the same as an empty one.
      buffer[at++] = 1;
      this.#valueLength = 0;
    } else {
      const room = this.#valueRoom;
      const valueEnd = entry.serializer.write(entry.value, buffer, at + room);
      if (valueEnd + 8 > buffer.length) return valueEnd + 8;
      this.#valueLength = valueEnd - at - room;
      at = placeLength(buffer, at, room, valueEnd);
      this.#valueRoom = varintBytes(this.#valueLength);
    }
    if (entry.headerPairs) {
      const needed = at + headerPairBytes(entry.headerPairs) + 16 + 16 * entry.headerPairs.length;
      if (needed > buffer.length) return needed;
      at = writeHeaderPairs(buffer, at, entry.headerPairs);
    } else if (entry.headers === null) {
      buffer[at++] = 0;
    } else {
      const needed = at + headerBytes(entry.headers) + 16 + 16 * Object.keys(entry.headers).length;
      if (needed > buffer.length) return needed;
      at = writeHeaders(buffer, at, entry.headers);
    }
    if (at + 4 > buffer.length) return at + 4;
    const end = placeLength(buffer, start, this.#recordRoom, at);
    this.#recordRoom = varintBytes(at - start - this.#recordRoom);
    return end;
  }

  split(): readonly [RecordBatch, RecordBatch] {
    const cut = this.#middle();
    const part = (bytes: number) => {
      // Not from the pool: single records in buffers for whole batches would take many times their size.
      const buffer = Buffer.allocUnsafeSlow(HEADER_BYTES + bytes + RECORD_OVERHEAD_MAX);
      return new RecordBatch(this.#options, undefined, this.#roomBytes, buffer);
    };
    const halves = [part(cut - HEADER_BYTES), part(this.#end - cut)] as const;
    const from = new Reader(this.#buffer.subarray(0, this.#end), HEADER_BYTES);
    while (from.remaining > 0) {
      const half = from.offset < cut ? halves[0] : halves[1];
      const length = from.varint();
      half.#take(from, from.offset + length, this.#baseTimestamp);
    }
    this.release();
    return halves;
  }

  /** Where the first record begins that lies in the second half of the bytes: never the first of all, else the last. */
  #middle(): number {
    const middle = (HEADER_BYTES + this.#end) / 2;
    const from = new Reader(this.#buffer.subarray(0, this.#end), HEADER_BYTES);
    from.raw(from.varint());
    for (let index = 1; index < this.count - 1 && from.offset < middle; index++) from.raw(from.varint());
    return from.offset;
  }

  /** Copies the record that `from` stands at: its time and its place count from another beginning here. */
  #take(from: Reader, end: number, baseTimestamp: number): void {
    from.int8(); // attributes, unused
    const timestamp = baseTimestamp + from.varlongNumber();
    from.varint(); // its place
    const rest = from.raw(end - from.offset);
    if (this.count === 0) this.#baseTimestamp = this.#maxTimestamp = timestamp;
    else if (timestamp > this.#maxTimestamp) this.#maxTimestamp = timestamp;
    this.#makeRoom(rest.length + RECORD_OVERHEAD_MAX);
    const start = this.#end;
    const buffer = this.#buffer;
    let at = start + 2;
    buffer[at++] = 0;
    at = writeVarlong(buffer, at, timestamp - this.#baseTimestamp);
    at = writeVarint(buffer, at, this.count);
    at += rest.copy(buffer, at);
    this.#end = placeLength(buffer, start, 2, at);
    this.count++;
  }

  /** Times that lie further apart in a half than in the whole take more bytes; nearly always there is room. */
  #makeRoom(bytes: number): void {
    if (this.#end + bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(this.#end + bytes + this.#buffer.length);
    this.#buffer.copy(larger, 0, 0, this.#end);
    this.#options.pool.give(this.#buffer);
    this.#buffer = larger;
  }

  close(): Promise<void> | undefined {
    const codec = this.#options.codec;
    if (codec === null) {
      this.#writeHeader(0, this.#end);
      return undefined;
    }
    const raw = this.#buffer.subarray(HEADER_BYTES, this.#end);
    return codec.compress(raw, this.#options.level).then((packed) => {
      // Given up and released meanwhile: nobody will send it.
      if (this.#buffer === EMPTY) return;
      this.#packed = packed;
      this.#writeHeader(codec.id, HEADER_BYTES + packed.length);
    });
  }

  #writeHeader(attributes: number, size: number): void {
    writeContents(this.#buffer, {
      attributes,
      size,
      count: this.count,
      baseTimestamp: this.#baseTimestamp,
      maxTimestamp: this.#maxTimestamp,
    });
  }

  /** Writes whose batch it is, and the checksum. Doing so again with the same values costs nothing: a retry sends the same bytes. */
  stamp(producerId: number, epoch: number, sequence: number): void {
    const was = this.#stamped;
    if (producerId === was?.producerId && epoch === was.epoch && sequence === was.sequence) return;
    this.#stamped = { producerId, epoch, sequence };
    const own = this.#packed === undefined ? this.#end : HEADER_BYTES;
    writeStamp(this.#buffer.subarray(0, own), this.#packed, this.#stamped);
  }

  /** Hands over its bytes in order, without copying them; they stay valid until `release`. */
  pieces(take: (piece: Buffer) => void): void {
    if (this.#packed === undefined) {
      take(this.#buffer.subarray(0, this.#end));
    } else {
      take(this.#buffer.subarray(0, HEADER_BYTES));
      take(this.#packed);
    }
  }

  release(): void {
    if (this.#buffer.length > 0) this.#options.pool.give(this.#buffer);
    this.#buffer = EMPTY;
    this.#packed = undefined;
  }
}

const EMPTY = Buffer.alloc(0);
