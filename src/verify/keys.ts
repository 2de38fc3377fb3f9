/**
 * How far each key has got: the last sequence number that is expected of it, and the greatest that has come. Without
 * that, a second copy could not be told from a record that nobody made.
 *
 * Orders come by the million and each has a key of its own. Their ids count up, so keys that end in a number are kept
 * as rows of bytes, two a key, under what stands before the number. When everything has come of all keys of a row, of
 * which the generator says that nothing more will be made, a bit is left of it. Other keys, and sequence numbers that a
 * byte cannot hold, are kept under a 64-bit hash of the key, 20 to 40 bytes each. Both are bounded; beyond that the
 * oldest rows are forgotten, which costs nothing but the order of what comes very late, while other keys are no longer
 * told apart.
 */
import { HashIndex } from './hash-index.js';
import { KeyRows } from './key-rows.js';
import { finish, mix } from './scan.js';

export interface KeyLimits {
  /** Rows of 256 keys, 513 bytes each. */
  readonly rows: number;
  /** Keys under their hash. */
  readonly hashed: number;
}

/** 256 MiB of rows hold 134 million orders; 16 million other keys take up to 640 MiB, and mostly there are few. */
export const KEY_LIMITS: KeyLimits = { rows: 512 * 1024, hashed: 16 * 1024 * 1024 };

/** A key's place, found by `find` and asked afterwards. The same object for each key. */
export class Keys {
  /** Of the key that was looked for last: 64 bits of topic and key. */
  high = 0;
  low = 0;
  /** Keys that found no room. */
  overflowed = 0;
  readonly #limits: KeyLimits;
  readonly #rows: KeyRows;
  readonly #hashed = new HashIndex();
  #expected = new Float64Array(256);
  #seen = new Float64Array(256);
  /** Where the key stands under its hash; −1 if it does not. */
  #at = -1;

  constructor(limits: KeyLimits = KEY_LIMITS) {
    this.#limits = limits;
    this.#rows = new KeyRows(limits.rows);
  }

  /** Bytes held. */
  get bytes(): number {
    return this.#rows.bytes + this.#hashed.bytes + this.#expected.length * 16;
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
    const prefixLow = finish(mix(Math.imul(salt, 0x85ebca6b) ^ lengthMark, key, start, digits) ^ wide);
    this.high = digits < end ? finish(wide ^ Math.imul(number, 0x2c1b3c6d)) : wide;
    this.low = digits < end ? finish(prefixLow + Math.imul(number + 1, 0x9e3779b1)) : prefixLow;
    this.#at = -1;
    this.#rows.find(wide, prefixLow, digits < end ? number : -1);
    // What is in no row, has left it or was in one that is gone may stand under its hash.
    if (!this.#rows.holds) this.#at = this.#hashed.find(this.high, this.low);
  }

  /** The last sequence number expected of the key so far; 0 for none. Keys that are done or forgotten expect no more. */
  get expected(): number {
    return this.#at < 0 ? this.#rows.expected : this.#expected[this.#at]!;
  }

  /** The greatest sequence number that has come; 0 for none. Of keys that are done it was the last, which all come before. */
  get seen(): number {
    return this.#at < 0 ? this.#rows.seen : this.#seen[this.#at]!;
  }

  /** `last`: nothing more will be made of the key. */
  expect(sequence: number, last = false): void {
    // One that comes back after all begins anew.
    if (this.#isGone) this.#update(sequence, 0);
    else this.#update(Math.max(sequence, this.expected), this.seen);
    if (last && this.#at < 0) this.#rows.finish();
  }

  see(sequence: number): void {
    if (!this.#isGone) this.#update(this.expected, sequence);
  }

  get #isGone(): boolean {
    return this.#at < 0 && this.#rows.isGone;
  }

  #update(expected: number, seen: number): void {
    if (this.#at < 0 && this.#rows.write(expected, seen)) return;
    if (this.#at < 0) this.#openHashed();
    if (this.#at < 0) return;
    this.#expected[this.#at] = expected;
    this.#seen[this.#at] = seen;
  }

  #openHashed(): void {
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
}

function widened(from: Float64Array): Float64Array<ArrayBuffer> {
  const to = new Float64Array(from.length * 2);
  to.set(from);
  return to;
}
