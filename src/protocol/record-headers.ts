/** The headers of one record, as they stand behind its value. */
import type { Entry, HeaderPair, Headers } from '../types.js';
import { writeVarint } from './varints.js';

/** The bytes of all names and values. */
export function headerBytes(headers: Headers): number {
  let bytes = 0;
  for (const name in headers) {
    const value = headers[name];
    bytes += Buffer.byteLength(name);
    if (value !== null && value !== undefined) {
      bytes += typeof value === 'string' ? Buffer.byteLength(value) : value.length;
    }
  }
  return bytes;
}

/** The same of a list. */
export function headerPairBytes(pairs: readonly HeaderPair[]): number {
  let bytes = 0;
  for (const [name, value] of pairs) {
    bytes += Buffer.byteLength(name) + (value === null ? 0 : Buffer.byteLength(value));
  }
  return bytes;
}

/** Writes their number, names and values at `at`, and returns the end; the caller has made sure of the room. */
export function writeHeaders(buffer: Buffer, at: number, headers: Headers): number {
  const names = Object.keys(headers);
  let to = writeVarint(buffer, at, names.length);
  for (const name of names) to = writeHeader(buffer, to, name, headers[name] ?? null);
  return to;
}

/** The same of a list. */
export function writeHeaderPairs(buffer: Buffer, at: number, pairs: readonly HeaderPair[]): number {
  let to = writeVarint(buffer, at, pairs.length);
  for (const [name, value] of pairs) to = writeHeader(buffer, to, name, value);
  return to;
}

function writeHeader(buffer: Buffer, at: number, name: string, value: string | Uint8Array | null): number {
  let to = writeVarint(buffer, at, Buffer.byteLength(name));
  to += buffer.write(name, to);
  if (value === null) {
    buffer[to++] = 1;
  } else if (typeof value === 'string') {
    to = writeVarint(buffer, to, Buffer.byteLength(value));
    to += buffer.write(value, to);
  } else {
    to = writeVarint(buffer, to, value.length);
    buffer.set(value, to);
    to += value.length;
  }
  return to;
}

/** What an entry's headers count for as payload, bytes: names and values without framing. */
export function headerPayload(entry: Entry): number {
  if (entry.headerPairs) return headerPairBytes(entry.headerPairs);
  return entry.headers === null ? 0 : headerBytes(entry.headers);
}
