/** The headers of one record, as they stand behind its value. */
import type { Headers } from '../types.js';
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

/** Writes their number, names and values at `at`, and returns the end; the caller has made sure of the room. */
export function writeHeaders(buffer: Buffer, at: number, headers: Headers): number {
  const names = Object.keys(headers);
  let to = writeVarint(buffer, at, names.length);
  for (const name of names) {
    to = writeVarint(buffer, to, Buffer.byteLength(name));
    to += buffer.write(name, to);
    const value = headers[name];
    if (value === null || value === undefined) {
      buffer[to++] = 1;
    } else if (typeof value === 'string') {
      to = writeVarint(buffer, to, Buffer.byteLength(value));
      to += buffer.write(value, to);
    } else {
      to = writeVarint(buffer, to, value.length);
      buffer.set(value, to);
      to += value.length;
    }
  }
  return to;
}
