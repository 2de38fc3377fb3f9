/** A record's headers as a part of its digest: as the source makes them, and as they are read. Most records have none. */

import { DISORDER_HEADER } from '../disorder.js';
import type { Headers } from '../types.js';
import { finish, mix } from './scan.js';

export type ReadHeaders = readonly (readonly [name: string, value: Uint8Array | null])[];

/** Whether the source spoiled the event itself, or had it come late or twice, and says so. */
export function isDisordered(headers: Headers | null | undefined): boolean {
  return headers !== null && headers !== undefined && DISORDER_HEADER in headers;
}

/** The same of a record that was read. */
export function isReadDisordered(headers: ReadHeaders | undefined): boolean {
  if (headers === undefined || headers.length === 0) return false;
  return headers.some(([name]) => name === DISORDER_HEADER);
}

/** The digest of a value with the headers that a source gave its event. */
export function withMadeHeaders(digest: number, headers: Headers | null | undefined): number {
  if (headers === null || headers === undefined) return digest;
  let hash = digest;
  for (const name of Object.keys(headers)) {
    const value = headers[name] ?? null;
    hash = fold(hash, name, typeof value === 'string' ? Buffer.from(value) : value);
  }
  return hash;
}

/** The same of a record that was read. */
export function withReadHeaders(digest: number, headers: ReadHeaders | undefined): number {
  if (headers === undefined || headers.length === 0) return digest;
  let hash = digest;
  for (const [name, value] of headers) hash = fold(hash, name, value);
  return hash;
}

function fold(hash: number, name: string, value: Uint8Array | null): number {
  const bytes = Buffer.from(name);
  const named = finish(mix(hash, bytes, 0, bytes.length));
  return value === null ? finish(named ^ 0x6e756c6c) : finish(mix(named, value, 0, value.length));
}
