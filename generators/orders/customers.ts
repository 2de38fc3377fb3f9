/**
 * Who orders, as D. C. Schmittlein, D. G. Morrison and R. Colombo have it ("Counting Your Customers", Management Science 33, 1987): a
 * customer comes by the first order, orders again at a rate of their own, and leaves for good at some moment, each at a rate of
 * their own too; both rates are gamma over customers, so that a few order often and most never again. A store's clock for this
 * is its number of orders, not the calendar: what a customer does depends neither on when the run is nor on how fast, and habits
 * hold at any volume. All that is known of a customer comes from a hash of store and number; kept is only when each comes next.
 */
import type { Random } from '../../src/types.js';
import { gammaQuantiles } from '../model/gamma.js';
import { TimeHeap } from '../model/heap.js';
import type { Store } from './stores.js';

/** Orders a year of a customer who stays: mean and shape. */
const ORDERS_YEAR = 3.6;
const ORDERS_SHAPE = 0.5;
/** How many times a year a customer would leave: mean and shape. Of shape below 1, many leave soon and some stay for ever. */
const LEAVING_YEAR = 2.7;
const LEAVING_SHAPE = 0.6;
const QUANTILES = 1024;
/** How many returning customers are kept in mind, all stores together: about 24 MB. Beyond that, new ones do not come back. */
const KEPT_MAX = 2_000_000;
/** Beyond its first orders a store forgets nobody that it has room for, however many stores there are. */
const KEPT_STORE_MIN = 200;

/** What hashes are for, so that no two traits go together. */
const ORDERS_SALT = 11;
const LEAVING_SALT = 12;

export class Customers {
  readonly #salt: number;
  readonly #orders = gammaQuantiles(ORDERS_SHAPE, QUANTILES);
  readonly #leaving = gammaQuantiles(LEAVING_SHAPE, QUANTILES);
  /** A year in orders of the store. */
  readonly #year: Float64Array;
  /** By store: the order at which each customer comes again. */
  readonly #returning: readonly TimeHeap[];
  readonly #known: Float64Array;
  readonly #keptMax: number;

  constructor(random: Random, stores: readonly Store[]) {
    this.#salt = random.uint32();
    this.#year = Float64Array.from(stores, ({ ordersPerDay }) => ordersPerDay * 365);
    this.#returning = stores.map(() => new TimeHeap(16));
    this.#known = new Float64Array(stores.length);
    this.#keptMax = Math.max(KEPT_STORE_MIN, Math.floor(KEPT_MAX / stores.length));
  }

  /** The number, within the store, of the customer who places the store's order `number`; orders are asked for one after another. */
  pick(store: number, number: number, random: Random): number {
    const returning = this.#returning[store]!;
    const again = returning.topTime <= number;
    const customer = again ? returning.topId : this.#known[store]!++;
    const orders = ORDERS_YEAR * this.#orders[this.hash(store, customer, ORDERS_SALT) >>> 22]!;
    const leaving = LEAVING_YEAR * this.#leaving[this.hash(store, customer, LEAVING_SALT) >>> 22]!;
    const either = orders + leaving;
    const next = number + (random.exponential() / either) * this.#year[store]!;
    const stays = random.float() * either < orders;
    if (again) {
      if (stays) returning.delayTop(next);
      else returning.pop();
    } else if (stays && returning.size < this.#keptMax) returning.push(next, customer);
    return customer;
  }

  /** How many customers a store has had; one more than this is about to come for the first time. */
  known(store: number): number {
    return this.#known[store]!;
  }

  /** 32 bits that are the customer's own; `salt` gives more of them. */
  hash(store: number, customer: number, salt = 0): number {
    let hash = this.#salt ^ Math.imul(store + 1, 0x9e3779b1) ^ Math.imul(salt, 0x85ebca77);
    hash = Math.imul(hash ^ (hash >>> 15) ^ (customer | 0), 0x2c1b3c6d);
    hash = Math.imul(hash ^ (hash >>> 12) ^ Math.floor(customer / 2 ** 32), 0x297a2d39);
    return (hash ^ (hash >>> 15)) >>> 0;
  }
}
