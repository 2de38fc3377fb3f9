/**
 * What goes wrong with events on their way, by probability: the words for it, and which event it happens to. That
 * follows from the seed, the event's key and its sequence number alone, so that it is the same whatever the rate, the
 * profile or the number of shards.
 */
import type { Disorder, DisorderKind } from './types.js';

/** Every kind, with what it does to an event. */
export const DISORDER_KINDS: Readonly<{ [kind in DisorderKind]: string }> = {
  late: 'comes up to lateBy after its time, with the timestamp that it should have had',
  outOfOrder: 'comes behind the next event of its key',
  duplicate: 'comes a second time, byte for byte',
  missing: 'never comes',
  malformed: 'comes with a value that breaks off',
  schemaViolating: 'comes with a field removed, null, or of another type',
  tombstone: 'comes with its key and no value',
  clockSkewed: 'comes from a clock that is wrong by up to skewBy',
};

export const KINDS = Object.keys(DISORDER_KINDS) as readonly DisorderKind[];

/** What happened to a record; no other record has it. */
export const DISORDER_HEADER = 'eventmill-disorder';
/** Which event it happened to, 16 hexadecimal digits: the manifest's `id`. */
export const DISORDER_ID_HEADER = 'eventmill-disorder-id';

export const LATE_BY_MS = 30_000;
export const SKEW_BY_MS = 300_000;

/** Events that do not come when they are asked for have others take their place: at most half, or nothing would come. */
export const ABSENT_MAX = 0.5;
export const ABSENT_KINDS: readonly DisorderKind[] = ['late', 'outOfOrder', 'missing'];

/** What happened to one event: a line of the manifest. */
export interface Truth {
  readonly id: string;
  readonly disorder: DisorderKind;
  readonly key: string | null;
  /** The value's own; null where it has none. */
  readonly sequence: number | null;
  /** Epoch ms, as it would have been without disorder. */
  readonly timestamp: number;
  /** How long it was held back, in the stream's time; 0 for what came in its turn. */
  readonly heldMs?: number;
  /** How far its clock is ahead (above zero) or behind. */
  readonly skewMs?: number;
  /** What was done to its value. */
  readonly detail?: string;
  /** It was still held back when the run ended, and so is as good as missing. */
  readonly neverCame?: true;
}

/** Told as each record goes out; of missing ones as they are left out. `place`: how many records have gone out before. */
export type TellTruth = (truth: Truth, place: number) => void;

/** 64 bits that stand for an event of a source: half of them choose its fate, the other half how. */
export interface Mark {
  high: number;
  low: number;
}

/** Chooses what happens to an event, by its mark; null: nothing, as to most. */
export class Fates {
  readonly #bounds: readonly (readonly [kind: DisorderKind, below: number])[];
  readonly #salt: number;
  readonly mark: Mark = { high: 0, low: 0 };

  constructor(disorder: Disorder, salt: number) {
    this.#salt = salt;
    let below = 0;
    this.#bounds = KINDS.filter((kind) => (disorder[kind] ?? 0) > 0).map((kind) => {
      below += disorder[kind]!;
      return [kind, below] as const;
    });
  }

  /** `number`: the event's sequence number, or its place in its source. */
  of(key: Uint8Array | null, keyStart: number, keyLength: number, number: number): DisorderKind | null {
    let high = this.#salt ^ (key === null ? 0x6e6f6e65 : keyLength);
    let low = ~this.#salt;
    if (key !== null) {
      for (let at = keyStart; at < keyStart + keyLength; at++) {
        high = Math.imul(high ^ key[at]!, 0x01000193);
        low = Math.imul((low << 5) ^ (low >>> 27) ^ key[at]!, 0x9e3779b1);
      }
    }
    const beyond = Math.floor(number / 2 ** 32);
    this.mark.high = scramble(high ^ Math.imul(number | 0, 0x2c1b3c6d) ^ beyond);
    this.mark.low = scramble(low ^ Math.imul((number | 0) + 1, 0x85ebca6b) ^ Math.imul(beyond, 0x297a2d39));
    const chance = (this.mark.high >>> 0) * 2 ** -32;
    for (const [kind, below] of this.#bounds) if (chance < below) return kind;
    return null;
  }
}

/** A number in [0, 1) that follows from a mark, another one for each `use`. */
export function chanceOf({ high, low }: Mark, use: number): number {
  return (scramble(low ^ Math.imul(high, use * 2 + 1)) >>> 0) * 2 ** -32;
}

export function idOf({ high, low }: Mark): string {
  return hex(high) + hex(low);
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}

/** murmur3's last step (A. Appleby): every bit of the result depends on every bit given. */
function scramble(word: number): number {
  let h = word;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
