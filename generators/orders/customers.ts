/**
 * Who orders. Customers are not kept anywhere: a store has so many places for them, each with its own rate of ordering
 * (gamma, so that a few order often and many hardly ever), and whoever holds a place leaves it to a stranger after a while. All that is
 * known of a customer comes from a hash of store and number, so a million of them cost nothing, and the rates scale with the orders.
 */
import { type AliasTable, aliasTable } from '../../src/alias.js';
import type { Random } from '../../src/types.js';
import { gamma } from '../model/gamma.js';
import type { Store } from './stores.js';

/** Mean orders of a customer in a year. */
const ORDERS_YEAR = 3;
/** How long customers stay, years, on average. */
const STAY_YEARS = 2;
/** Shape of the rates: the r of a negative binomial distribution fitted to repeat purchases. */
const RATE_SHAPE = 0.4;
const CLASSES_MAX = 2048;

export class Customers {
  readonly #salt: number;
  readonly #habits: Random;
  /** By number of classes: how the orders fall on places. */
  readonly #tables = new Map<number, AliasTable>();
  readonly #places: Float64Array;
  readonly #classes: readonly AliasTable[];

  constructor(random: Random, stores: readonly Store[]) {
    this.#salt = random.uint32();
    this.#habits = random.fork('habits');
    this.#places = Float64Array.from(stores, ({ ordersPerDay }) =>
      Math.max(16, Math.ceil((ordersPerDay * 365) / ORDERS_YEAR)),
    );
    this.#classes = Array.from(this.#places, (places) =>
      this.#table(Math.min(CLASSES_MAX, 2 ** Math.floor(Math.log2(places)))),
    );
  }

  /** The number, within the store, of the customer who places the store's order `number`. */
  pick(store: number, number: number, random: Random): number {
    const places = this.#places[store]!;
    const classes = this.#classes[store]!;
    const place = Math.floor(((classes.pick(random) + random.float()) / classes.size) * places);
    const hash = this.hash(store, place);
    // In orders of the store, not in time: what a customer does must not depend on when the run is.
    const stay = places * ORDERS_YEAR * STAY_YEARS * (0.4 + 1.2 * (hash >>> 16) * 2 ** -16);
    const generation = Math.floor(number / stay + (hash & 0xffff) * 2 ** -16);
    return place + places * generation;
  }

  /** 32 bits that are the customer's own; `salt` gives more of them. */
  hash(store: number, customer: number, salt = 0): number {
    let hash = this.#salt ^ Math.imul(store + 1, 0x9e3779b1) ^ Math.imul(salt, 0x85ebca77);
    hash = Math.imul(hash ^ (hash >>> 15) ^ (customer | 0), 0x2c1b3c6d);
    hash = Math.imul(hash ^ (hash >>> 12) ^ Math.floor(customer / 2 ** 32), 0x297a2d39);
    return (hash ^ (hash >>> 15)) >>> 0;
  }

  #table(classes: number): AliasTable {
    const known = this.#tables.get(classes);
    if (known !== undefined) return known;
    const stream = this.#habits.fork(classes);
    const table = aliasTable(Float64Array.from({ length: classes }, () => gamma(stream, RATE_SHAPE)));
    this.#tables.set(classes, table);
    return table;
  }
}
