/**
 * What a run has made, in sixteen digits: the sum of 64-bit hashes of its records. A sum does not depend on the order, so that
 * the same events have the same digest at any rate, in one process or in many whose digests are added. Of a record count its
 * topic, its key, its value and its headers, and in simulated time its timestamp; in live time all but what follows the
 * wall clock.
 */
import { addDigests, type DigestSum, digestText } from '../digest-sum.js';
import type { DigestSnapshot, Entry, Serializer } from '../types.js';
import { withMadeHeaders } from './headers.js';
import { finish, mix } from './scan.js';

/** The seeds of the two words. */
const HIGH = 0x6a09e667;
const LOW = 0x3c6ef372;
const VARIES = ['"timestamp":', '"promisedAt":'].map((name) => Buffer.from(name));
const NO_VALUE = 0x6e756c6c;
const ZERO = 0x30;
const NINE = 0x39;

/** Of one profile. */
export class Digest {
  readonly #sums = new Map<string, DigestSum>();

  /** One source's records. `topic`: without a profile's name, so that profiles can be compared. */
  of(topic: string, serializer: Serializer, simulated: boolean): SourceDigest {
    const sum = this.#sums.get(topic) ?? { high: 0, low: 0 };
    this.#sums.set(topic, sum);
    return new SourceDigest(topic, serializer, simulated, sum);
  }

  snapshot(): DigestSnapshot {
    const topics = [...this.#sums].map(([topic, sum]) => [topic, digestText(sum)] as const);
    const all = topics.reduce((sum, [, text]) => addDigests(sum, text), digestText({ high: 0, low: 0 }));
    return { all, topics: Object.fromEntries(topics.sort(([a], [b]) => (a < b ? -1 : 1))) };
  }
}

/** Looks at each value as it is written, which spares writing it twice, and adds it once its record has been taken. */
export class SourceDigest {
  readonly serializer: Serializer;
  readonly #sum: DigestSum;
  readonly #simulated: boolean;
  readonly #high: number;
  readonly #low: number;
  /** Of the value written last; what found no room is written again. */
  readonly #value: DigestSum = { high: 0, low: 0 };
  #written = false;

  constructor(topic: string, serializer: Serializer, simulated: boolean, sum: DigestSum) {
    const name = Buffer.from(topic);
    this.#high = finish(mix(HIGH, name, 0, name.length));
    this.#low = finish(mix(LOW, name, 0, name.length));
    this.#sum = sum;
    this.#simulated = simulated;
    this.serializer = {
      write: (value, buffer, offset) => {
        const end = serializer.write(value, buffer, offset);
        if (end <= buffer.length) this.#look(buffer, offset, end);
        return end;
      },
    };
  }

  /** The record has been taken. One that was dropped unwritten is in no digest. */
  add({ key, keyStart, keyLength, timestamp, headers, value }: Entry): void {
    if (value === null || value === undefined) {
      this.#value.high = NO_VALUE;
      this.#value.low = NO_VALUE;
    } else if (!this.#written) return;
    this.#written = false;
    const of = (seed: number, written: number) => {
      let hash = seed;
      if (key !== null) hash = finish(mix(hash ^ 1, key, keyStart, keyStart + keyLength));
      hash = finish(Math.imul(hash, 5) ^ written);
      if (this.#simulated)
        hash = finish(hash ^ (timestamp | 0) ^ Math.imul(Math.floor(timestamp / 2 ** 32), HIGH));
      return withMadeHeaders(hash, headers);
    };
    this.#sum.high = (this.#sum.high + of(this.#high, this.#value.high)) >>> 0;
    this.#sum.low = (this.#sum.low + of(this.#low, this.#value.low)) >>> 0;
  }

  #look(buffer: Buffer, start: number, end: number): void {
    let high = HIGH;
    let low = LOW;
    const stretch = (from: number, to: number) => {
      high = mix(high, buffer, from, to);
      low = mix(low, buffer, from, to);
    };
    let from = start;
    if (!this.#simulated) {
      for (const [after, until] of variations(buffer.subarray(start, end))) {
        stretch(from, start + after);
        from = start + until;
      }
    }
    stretch(from, end);
    this.#value.high = finish(high);
    this.#value.low = finish(low);
    this.#written = true;
  }
}

/** Where the digits stand that follow the wall clock, in their order; of each name the first, as verifying takes it. */
function variations(value: Buffer): readonly (readonly [from: number, until: number])[] {
  return VARIES.flatMap((name) => {
    const at = value.indexOf(name);
    if (at < 0) return [];
    const from = at + name.length;
    let until = from;
    while (until < value.length && value[until]! >= ZERO && value[until]! <= NINE) until++;
    return [[from, until] as const];
  }).sort(([a], [b]) => a - b);
}
