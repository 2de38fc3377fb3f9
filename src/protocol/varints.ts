/** Kafka's variable-length integers, written in place on the hot path: numbers only, nothing allocated, nothing checked. */

const TWO_32 = 4294967296;

/** Writes the length of the bytes from `at + room` to `end` before them, moving them if it takes more or less than the bytes kept. Returns the new end. */
export function placeLength(buffer: Buffer, at: number, room: number, end: number): number {
  const from = at + room;
  const length = end - from;
  const bytes = varintBytes(length);
  if (bytes !== room) buffer.copyWithin(at + bytes, from, end);
  writeVarint(buffer, at, length);
  return end + bytes - room;
}

/** How many bytes `writeVarint` takes. */
export function varintBytes(value: number): number {
  if (value < 64) return 1;
  if (value < 8192) return 2;
  if (value < 1 << 20) return 3;
  return value < 1 << 27 ? 4 : 5;
}

/** A zigzag varint of a number that is not negative, below 2³⁰. */
export function writeVarint(buffer: Buffer, at: number, value: number): number {
  let rest = value << 1;
  let to = at;
  while (rest > 0x7f) {
    buffer[to++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  buffer[to++] = rest;
  return to;
}

/** A zigzag varint of any safe integer. */
export function writeVarlong(buffer: Buffer, at: number, value: number): number {
  let rest = value < 0 ? value * -2 - 1 : value * 2;
  let to = at;
  while (rest > 0x7f) {
    buffer[to++] = (rest % 128) | 0x80;
    rest = Math.floor(rest / 128);
  }
  buffer[to++] = rest;
  return to;
}

/** A signed 64-bit integer, big-endian; `value` is a safe integer. */
export function writeInt64(buffer: Buffer, at: number, value: number): void {
  const high = Math.floor(value / TWO_32);
  buffer.writeInt32BE(high, at);
  buffer.writeUInt32BE(value - high * TWO_32, at + 4);
}
