/** A choice that people mostly make as they always do, such as how they pay. */
import { type AliasTable, aliasTable } from '../../src/alias.js';
import type { Random } from '../../src/types.js';

/** How often people do as they always do. */
const CONSTANCY = 0.8;
const PLACES = 256;

export class Habit {
  readonly #table: AliasTable;
  /** The usual choice by eight bits of a customer's hash. */
  readonly #usual: Uint8Array;

  /** Shares of all choices, the usual ones and the others alike. */
  constructor(shares: readonly number[]) {
    this.#table = aliasTable(shares);
    const total = shares.reduce((sum, share) => sum + share, 0);
    let choice = 0;
    let sum = shares[0]!;
    this.#usual = Uint8Array.from({ length: PLACES }, (_, place) => {
      while (place + 0.5 > (sum / total) * PLACES && choice < shares.length - 1) sum += shares[++choice]!;
      return choice;
    });
  }

  /** `hash`: the customer's, of which eight bits count. */
  pick(hash: number, random: Random): number {
    const other = this.#table.pick(random);
    return random.float() < CONSTANCY ? this.#usual[hash & (PLACES - 1)]! : other;
  }
}
