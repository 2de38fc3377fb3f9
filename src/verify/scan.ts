/**
 * What a value says of itself, found by scanning its bytes: its sequence number, its times, and a digest of all the
 * rest. A JSON parser would take longer than everything else of verifying together.
 */

/** By their bits in `wanted`. */
const SEQUENCE = 1;
const TIMESTAMP = 2;
const PROMISED_AT = 4;
const NAMES: readonly (readonly [bit: number, name: Uint8Array])[] = [
  [SEQUENCE, Buffer.from('"sequence":')],
  [TIMESTAMP, Buffer.from('"timestamp":')],
  [PROMISED_AT, Buffer.from('"promisedAt":')],
];
/** Of the shortest name: so much of each is looked at through one window (R. N. Horspool, 1980). */
const WINDOW = 11;
/** By the byte at a window's end: how far the window may move without passing any name's beginning. */
const SHIFTS = new Uint8Array(256).fill(WINDOW);
/** By the same byte: which names may end their window there. */
const ENDS = new Uint8Array(256);
for (const [bit, name] of NAMES) {
  for (let i = 0; i < WINDOW - 1; i++) {
    const byte = name[i]!;
    SHIFTS[byte] = Math.min(SHIFTS[byte]!, WINDOW - 1 - i);
  }
  ENDS[name[WINDOW - 1]!]! |= bit;
}

/** A field that is not there. */
export const NONE = -1;

/** What a digest leaves out, as it follows the wall clock in live time: nothing, or the digits of these fields. */
export type LeftOut = 'nothing' | 'timestamp' | 'timestamp and promisedAt';

const WANTED: Readonly<{ [L in LeftOut]: number }> = {
  nothing: SEQUENCE,
  timestamp: SEQUENCE | TIMESTAMP,
  'timestamp and promisedAt': SEQUENCE | TIMESTAMP | PROMISED_AT,
};

/** The same object for each value. */
export class Scan {
  /** −1 where the value has none. */
  sequence = NONE;
  timestamp = NONE;
  promisedAt = NONE;
  digest = 0;
  #numberEnd = 0;
  #view: DataView = new DataView(new ArrayBuffer(0));

  read(value: Uint8Array, start: number, end: number, leftOut: LeftOut): void {
    this.sequence = NONE;
    this.timestamp = NONE;
    this.promisedAt = NONE;
    const view = this.#viewOf(value);
    const { byteOffset } = value;
    let hash = 0;
    let hashed = start;
    // As soon as nothing is looked for any more, the search is over.
    let wanted = WANTED[leftOut];
    // The first of a name counts, on both sides of the comparison: inside of strings a quote has a backslash before it.
    for (let last = start + WINDOW - 1; last < end && wanted > 0; ) {
      const byte = value[last]!;
      const found = (ENDS[byte]! & wanted) === 0 ? 0 : nameAt(value, last - WINDOW + 1, end, wanted);
      if (found === 0) {
        last += SHIFTS[byte]!;
        continue;
      }
      wanted ^= found;
      const from = last - WINDOW + 1 + lengthOf(found);
      const number = this.#number(value, from, end);
      if (found === SEQUENCE) this.sequence = number;
      else {
        if (found === TIMESTAMP) this.timestamp = number;
        else this.promisedAt = number;
        hash = mixWords(hash, view, byteOffset + hashed, byteOffset + from);
        hashed = this.#numberEnd;
      }
      last = this.#numberEnd + WINDOW - 1;
    }
    this.digest = finish(mixWords(hash, view, byteOffset + hashed, byteOffset + end));
  }

  /** Many values lie in one buffer, so that its view serves for all of them. */
  #viewOf({ buffer }: Uint8Array): DataView {
    if (this.#view.buffer !== buffer) this.#view = new DataView(buffer);
    return this.#view;
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
    return at > start && at - start <= 15 ? number : NONE;
  }
}

/** Which of the wanted names begins here; 0 for none. */
function nameAt(value: Uint8Array, start: number, end: number, wanted: number): number {
  for (const [bit, name] of NAMES) {
    if ((wanted & bit) === 0 || start + name.length > end) continue;
    let i = 0;
    while (i < name.length && value[start + i] === name[i]) i++;
    if (i === name.length) return bit;
  }
  return 0;
}

function lengthOf(bit: number): number {
  return bit === SEQUENCE ? 11 : bit === TIMESTAMP ? 12 : 13;
}

/**
 * Like `mix`, for long texts: through a view, which spares putting words together from bytes, and in two lanes, which a
 * processor works at side by side.
 */
function mixWords(seed: number, view: DataView, start: number, end: number): number {
  let h = seed;
  let g = seed ^ 0x5bd1e995;
  let at = start;
  for (; at + 8 <= end; at += 8) {
    let k = Math.imul(view.getInt32(at, true), 0xcc9e2d51);
    let l = Math.imul(view.getInt32(at + 4, true), 0xcc9e2d51);
    k = (k << 15) | (k >>> 17);
    l = (l << 15) | (l >>> 17);
    h ^= Math.imul(k, 0x1b873593);
    g ^= Math.imul(l, 0x1b873593);
    h = (h << 13) | (h >>> 19);
    g = (g << 13) | (g >>> 19);
    h = (Math.imul(h, 5) + 0xe6546b64) | 0;
    g = (Math.imul(g, 5) + 0xe6546b64) | 0;
  }
  for (; at < end; at++) g = Math.imul(g ^ view.getUint8(at), 0x01000193);
  return Math.imul(h, 0x85ebca6b) ^ finish(g) ^ (end - start);
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
