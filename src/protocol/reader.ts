/** What came over the wire does not follow the protocol. The message names what was read and at which byte. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
}

/**
 * Reads Kafka's primitive types from a buffer, front to back. Every read is checked against the end, and every
 * declared length or count against what is left, before anything is allocated: bytes from a stranger can make
 * it throw a ProtocolError and do nothing else. What `bytes` returns are views, not copies.
 */
export class Reader {
  readonly buffer: Buffer;
  /** The next byte to be read. */
  offset: number;

  constructor(buffer: Buffer, offset = 0) {
    this.buffer = buffer;
    this.offset = offset;
  }

  get remaining(): number {
    return this.buffer.length - this.offset;
  }

  int8(): number {
    return this.buffer.readInt8(this.take(1, 'int8'));
  }

  int16(): number {
    return this.buffer.readInt16BE(this.take(2, 'int16'));
  }

  int32(): number {
    return this.buffer.readInt32BE(this.take(4, 'int32'));
  }

  uint32(): number {
    return this.buffer.readUInt32BE(this.take(4, 'uint32'));
  }

  int64(): bigint {
    return this.buffer.readBigInt64BE(this.take(8, 'int64'));
  }

  /** An int64 as a number. Offsets and times fit; a value beyond 2^53 is an error rather than a rounded number. */
  int64Number(): number {
    const at = this.take(8, 'int64');
    const value = this.buffer.readInt32BE(at) * 4294967296 + this.buffer.readUInt32BE(at + 4);
    if (!Number.isSafeInteger(value)) {
      throw new ProtocolError(`int64 at byte ${at} is beyond what a number holds exactly`);
    }
    return value;
  }

  /** A zigzag varint of up to 32 bits. */
  varint(): number {
    const { offset } = this;
    // Most are a byte or two, and this is asked seven times a record.
    if (offset + 1 < this.buffer.length) {
      const first = this.buffer[offset]!;
      if (first < 0x80) {
        this.offset = offset + 1;
        return (first >>> 1) ^ -(first & 1);
      }
      const second = this.buffer[offset + 1]!;
      if (second < 0x80) {
        this.offset = offset + 2;
        return (((first & 0x7f) | (second << 7)) >>> 1) ^ -(first & 1);
      }
    }
    const raw = this.unsignedVarint();
    return (raw >>> 1) ^ -(raw & 1);
  }

  /** A zigzag varint of up to 64 bits, as a number: exact for safe integers, such as differences of timestamps. */
  varlongNumber(): number {
    const { offset } = this;
    if (offset + 1 < this.buffer.length && (this.buffer[offset]! < 0x80 || this.buffer[offset + 1]! < 0x80))
      return this.varint();
    let value = 0;
    let unit = 1;
    for (let i = 0; i < 10; i++) {
      const byte = this.buffer[this.take(1, 'varint')]!;
      value += (byte & 0x7f) * unit;
      if (byte < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
      unit *= 128;
    }
    throw new ProtocolError('a varint has more than 64 bits');
  }

  /** A varint without zigzag, 0 … 2^32−1, as the compact types use it. */
  unsignedVarint(): number {
    const start = this.offset;
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.buffer[this.take(1, 'varint')]!;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) {
        if (value > 0xffffffff) break;
        return value;
      }
    }
    throw new ProtocolError(`varint at byte ${start} has more than 32 bits`);
  }

  boolean(): boolean {
    return this.int8() !== 0;
  }

  string(): string {
    const at = this.offset;
    const value = this.nullableString();
    if (value === null) throw new ProtocolError(`string at byte ${at} is null where null is not allowed`);
    return value;
  }

  nullableString(): string | null {
    const length = this.length(this.int16(), 'string', 2);
    if (length < 0) return null;
    const start = this.offset;
    this.offset += length;
    return this.buffer.toString('utf8', start, start + length);
  }

  /** A view on the bytes. */
  bytes(): Buffer {
    const at = this.offset;
    const value = this.nullableBytes();
    if (value === null) throw new ProtocolError(`bytes at byte ${at} are null where null is not allowed`);
    return value;
  }

  /** A view on the bytes. */
  nullableBytes(): Buffer | null {
    const length = this.length(this.int32(), 'bytes', 4);
    return length < 0 ? null : this.raw(length);
  }

  /** A view on the next `length` bytes, which have no length before them. */
  raw(length: number): Buffer {
    const start = this.take(length, 'raw bytes');
    return this.buffer.subarray(start, start + length);
  }

  /** An array of what `read` reads; a null array is read as an empty one. */
  array<T>(read: () => T): T[] {
    return this.nullableArray(read) ?? [];
  }

  nullableArray<T>(read: () => T): T[] | null {
    // No element takes less than one byte, so more elements than bytes left cannot be.
    const count = this.length(this.int32(), 'array count', 4);
    if (count < 0) return null;
    const items: T[] = [];
    for (let index = 0; index < count; index++) items.push(read());
    return items;
  }

  /** Checks a declared length that was just read from `size` bytes; −1 stands for null. */
  private length(length: number, what: string, size: number): number {
    if (length < -1 || length > this.remaining) {
      const left = `${this.remaining} bytes are left`;
      throw new ProtocolError(`${what} at byte ${this.offset - size} declares ${length}, but ${left}`);
    }
    return length;
  }

  /** Moves on by `size` bytes and returns where they begin. */
  private take(size: number, what: string): number {
    const start = this.offset;
    if (size < 0 || size > this.buffer.length - start) {
      const left = `${this.remaining} bytes are left`;
      throw new ProtocolError(`${what} at byte ${start} needs ${size} bytes, but ${left}`);
    }
    this.offset = start + size;
    return start;
  }
}
