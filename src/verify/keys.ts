/**
 * How far each key has got: the last sequence number that is expected of it, and the greatest that has come. Without
 * that, a second copy could not be told from a record that nobody made.
 *
 * Orders come by the million and each has a key of its own. Their ids count up, so keys that end in a number are kept
 * as rows of bytes, two a key, under what stands before the number. Other keys, and sequence numbers beyond a byte, are
 * kept under a 64-bit hash of the key, 20 to 40 bytes each. Both are bounded; beyond that the oldest rows are
 * forgotten, which costs nothing but the order of what comes very late, while other keys are no longer told apart.
 */
import { HashIndex } from './hash-index.js';
import { finish, mix } from './scan.js';

/** Keys in one row. */
const ROW = 256;
const ROW_BYTES = 2 * ROW;
/** Rows are cut from slabs: each for itself, among buffers that come and go, it would keep a page of the heap from being used. */
const SLAB_ROWS = 512;
/** A number is taken for a count when it is this near to one that was seen under the same prefix. */
const NEAR = 1 << 16;
/** A sequence number this great no longer fits into a byte. */
const BYTE = 255;

export interface KeyLimits {
  /** Rows of 256 keys, 512 bytes each. */
  readonly rows: number;
  /** Keys under their hash. */
  readonly hashed: number;
}

/** 256 MiB of rows hold 134 million orders; 16 million other keys take up to 640 MiB, and mostly there are few. */
export const KEY_LIMITS: KeyLimits = { rows: 512 * 1024, hashed: 16 * 1024 * 1024 };

class Prefix {
  readonly rows = new Map<number, Uint8Array>();
  lastNumber: number;

  constructor(number: number) {
    this.lastNumber = number;
  }
}

/** A key's place, found by `find` and asked afterwards. The same object for each key. */
export class Keys {
  /** Of the key that was looked for last: 64 bits of topic and key. */
  high = 0;
  low = 0;
  /** Keys that found no room. */
  overflowed = 0;
  readonly #limits: KeyLimits;
  readonly #prefixes: Prefix[] = [];
  readonly #prefixIndex = new HashIndex();
  readonly #hashed = new HashIndex();
  #slab = new Uint8Array(0);
  #expected = new Float64Array(256);
  #seen = new Float64Array(256);
  /** The oldest rows first. */
  readonly #order: { readonly prefix: Prefix; readonly number: number }[] = [];
  #forgotten = 0;
  // The place found.
  #row: Uint8Array | undefined;
  #at = -1;
  #prefixHigh = 0;
  #prefixLow = 0;
  /** The number at the end of the key; −1 for none. */
  #number = -1;

  constructor(limits: KeyLimits = KEY_LIMITS) {
    this.#limits = limits;
  }

  /** Bytes held. */
  get bytes(): number {
    const rows = this.#order.length - this.#forgotten;
    return (
      rows * (ROW_BYTES + 150) + this.#hashed.bytes + this.#expected.length * 16 + this.#prefixIndex.bytes
    );
  }

  /** Looks for the key key[start … end) of a topic. Nothing is remembered by that. */
  find(salt: number, key: Uint8Array, start: number, end: number): void {
    let digits = end;
    let number = 0;
    let unit = 1;
    while (digits > start && end - digits < 9) {
      const digit = key[digits - 1]! - 0x30;
      if (digit < 0 || digit > 9) break;
      number += digit * unit;
      unit *= 10;
      digits--;
    }
    // 007 and 7 are different keys: those with a zero in front are kept by their length.
    const lengthMark = key[digits] === 0x30 ? end - digits : 0;
    const wide = finish(mix(salt ^ Math.imul(lengthMark, 0x9e3779b1), key, start, digits));
    this.#prefixHigh = wide;
    this.#prefixLow = finish(mix(Math.imul(salt, 0x85ebca6b) ^ lengthMark, key, start, digits) ^ wide);
    this.#number = digits < end ? number : -1;
    this.high = digits < end ? finish(wide ^ Math.imul(number, 0x2c1b3c6d)) : wide;
    this.low = digits < end ? finish(this.#prefixLow + Math.imul(number + 1, 0x9e3779b1)) : this.#prefixLow;
    this.#at = -1;
    this.#row = undefined;
    if (this.#number >= 0) this.#findRow();
    // A zero, a full byte or a forgotten row may mean that the key stands elsewhere.
    const told = this.#row?.[this.#at * 2] ?? 0;
    if (told === 0 || told === BYTE) this.#findHashed();
  }

  #findRow(): void {
    const prefix = this.#prefixIndex.find(this.#prefixHigh, this.#prefixLow);
    if (prefix < 0) return;
    this.#row = this.#prefixes[prefix]!.rows.get(Math.floor(this.#number / ROW));
    if (this.#row !== undefined) this.#at = this.#number % ROW;
  }

  #findHashed(): void {
    const found = this.#hashed.find(this.high, this.low);
    if (found < 0) return;
    this.#row = undefined;
    this.#at = found;
  }

  /** The last sequence number expected of the key so far; 0 for none. Forgotten keys expect no more. */
  get expected(): number {
    if (this.#at < 0) return 0;
    if (this.#row === undefined) return this.#expected[this.#at]!;
    return this.#row === FORGOTTEN ? Number.POSITIVE_INFINITY : this.#row[this.#at * 2]!;
  }

  /** The greatest sequence number that has come; 0 for none. */
  get seen(): number {
    if (this.#at < 0 || this.#row === FORGOTTEN) return 0;
    return this.#row === undefined ? this.#seen[this.#at]! : this.#row[this.#at * 2 + 1]!;
  }

  expect(sequence: number): void {
    this.#update(Math.max(sequence, this.#row === FORGOTTEN ? 0 : this.expected), this.seen);
  }

  see(sequence: number): void {
    if (this.#row !== FORGOTTEN) this.#update(this.expected, sequence);
  }

  #update(expected: number, seen: number): void {
    if (this.#row === FORGOTTEN) this.#openHashed();
    else if (this.#at < 0) this.#open();
    if (this.#at < 0) return;
    if (this.#row !== undefined && Math.max(expected, seen) >= BYTE) {
      // The byte says that the key has moved to where there is room.
      this.#row[this.#at * 2] = BYTE;
      this.#openHashed();
      if (this.#at < 0) return;
    }
    if (this.#row === undefined) {
      this.#expected[this.#at] = expected;
      this.#seen[this.#at] = seen;
    } else {
      this.#row[this.#at * 2] = expected;
      this.#row[this.#at * 2 + 1] = seen;
    }
  }

  /** Makes a place for a key that has none. */
  #open(): void {
    if (this.#number < 0) {
      this.#openHashed();
      return;
    }
    const index = this.#prefixIndex.find(this.#prefixHigh, this.#prefixLow);
    let prefix = this.#prefixes[index];
    if (prefix === undefined) {
      prefix = new Prefix(this.#number);
      this.#prefixIndex.add(this.#prefixHigh, this.#prefixLow);
      this.#prefixes.push(prefix);
    } else if (Math.abs(this.#number - prefix.lastNumber) > NEAR) {
      this.#openHashed();
      return;
    }
    prefix.lastNumber = this.#number;
    const number = Math.floor(this.#number / ROW);
    const row = this.#freshRow();
    prefix.rows.set(number, row);
    this.#order.push({ prefix, number });
    this.#row = row;
    this.#at = this.#number % ROW;
    this.#forgetRows();
  }

  #openHashed(): void {
    this.#row = undefined;
    this.#at = -1;
    if (this.#hashed.size >= this.#limits.hashed) {
      this.overflowed++;
      return;
    }
    this.#at = this.#hashed.add(this.high, this.low);
    if (this.#at === this.#expected.length) {
      this.#expected = widened(this.#expected);
      this.#seen = widened(this.#seen);
    }
  }

  #freshRow(): Uint8Array {
    if (this.#slab.length === 0) this.#slab = new Uint8Array(SLAB_ROWS * ROW_BYTES);
    const row = this.#slab.subarray(0, ROW_BYTES);
    this.#slab = this.#slab.subarray(ROW_BYTES);
    return row;
  }

  #forgetRows(): void {
    if (this.#order.length - this.#forgotten <= this.#limits.rows) return;
    const { prefix, number } = this.#order[this.#forgotten]!;
    prefix.rows.set(number, FORGOTTEN);
    this.#forgotten++;
    if (this.#forgotten < 4096) return;
    this.#order.splice(0, this.#forgotten);
    this.#forgotten = 0;
  }
}

/** Stands for rows that were given up: what is not open any more has come. */
const FORGOTTEN = new Uint8Array(0);

function widened(from: Float64Array): Float64Array<ArrayBuffer> {
  const to = new Float64Array(from.length * 2);
  to.set(from);
  return to;
}
