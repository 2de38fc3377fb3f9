/** How large Kafka's producer takes a record to be before it writes it: what it holds against `max.request.size`. */
import type { HeaderPair } from '../types.js';

/** A batch's header, and a record's own fields at their largest (DefaultRecord.MAX_RECORD_OVERHEAD). */
const OVERHEAD_BYTES = 61 + 21;

/** Lengths are of UTF-8 bytes; −1 is a null. */
export function recordSizeMax(key: number, value: number, headers: readonly HeaderPair[] | null): number {
  let bytes = OVERHEAD_BYTES + sized(key) + sized(value);
  if (headers === null) return bytes + 1;
  bytes += varintBytes(headers.length);
  for (const [name, content] of headers) {
    bytes += sized(Buffer.byteLength(name)) + sized(content === null ? -1 : Buffer.byteLength(content));
  }
  return bytes;
}

function sized(length: number): number {
  return length < 0 ? 1 : varintBytes(length) + length;
}

/** Of a length as a zigzag varint, which doubles it. */
function varintBytes(length: number): number {
  let bytes = 1;
  for (let rest = length * 2; rest >= 0x80; rest /= 0x80) bytes++;
  return bytes;
}
