/**
 * Reads back what a run claims to have written and judges it: lost, duplicated, out of order, not readable. It reads
 * only the offsets that the run's acknowledgements name, and orders each key by the `sequence` in its values.
 */
import type { VerifyResult } from '../types.js';

/** One record as read; the bytes need not outlive the call. */
export interface Evidence {
  readonly partition: number;
  readonly offset: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
}

/** What a run says of one topic. */
export interface Claim {
  /** Records acknowledged. */
  readonly acked: number;
  /** Records made that were not acknowledged: their sequence numbers may be missing. */
  readonly notAcked: number;
}

interface KeyState {
  /** The sequence number that should come next. */
  next: number;
  /** Numbers that were passed over and have not come yet. */
  missing: Set<number> | null;
}

export class Verifier {
  readonly #keys = new Map<string, KeyState>();
  #read = 0;
  #duplicated = 0;
  #reordered = 0;
  #corrupted = 0;
  #missing = 0;

  see(record: Evidence): void {
    this.#read++;
    const sequence = sequenceOf(record.value);
    if (sequence === undefined) {
      this.#corrupted++;
      return;
    }
    if (sequence === null || record.key === null) return;
    const key = record.key.toString('latin1');
    const state = this.#keys.get(key);
    if (state === undefined) {
      this.#keys.set(key, { next: sequence + 1, missing: this.#missingBelow(sequence) });
    } else if (sequence === state.next) {
      state.next++;
    } else if (sequence > state.next) {
      state.missing ??= new Set();
      for (let number = state.next; number < sequence; number++) state.missing.add(number);
      this.#missing += sequence - state.next;
      state.next = sequence + 1;
    } else if (state.missing?.delete(sequence)) {
      this.#missing--;
      this.#reordered++;
    } else {
      this.#duplicated++;
    }
  }

  /** Every key's numbers begin at 1. */
  #missingBelow(sequence: number): Set<number> | null {
    if (sequence <= 1) return null;
    const missing = new Set<number>();
    for (let number = 1; number < sequence; number++) missing.add(number);
    this.#missing += missing.size;
    return missing;
  }

  result(claim: Claim): VerifyResult {
    const distinct = this.#read - this.#duplicated;
    const lost = Math.max(0, claim.acked - distinct, this.#missing - claim.notAcked);
    return {
      read: this.#read,
      lost,
      duplicated: this.#duplicated,
      reordered: this.#reordered,
      corrupted: this.#corrupted,
    };
  }
}

/** The `sequence` of a JSON value; null when it has none; undefined when it is not JSON. */
function sequenceOf(value: Buffer | null): number | null | undefined {
  if (value === null) return null;
  try {
    const parsed: unknown = JSON.parse(value.toString());
    if (typeof parsed !== 'object' || parsed === null) return null;
    const { sequence } = parsed as { sequence?: unknown };
    return typeof sequence === 'number' && Number.isSafeInteger(sequence) ? sequence : null;
  } catch {
    return undefined;
  }
}

export function addResults(a: VerifyResult, b: VerifyResult): VerifyResult {
  return {
    read: a.read + b.read,
    lost: a.lost + b.lost,
    duplicated: a.duplicated + b.duplicated,
    reordered: a.reordered + b.reordered,
    corrupted: a.corrupted + b.corrupted,
  };
}
