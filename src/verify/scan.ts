/**
 * What a value says of itself, found by scanning its bytes: its sequence number, its times, and a digest of all the
 * rest. A JSON parser would take longer than everything else of verifying together.
 */

const QUOTE = 0x22;
const COLON = 0x3a;
const MINUS = 0x2d;
const SEQUENCE = Buffer.from('"sequence":');
const TIMESTAMP = Buffer.from('"timestamp":');
const PROMISED_AT = Buffer.from('"promisedAt":');

/** A field that is not there. */
export const NONE = -1;

/** What a digest leaves out, as it follows the wall clock in live time: nothing, or the digits of these fields. */
export type LeftOut = 'nothing' | 'timestamp' | 'timestamp and promisedAt';

/** The same object for each value. */
export class Scan {
  /** −1 where the value has none. */
  sequence = NONE;
  timestamp = NONE;
  promisedAt = NONE;
  digest = 0;
  #numberEnd = 0;

  read(value: Uint8Array, start: number, end: number, leftOut: LeftOut): void {
    this.sequence = NONE;
    this.timestamp = NONE;
    this.promisedAt = NONE;
    let hash = 0;
    let hashed = start;
    // As soon as nothing is looked for any more, the search is over.
    let wanted = 1 + (leftOut === 'nothing' ? 0 : 1) + (leftOut === 'timestamp and promisedAt' ? 1 : 0);
    const open = wanted > 1;
    const promises = wanted > 2;
    // The first of a name counts, on both sides of the comparison: inside of strings a quote has a backslash before it.
    for (let at = start; at < end && wanted > 0; at++) {
      if (value[at] !== QUOTE) continue;
      const next = value[at + 1];
      if (next === 0x73 && this.sequence < 0 && follows(SEQUENCE, value, at, end)) {
        this.sequence = this.#number(value, at + SEQUENCE.length, end);
        wanted--;
      } else if (open && next === 0x74 && this.timestamp < 0 && follows(TIMESTAMP, value, at, end)) {
        const from = at + TIMESTAMP.length;
        this.timestamp = this.#number(value, from, end);
        hash = mix(hash, value, hashed, from);
        hashed = this.#numberEnd;
        wanted--;
      } else if (promises && next === 0x70 && this.promisedAt < 0 && follows(PROMISED_AT, value, at, end)) {
        const from = at + PROMISED_AT.length;
        this.promisedAt = this.#number(value, from, end);
        hash = mix(hash, value, hashed, from);
        hashed = this.#numberEnd;
        wanted--;
      }
    }
    this.digest = finish(mix(hash, value, hashed, end));
  }

  /** A whole number of up to 15 digits, so that it is exact; −1 for anything else. */
  #number(value: Uint8Array, start: number, end: number): number {
    let number = 0;
    let at = start;
    for (; at < end; at++) {
      const digit = value[at]! - 0x30;
      if (digit < 0 || digit > 9) break;
      number = number * 10 + digit;
    }
    this.#numberEnd = at;
    return at > start && at - start <= 15 && value[at] !== MINUS ? number : NONE;
  }
}

function follows(name: Uint8Array, value: Uint8Array, start: number, end: number): boolean {
  if (start + name.length > end || value[start + name.length - 1] !== COLON) return false;
  for (let i = 2; i < name.length - 1; i++) if (value[start + i] !== name[i]) return false;
  return true;
}

/** Four bytes at a time, as murmur3 does (A. Appleby); a changed bit anywhere changes the result. */
export function mix(seed: number, bytes: Uint8Array, start: number, end: number): number {
  let h = seed;
  let at = start;
  for (; at + 4 <= end; at += 4) {
    let k = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    k = Math.imul(k, 0xcc9e2d51);
    k = (k << 15) | (k >>> 17);
    h ^= Math.imul(k, 0x1b873593);
    h = (h << 13) | (h >>> 19);
    h = (Math.imul(h, 5) + 0xe6546b64) | 0;
  }
  let k = 0;
  for (let shift = 0; at < end; at++, shift += 8) k |= bytes[at]! << shift;
  k = Math.imul(k, 0xcc9e2d51);
  k = (k << 15) | (k >>> 17);
  return h ^ Math.imul(k, 0x1b873593) ^ (end - start);
}

export function finish(hash: number): number {
  let h = hash;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) | 0;
}
