/**
 * The events of many orders, one after another: new orders as they arrive, and what becomes of the open ones.
 *
 * What order n of a store holds, and how long its stages last in the model's time, depends on the seed, the store and n alone. Only
 * the moments differ by mode. On the model's own clock all events come in its order. Where events are asked for at due
 * times, a stage is told at the first due time that is not before its own (placement's due time + offset ÷ speed), and when none
 * is waiting, the next order is placed: so orders live `speed` times as fast as in life whatever the rate is.
 */
import type { Made, ModelTime, Random } from '../../src/types.js';
import { TimeHeap } from '../model/heap.js';
import type { Arrival, Arrivals } from './arrivals.js';
import { OrderBook } from './book.js';
import type { Customers } from './customers.js';
import type { Reference, ReferenceValue } from './reference.js';
import { customerIdOf, orderIdOf, type Store } from './stores.js';

/** Open orders are bounded: beyond this, where events are asked for faster than orders end, the earliest pending stage is told before its time. */
export const OPEN_MAX = 100_000;

/** What every event of an order says. Words are codes. */
export interface OrderEvent {
  type: number;
  orderId: string;
  storeId: number;
  customerId: string;
  timestamp: number;
  sequence: number;
  timeZone: number;
  promisedAt: number | undefined;
}

/** A kind of business. */
export interface OrderModel<V extends OrderEvent> {
  /** The value of first events, used again for each; `type` stays as it is. */
  readonly placed: V;
  /** The value of all later events. */
  readonly later: V;
  /**
   * Draws an order: fills `placed` but for what OrderEvent has, plans its later events and notes in the book what would be refunded and why.
   * Returns the promised duration, ms of the model's time. What is drawn must not depend on when it arrives.
   */
  place(arrival: Arrival, customer: number, random: Random, book: OrderBook, slot: number): number;
  /** Fills what only some kinds of later events have. */
  tell(kind: number, book: OrderBook, slot: number): void;
}

export interface OrderParts {
  readonly random: Random;
  readonly stores: readonly Store[];
  readonly customers: Customers;
  readonly arrivals: Arrivals;
  /** What stores, products and customers are is told before the first order of theirs; null where nobody asked. */
  readonly reference: Reference | null;
}

export class OrderFeed<V extends OrderEvent> {
  readonly #model: OrderModel<V>;
  readonly #stores: readonly Store[];
  readonly #streams: readonly Random[];
  readonly #numbers: Float64Array;
  readonly #customers: Customers;
  readonly #arrivals: Arrivals;
  readonly #book: OrderBook;
  /** Slots by the time of their next event, on the clock that leads. */
  readonly #pending = new TimeHeap(1024);
  readonly #asked: boolean;
  readonly #live: boolean;
  readonly #speed: number;
  readonly #made: Made<V>;
  readonly #reference: Reference | null;
  /** Who places the next order, once that is told on its own topic; −1 before. */
  #announced = -1;
  #isNew = false;
  readonly #start: number;

  constructor(model: OrderModel<V>, parts: OrderParts, time: ModelTime, steps: number) {
    this.#model = model;
    this.#book = new OrderBook(steps);
    this.#stores = parts.stores;
    this.#streams = parts.stores.map((_, index) => parts.random.fork(index));
    this.#numbers = new Float64Array(parts.stores.length);
    this.#customers = parts.customers;
    this.#arrivals = parts.arrivals;
    this.#reference = parts.reference;
    this.#start = time.start;
    this.#live = time.kind === 'live';
    this.#asked = this.#live && time.pace === 'asked';
    this.#speed = this.#live ? time.speed : 1;
    this.#made = { value: model.placed, timestamp: 0, last: false };
  }

  next(dueAt: number): Made<V | ReferenceValue> {
    const reference = this.#reference;
    if (reference !== null && !reference.complete) {
      return reference.tellNext(this.#live ? dueAt : this.#start);
    }
    const pendingAt = this.#pending.topTime;
    if (this.#asked) {
      const early = this.#book.size >= OPEN_MAX;
      return pendingAt <= dueAt || early ? this.#tellNext(dueAt) : this.#place(dueAt, dueAt);
    }
    const arrivesAt = this.#arrivals.time;
    return pendingAt <= arrivesAt
      ? this.#tellNext(this.#live ? dueAt : pendingAt)
      : this.#place(this.#live ? dueAt : arrivesAt, arrivesAt);
  }

  /** The time of the next event on the model's clock. */
  nextAt(): number {
    if (this.#reference !== null && !this.#reference.complete) return this.#start;
    return Math.min(this.#pending.topTime, this.#arrivals.time);
  }

  /** `at` is for the timestamp; `base` is the order's beginning on the clock that leads. */
  #place(at: number, base: number): Made<V | ReferenceValue> {
    const index = this.#arrivals.store;
    const random = this.#streams[index]!;
    const customer = this.#announced < 0 ? this.#pick(index, random) : this.#announced;
    if (this.#reference !== null && this.#announced < 0 && this.#isNew) {
      this.#announced = customer;
      return this.#reference.tellCustomer(index, customer, at);
    }
    this.#announced = -1;
    const book = this.#book;
    const value = this.#model.placed;
    const number = this.#numbers[index]!++;
    const slot = book.open();
    const store = this.#stores[index]!;
    book.orderIds[slot] = value.orderId = orderIdOf(store, number);
    book.customerIds[slot] = value.customerId = customerIdOf(store, customer);
    book.store[slot] = value.storeId = index;
    value.timeZone = store.city;
    value.sequence = 1;
    const timestamp = Math.floor(at);
    value.timestamp = timestamp;
    value.promisedAt = Math.floor(
      at + this.#model.place(this.#arrivals, customer, random, book, slot) / this.#speed,
    );
    this.#arrivals.advance();
    this.#pending.push(this.#asked ? base + book.offset(slot) / this.#speed : base + book.offset(slot), slot);
    this.#made.value = value;
    this.#made.timestamp = timestamp;
    this.#made.last = book.offset(slot) === Infinity;
    return this.#made;
  }

  #pick(store: number, random: Random): number {
    const known = this.#customers.known(store);
    const customer = this.#customers.pick(store, this.#numbers[store]!, random);
    this.#isNew = customer === known;
    return customer;
  }

  #tellNext(at: number): Made<V> {
    const book = this.#book;
    const value = this.#model.later;
    const slot = this.#pending.topId;
    const kind = book.kind(slot);
    const store = book.store[slot]!;
    const timestamp = Math.floor(at);
    value.type = kind;
    value.orderId = book.orderIds[slot]!;
    value.customerId = book.customerIds[slot]!;
    value.storeId = store;
    value.timeZone = this.#stores[store]!.city;
    value.timestamp = timestamp;
    value.sequence = book.told(slot) + 2;
    this.#model.tell(kind, book, slot);
    this.#made.last = !this.#goOn(slot);
    this.#made.value = value;
    this.#made.timestamp = timestamp;
    return this.#made;
  }

  /** Puts the order of the earliest pending event where its next one belongs, or out of the book; false for that. */
  #goOn(slot: number): boolean {
    const book = this.#book;
    const before = book.offset(slot);
    book.tell(slot);
    const after = book.offset(slot);
    if (after === Infinity) {
      this.#pending.pop();
      book.close(slot);
      return false;
    }
    const wait = this.#asked ? (after - before) / this.#speed : after - before;
    this.#pending.delayTop(this.#pending.topTime + wait);
    return true;
  }
}
