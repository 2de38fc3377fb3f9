/** The way of a pizza order: its stages, how long they last, and what is promised. */
import type { Random } from '../../src/types.js';
import type { OrderBook } from './book.js';
import { CASH } from './money.js';

export const TYPES = [
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

export const CHANNELS = ['delivery', 'collection', 'in_house'] as const;
export const DELIVERY = 0;
export const IN_HOUSE = 2;

export const REASONS = [
  'customer_request',
  'out_of_stock',
  'kitchen_overload',
  'payment_problem',
  'address_not_served',
] as const;

/** Of delivery, collection and in house. */
export const CHANNEL_SHARES = [0.6, 0.34, 0.06];
const CANCELLED_SHARE = 0.013;
/** Events of a delivered order; the others have one less. */
export const EVENTS_PER_ORDER = 7 + CHANNEL_SHARES[DELIVERY]! - 3 * CANCELLED_SHARE;

const MINUTE_MS = 60_000;

/** A log-normal duration of median e^mu minutes. */
function minutes(random: Random, mu: number, sigma: number): number {
  return MINUTE_MS * Math.exp(mu + sigma * random.normal());
}

/**
 * Plans an order's later events, and returns what is promised: the time until it is there (delivery) or ready (else), ms.
 * Cash is paid at the door or counter, the rest at once.
 */
export function planStages(
  channel: number,
  payment: number,
  random: Random,
  book: OrderBook,
  slot: number,
): number {
  const accepted = minutes(random, 0.4, 0.4);
  const preparing = accepted + 0.3 * MINUTE_MS * random.exponential();
  const baking = preparing + minutes(random, 1.6, 0.35);
  const ready = baking + minutes(random, 2.2, 0.15);
  const cash = payment === CASH && channel !== IN_HOUSE;
  // Within seconds, and always before the kitchen looks at it.
  if (!cash) book.plan(slot, PAID, accepted * Math.min(0.95, 0.1 * Math.exp(0.5 * random.normal())));
  book.plan(slot, ACCEPTED, accepted);
  book.plan(slot, PREPARING, preparing);
  book.plan(slot, BAKING, baking);
  const cancelled = random.float() < CANCELLED_SHARE;
  if (cancelled) {
    planCancellation(ready, random, book, slot);
  } else {
    book.plan(slot, READY, ready);
    const leaves =
      ready +
      (channel === DELIVERY
        ? minutes(random, 1.2, 0.5)
        : minutes(random, channel === IN_HOUSE ? -0.5 : 1.2, 0.6));
    if (channel === DELIVERY) book.plan(slot, OUT_FOR_DELIVERY, leaves);
    const arrives = channel === DELIVERY ? leaves + minutes(random, 2.3, 0.4) : leaves;
    // The change is counted for half a minute at most.
    if (cash) book.plan(slot, PAID, Math.max(ready, arrives - 0.5 * MINUTE_MS * random.float()));
    book.plan(slot, channel === DELIVERY ? DELIVERED : PICKED_UP, arrives);
  }
  return promise(channel, random);
}

/** At some moment before the pizza would be ready, more likely early; money that was taken is given back. */
function planCancellation(ready: number, random: Random, book: OrderBook, slot: number): void {
  const at = ready * Math.min(random.float(), random.float());
  book.planUntil(slot, at);
  const paid = book.plans(slot, PAID);
  book.reason[slot] = random.int(REASONS.length);
  book.plan(slot, CANCELLED, at);
  if (paid) book.plan(slot, REFUNDED, at + minutes(random, 0.7, 0.8));
}

/** What people are told: five minutes are the unit, and a busy telephone voice adds some. */
function promise(channel: number, random: Random): number {
  const later = random.float();
  if (channel === DELIVERY) return MINUTE_MS * (later < 0.2 ? 35 : later < 0.7 ? 40 : 45);
  if (channel === IN_HOUSE) return MINUTE_MS * 20;
  return MINUTE_MS * (later < 0.5 ? 25 : 30);
}
