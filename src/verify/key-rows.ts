/**
 * Keys that count up, such as those of orders, in rows of 256 that lie side by side: two bytes a key, under what stands
 * before the number. A row that is done is used again, and a bit tells of it.
 */
import { HashIndex } from './hash-index.js';

const ROW_KEYS = 256;
/** Behind a row's keys: how many of them are done, where 256 comes round to 0. */
const DONE_AT = 2 * ROW_KEYS;
const ROW_BYTES = DONE_AT + 1;
/** Rows are cut from slabs: each for itself, among buffers that come and go, would keep a page of the heap from being used. */
const SLAB_ROWS = 512;
/** A number is taken for a count when it is this near to one that was seen under the same prefix. */
const NEAR = 1 << 16;
/** Prefixes cost much more than a key under its hash: where there are so many, they do not count. */
const PREFIXES_MAX = 4096;
/** What a prefix and a row cost beside their bytes. */
const PREFIX_BYTES = 300;
const UPKEEP_BYTES = 150;
/** In a key's byte for what is expected: nothing more will be made of it. */
const LAST = 0x80;
/** In the same byte: the key has moved, as its numbers no longer fit. */
const MOVED = 0x7f;
/** In the same byte: all has come of it, and nothing more will be made. */
const KEY_DONE = 0xff;

/** Stands for rows that were given up at the limit: what is not open any more has come. */
const FORGOTTEN = new Uint8Array(0);
/** Stands for rows of which all has come and nothing more will be made. */
const DONE = new Uint8Array(0);

class Prefix {
  readonly rows = new Map<number, Uint8Array>();
  lastNumber: number;
  /** A bit for each row that is done. */
  #done = new Uint8Array(0);

  constructor(number: number) {
    this.lastNumber = number;
  }

  get bytes(): number {
    return PREFIX_BYTES + this.#done.length;
  }

  row(number: number): Uint8Array | undefined {
    const row = this.rows.get(number);
    if (row !== undefined) return row;
    return ((this.#done[number >> 3] ?? 0) & (1 << (number & 7))) === 0 ? undefined : DONE;
  }

  setDone(number: number): void {
    this.rows.delete(number);
    if (number >> 3 >= this.#done.length) {
      const longer = new Uint8Array(2 * (number >> 3) + 64);
      longer.set(this.#done);
      this.#done = longer;
    }
    this.#done[number >> 3]! |= 1 << (number & 7);
  }
}

/** Where a row stands. */
interface Place {
  readonly prefix: Prefix;
  readonly number: number;
}

/** A key's place in its row, found by `find` and asked afterwards. */
export class KeyRows {
  readonly #limit: number;
  readonly #prefixes: Prefix[] = [];
  readonly #index = new HashIndex();
  readonly #spare: Uint8Array[] = [];
  #slab = new Uint8Array(0);
  /** In use. */
  #held = 0;
  /** The oldest first, of which some are done. */
  #order: Place[] = [];
  /** Where the oldest stands that may still be held. */
  #oldest = 0;
  #prefixHigh = 0;
  #prefixLow = 0;
  // The place found.
  #prefix: Prefix | undefined;
  #number = -1;
  #row: Uint8Array | undefined;
  #at = 0;

  /** `limit`: rows; beyond it the oldest are forgotten. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Bytes held. */
  get bytes(): number {
    const prefixes = this.#prefixes.reduce((sum, { bytes }) => sum + bytes, 0);
    return (this.#held + this.#spare.length) * (ROW_BYTES + UPKEEP_BYTES) + prefixes + this.#index.bytes;
  }

  /** Looks for a key by what stands before its number, hashed, and its number, which is −1 if it has none. */
  find(prefixHigh: number, prefixLow: number, number: number): void {
    this.#prefixHigh = prefixHigh;
    this.#prefixLow = prefixLow;
    this.#number = number;
    this.#row = undefined;
    this.#prefix = undefined;
    if (number < 0) return;
    const prefix = this.#index.find(prefixHigh, prefixLow);
    if (prefix < 0) return;
    this.#prefix = this.#prefixes[prefix]!;
    this.#row = this.#prefix.row(Math.floor(number / ROW_KEYS));
    this.#at = 2 * (number % ROW_KEYS);
  }

  get #told(): number {
    return this.#row?.[this.#at] ?? 0;
  }

  /** Whether the key's own bytes are there, and tell of it. */
  get holds(): boolean {
    const told = this.#told;
    return told !== 0 && told !== MOVED && told !== KEY_DONE;
  }

  get #isDone(): boolean {
    return this.#row === DONE || this.#told === KEY_DONE;
  }

  /** Whether the key is done, or was forgotten. */
  get isGone(): boolean {
    return this.#row === FORGOTTEN || this.#isDone;
  }

  get expected(): number {
    if (this.isGone) return Number.POSITIVE_INFINITY;
    return this.holds ? this.#told & ~LAST : 0;
  }

  get seen(): number {
    if (this.#isDone) return Number.POSITIVE_INFINITY;
    return this.#row === undefined || this.#told === MOVED ? 0 : (this.#row[this.#at + 1] ?? 0);
  }

  /** False if the key has to stand elsewhere. */
  write(expected: number, seen: number): boolean {
    if (this.isGone) return false;
    const row = this.#row ?? this.#open();
    if (row === undefined) return false;
    if (Math.max(expected, seen) >= MOVED) {
      row[this.#at] = MOVED;
      return false;
    }
    const last = row[this.#at]! & LAST;
    row[this.#at] = expected | last;
    row[this.#at + 1] = seen;
    if (last !== 0) this.#settle(row);
    return true;
  }

  /** Nothing more will be made of the key. */
  finish(): void {
    if (!this.holds) return;
    const row = this.#row!;
    row[this.#at]! |= LAST;
    this.#settle(row);
  }

  /** Counts a key whose last event has come, and lets go of the row with the last of them. */
  #settle(row: Uint8Array): void {
    if (row[this.#at + 1] !== (row[this.#at]! & ~LAST)) return;
    row[this.#at] = KEY_DONE;
    row[DONE_AT]!++;
    if (row[DONE_AT] !== 0) return;
    this.#prefix!.setDone(Math.floor(this.#number / ROW_KEYS));
    this.#spare.push(row);
    this.#held--;
    this.#row = DONE;
    if (this.#order.length > 2 * this.#held + 1024) {
      this.#order = this.#order.filter(isHeld);
      this.#oldest = 0;
    }
  }

  /** Makes a place for a key that has none, unless it does not count up. */
  #open(): Uint8Array | undefined {
    if (this.#number < 0) return undefined;
    let prefix = this.#prefix;
    if (prefix === undefined) {
      if (this.#prefixes.length >= PREFIXES_MAX) return undefined;
      prefix = new Prefix(this.#number);
      this.#index.add(this.#prefixHigh, this.#prefixLow);
      this.#prefixes.push(prefix);
      this.#prefix = prefix;
    } else if (Math.abs(this.#number - prefix.lastNumber) > NEAR) return undefined;
    prefix.lastNumber = this.#number;
    const number = Math.floor(this.#number / ROW_KEYS);
    const row = this.#fresh();
    prefix.rows.set(number, row);
    this.#order.push({ prefix, number });
    this.#held++;
    this.#row = row;
    this.#at = 2 * (this.#number % ROW_KEYS);
    if (this.#held > this.#limit) this.#forgetOldest();
    return row;
  }

  #fresh(): Uint8Array {
    const used = this.#spare.pop();
    if (used !== undefined) return used.fill(0);
    if (this.#slab.length === 0) this.#slab = new Uint8Array(SLAB_ROWS * ROW_BYTES);
    const row = this.#slab.subarray(0, ROW_BYTES);
    this.#slab = this.#slab.subarray(ROW_BYTES);
    return row;
  }

  #forgetOldest(): void {
    while (!isHeld(this.#order[this.#oldest]!)) this.#oldest++;
    const { prefix, number } = this.#order[this.#oldest++]!;
    this.#spare.push(prefix.rows.get(number)!);
    prefix.rows.set(number, FORGOTTEN);
    this.#held--;
    if (this.#oldest < 4096) return;
    this.#order.splice(0, this.#oldest);
    this.#oldest = 0;
  }
}

function isHeld({ prefix, number }: Place): boolean {
  const row = prefix.row(number);
  return row !== DONE && row !== FORGOTTEN;
}
