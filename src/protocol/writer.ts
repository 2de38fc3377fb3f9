const MAX_STRING_BYTES = 32767;

/**
 * Writes Kafka's primitive types into a buffer that grows as needed. The methods return the writer, so that a
 * message reads as one chain. A length that is known only later is reserved first and patched afterwards.
 */
export class Writer {
  private buffer: Buffer;
  /** The number of bytes written. */
  offset = 0;

  /** `capacity` in bytes is only a first guess. */
  constructor(capacity = 256) {
    this.buffer = Buffer.allocUnsafe(Math.max(16, capacity));
  }

  int8(value: number): this {
    const at = this.reserve(1);
    this.buffer.writeInt8(value, at);
    return this;
  }

  int16(value: number): this {
    const at = this.reserve(2);
    this.buffer.writeInt16BE(value, at);
    return this;
  }

  int32(value: number): this {
    const at = this.reserve(4);
    this.buffer.writeInt32BE(value, at);
    return this;
  }

  uint32(value: number): this {
    const at = this.reserve(4);
    this.buffer.writeUInt32BE(value, at);
    return this;
  }

  /** A safe integer or a bigint. */
  int64(value: number | bigint): this {
    const at = this.reserve(8);
    if (typeof value === 'bigint') {
      this.buffer.writeBigInt64BE(value, at);
    } else {
      if (!Number.isSafeInteger(value)) throw new RangeError(`int64 expects a safe integer, got ${value}`);
      const high = Math.floor(value / 4294967296);
      this.buffer.writeInt32BE(high, at);
      this.buffer.writeUInt32BE(value - high * 4294967296, at + 4);
    }
    return this;
  }

  /** As int64; for the symmetry with Reader. */
  int64Number(value: number): this {
    return this.int64(value);
  }

  /** A zigzag varint of 32 bits. */
  varint(value: number): this {
    return this.unsignedVarint(((value << 1) ^ (value >> 31)) >>> 0);
  }

  /** A varint without zigzag, 0 … 2^32−1, as the compact types use it. */
  unsignedVarint(value: number): this {
    let rest = value >>> 0;
    let at = this.reserve(5);
    while (rest > 0x7f) {
      this.buffer[at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.buffer[at++] = rest;
    this.offset = at;
    return this;
  }

  boolean(value: boolean): this {
    return this.int8(value ? 1 : 0);
  }

  string(value: string): this {
    const length = Buffer.byteLength(value);
    if (length > MAX_STRING_BYTES) {
      throw new RangeError(`a string may have ${MAX_STRING_BYTES} bytes, got ${length}`);
    }
    this.int16(length);
    const at = this.reserve(length);
    this.buffer.write(value, at, length, 'utf8');
    return this;
  }

  nullableString(value: string | null): this {
    return value === null ? this.int16(-1) : this.string(value);
  }

  bytes(value: Uint8Array): this {
    return this.int32(value.length).raw(value);
  }

  nullableBytes(value: Uint8Array | null): this {
    return value === null ? this.int32(-1) : this.bytes(value);
  }

  /** The bytes alone, with no length before them. */
  raw(value: Uint8Array): this {
    const at = this.reserve(value.length);
    this.buffer.set(value, at);
    return this;
  }

  array<T>(items: readonly T[], write: (item: T) => void): this {
    this.int32(items.length);
    for (const item of items) write(item);
    return this;
  }

  nullableArray<T>(items: readonly T[] | null, write: (item: T) => void): this {
    return items === null ? this.int32(-1) : this.array(items, write);
  }

  /** Leaves room for `size` bytes, whose content is undefined until patched, and returns where it begins. */
  reserve(size: number): number {
    const at = this.offset;
    const end = at + size;
    if (end > this.buffer.length) {
      const grown = Buffer.allocUnsafe(Math.max(end, this.buffer.length * 2));
      this.buffer.copy(grown, 0, 0, at);
      this.buffer = grown;
    }
    this.offset = end;
    return at;
  }

  /** Writes an int32 into room that was reserved at `at`. */
  patch(at: number, value: number): this {
    this.buffer.writeInt32BE(value, at);
    return this;
  }

  /** Writes into the int32 reserved at `at` how many bytes follow it up to here. */
  patchLength(at: number): this {
    return this.patch(at, this.offset - at - 4);
  }

  /** A view on what was written. The writer must not be used afterwards. */
  finish(): Buffer {
    return this.buffer.subarray(0, this.offset);
  }
}
