/** The way of a pizza order: its stages, how long they last, and what is promised. */
import type { Random } from '../../src/types.js';
import type { OrderBook } from './book.js';
import { Line } from './crew.js';
import { CASH } from './money.js';
import type { Store } from './stores.js';

const TYPES = [
  'placed',
  'paid',
  'accepted',
  'preparing',
  'baking',
  'ready',
  'out_for_delivery',
  'delivered',
  'picked_up',
  'cancelled',
  'refunded',
] as const;
export const [
  PLACED,
  PAID,
  ACCEPTED,
  PREPARING,
  BAKING,
  READY,
  OUT_FOR_DELIVERY,
  DELIVERED,
  PICKED_UP,
  CANCELLED,
  REFUNDED,
] = TYPES.keys() as unknown as readonly [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

const CHANNELS = ['delivery', 'collection', 'in_house'] as const;
export const DELIVERY = 0;
export const IN_HOUSE = 2;

const REASONS = [
  'customer_request',
  'out_of_stock',
  'kitchen_overload',
  'payment_problem',
  'address_not_served',
] as const;

export const WORDS = { types: TYPES, channels: CHANNELS, reasons: REASONS } as const;

/** Of delivery, collection and in house. */
export const CHANNEL_SHARES = [0.6, 0.34, 0.06];
const CANCELLED_SHARE = 0.013;
/** Events of a delivered order; the others have one less. */
export const EVENTS_PER_ORDER = 7 + CHANNEL_SHARES[DELIVERY]! - 3 * CANCELLED_SHARE;
/** The most events after the first. */
export const STEPS_MAX = 7;
/** How far cancelled orders came: most are given up before anybody works on them. */
const CANCELLED_AFTER = [0.45, 0.3, 0.25] as const;

const MINUTE_MS = 60_000;
/** Mean minutes that an order of usual size takes a cook, an oven's deck, and a courier there and back. */
const COOK_MINUTES = 5.6;
const OVEN_MINUTES = 9.2;
const COURIER_MINUTES = 22;

/** A log-normal duration of median e^mu minutes. */
function minutes(random: Random, mu: number, sigma: number): number {
  return MINUTE_MS * Math.exp(mu + sigma * random.normal());
}

/** An order as its kitchen sees it. */
export interface KitchenOrder {
  readonly channel: number;
  readonly payment: number;
  /** How many pizzas and other things. */
  readonly quantity: number;
  /** When it was placed, epoch ms of the model's time. */
  readonly time: number;
}

/** One store's kitchen and its couriers. */
export class Kitchen {
  readonly #cooks: Line;
  readonly #ovens: Line;
  readonly #couriers: Line;

  constructor(store: Store) {
    this.#cooks = new Line(store, COOK_MINUTES, 0.8);
    this.#ovens = new Line(store, OVEN_MINUTES, 0.85);
    this.#couriers = new Line(store, COURIER_MINUTES * CHANNEL_SHARES[DELIVERY]!, 0.85);
  }

  /**
   * Plans an order's later events, and returns what is promised: the time until it is there (delivery) or ready (else), ms. Which
   * events there are, and what is drawn for them, depends on chance alone; how busy the kitchen is decides when they come.
   * Cash is paid at the door or counter, the rest at once.
   */
  plan(
    { channel, payment, quantity, time }: KitchenOrder,
    random: Random,
    book: OrderBook,
    slot: number,
  ): number {
    const promised = this.#promise(channel, time, random);
    const accepted = minutes(random, 0.4, 0.4);
    const noticed = accepted + 0.3 * MINUTE_MS * random.exponential();
    const preparation = minutes(random, 1.6, 0.35) * (0.64 + 0.15 * quantity);
    const baked = minutes(random, 2.2, 0.15);
    const paidAt = accepted * Math.min(0.95, 0.1 * Math.exp(0.5 * random.normal()));
    const cash = payment === CASH && channel !== IN_HOUSE;
    // Within seconds, and always before the kitchen looks at it.
    if (!cash) book.plan(slot, PAID, paidAt);
    if (random.float() < CANCELLED_SHARE) {
      this.#cancel(time, { accepted, noticed, preparation, paid: !cash }, random, book, slot);
      return promised;
    }
    const preparing = this.#cooks.take(time + noticed, preparation) - time;
    const baking = this.#ovens.take(time + preparing + preparation, baked) - time;
    const ready = baking + baked;
    book.plan(slot, ACCEPTED, accepted);
    book.plan(slot, PREPARING, preparing);
    book.plan(slot, BAKING, baking);
    book.plan(slot, READY, ready);
    if (channel === DELIVERY) this.#deliver(ready, cash, time, random, book, slot);
    else collect(ready, cash, channel, random, book, slot);
    return promised;
  }

  #deliver(ready: number, cash: boolean, time: number, random: Random, book: OrderBook, slot: number): void {
    const drive = minutes(random, 2.28, 0.48);
    // Bagging and finding the keys; then whoever is back first takes it.
    const bagged = ready + minutes(random, 0.7, 0.6);
    const leaves = this.#couriers.take(time + bagged, 2 * drive) - time;
    book.plan(slot, OUT_FOR_DELIVERY, leaves);
    const arrives = leaves + drive;
    // The change is counted for half a minute at most.
    if (cash) book.plan(slot, PAID, arrives - Math.min(drive, 0.5 * MINUTE_MS) * random.float());
    book.plan(slot, DELIVERED, arrives);
  }

  /** What has been begun is told, and money that was taken is given back. */
  #cancel(
    time: number,
    order: { accepted: number; noticed: number; preparation: number; paid: boolean },
    random: Random,
    book: OrderBook,
    slot: number,
  ): void {
    const { accepted, noticed, preparation, paid } = order;
    const [soon, later] = CANCELLED_AFTER;
    const stage = random.float();
    const part = 0.05 + 0.9 * random.float();
    book.reason[slot] = random.int(REASONS.length);
    let at: number;
    if (stage < soon) at = accepted;
    else {
      book.plan(slot, ACCEPTED, accepted);
      // Whoever gives up in line has held up nobody.
      const preparing = noticed + this.#cooks.waitAt(time + noticed);
      at = accepted + (preparing - accepted) * part;
      if (stage >= soon + later) {
        book.plan(slot, PREPARING, this.#cooks.take(time + noticed, part * preparation) - time);
        at = preparing + part * preparation;
      }
    }
    book.plan(slot, CANCELLED, at);
    const returned = minutes(random, 0.7, 0.8);
    if (paid) book.plan(slot, REFUNDED, at + returned);
  }

  /** What people are told: five minutes are the unit, and a busy telephone voice adds some for the line that it sees. */
  #promise(channel: number, time: number, random: Random): number {
    const later = random.float();
    const seen = this.#cooks.waitAt(time) + (channel === DELIVERY ? this.#couriers.waitAt(time) : 0);
    const line = 5 * MINUTE_MS * Math.floor((0.7 * seen) / (5 * MINUTE_MS));
    if (channel === DELIVERY) return line + MINUTE_MS * (later < 0.2 ? 35 : later < 0.7 ? 40 : 45);
    if (channel === IN_HOUSE) return line + MINUTE_MS * 20;
    return line + MINUTE_MS * (later < 0.5 ? 25 : 30);
  }
}

function collect(
  ready: number,
  cash: boolean,
  channel: number,
  random: Random,
  book: OrderBook,
  slot: number,
): void {
  const leaves = ready + minutes(random, channel === IN_HOUSE ? -0.5 : 1.2, 0.6);
  if (cash) book.plan(slot, PAID, Math.max(ready, leaves - 0.5 * MINUTE_MS * random.float()));
  book.plan(slot, PICKED_UP, leaves);
}
