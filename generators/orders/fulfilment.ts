/** The way of a web shop's order: paid, packed while people work, handed to a carrier, delivered by day, sometimes sent back. */
import type { Random } from '../../src/types.js';
import { DAY_MS, HOUR_MS } from '../model/zone.js';
import type { Arrival } from './arrivals.js';
import type { OrderBook } from './book.js';

const TYPES = [
  'placed',
  'paid',
  'packed',
  'shipped',
  'delivered',
  'cancelled',
  'returned',
  'refunded',
] as const;
export const [PLACED, PAID, PACKED, SHIPPED, DELIVERED, CANCELLED, RETURNED, REFUNDED] =
  TYPES.keys() as unknown as readonly [0, 1, 2, 3, 4, 5, 6, 7];

const CHANNELS = ['web', 'app'] as const;
export const CHANNEL_SHARES = [0.58, 0.42];
const REASONS = [
  'customer_request',
  'payment_problem',
  'out_of_stock',
  'address_problem',
  'does_not_fit',
  'damaged',
  'not_as_described',
] as const;
export const WORDS = { types: TYPES, channels: CHANNELS, reasons: REASONS } as const;
/** Those of cancelled orders come first; the rest is for what comes back, which may also be regretted. */
const CANCELLED_REASONS = 4;

const CANCELLED_SHARE = 0.012;
/** Events of an order that takes its way, but for the returned. */
export const EVENTS_PER_ORDER = 5 - 2.4 * CANCELLED_SHARE;
/** The most events after the first. */
export const STEPS_MAX = 6;

const MINUTE_MS = 60_000;
/** Payments are mostly taken at once; some are looked into. */
const REVIEWED_SHARE = 0.12;
/** Warehouses work from Monday to Saturday between these hours; carriers deliver on the same days. */
const WORK_FROM = 7 * HOUR_MS;
const WORK_TO = 19 * HOUR_MS;
const DELIVERY_FROM = 8 * HOUR_MS;
const DELIVERY_TO = 20 * HOUR_MS;
/** Carriers: log-normal days on the road, of which the shop knows the distance and not the luck. */
const TRANSIT_MU = Math.log(4.2);
const DISTANCE_SIGMA = 0.58;
const LUCK_SIGMA = 0.58;
/** The promise holds for all but this many standard deviations of the carrier's luck. */
const PROMISE_LUCK = 1.4;
const PROMISE_PACKING_MS = 1.2 * DAY_MS;

/** An order as the warehouse sees it. */
export interface ShopOrder {
  readonly arrival: Arrival;
  /** Whether nights and Sundays are kept. */
  readonly closing: boolean;
  /** The share of orders of which something comes back. */
  readonly returns: number;
}

/** Plans an order's later events; which of them there are depends on chance alone. Returns what is promised, ms. */
export function planFulfilment(
  { arrival, closing, returns }: ShopOrder,
  random: Random,
  book: OrderBook,
  slot: number,
): number {
  const { time, midnight, weekday } = arrival;
  const hours = closing ? { since: time - midnight, weekday } : null;
  const reviewed = random.float() < REVIEWED_SHARE;
  const approval = random.normal();
  const paid = MINUTE_MS * Math.exp(reviewed ? 6.2 + 0.7 * approval : 1.6 + 0.9 * approval);
  const packing = DAY_MS * Math.exp(Math.log(0.3) + 0.6 * random.normal());
  const handover = HOUR_MS * Math.exp(1.1 + 0.6 * random.normal());
  const known = DAY_MS * Math.exp(TRANSIT_MU + DISTANCE_SIGMA * random.normal());
  const transit = known * Math.exp(LUCK_SIGMA * random.normal());
  const fate = random.float();
  const part = random.float();
  const packed = atWork(paid + packing, hours);
  const shipped = packed + handover;
  const delivered = broughtAt(shipped + transit, shipped, hours);
  if (fate < CANCELLED_SHARE) {
    cancel(fate / CANCELLED_SHARE, part, { paid, packed, shipped }, random, book, slot);
  } else {
    book.plan(slot, PAID, paid);
    book.plan(slot, PACKED, packed);
    book.plan(slot, SHIPPED, shipped);
    book.plan(slot, DELIVERED, delivered);
    if (fate > 1 - returns) sendBack(delivered, random, book, slot);
  }
  return endOfDay(PROMISE_PACKING_MS + known * Math.exp(PROMISE_LUCK * LUCK_SIGMA), hours);
}

/** Before it is paid, or before it leaves the house. */
function cancel(
  stage: number,
  part: number,
  { paid, packed, shipped }: { paid: number; packed: number; shipped: number },
  random: Random,
  book: OrderBook,
  slot: number,
): void {
  book.reason[slot] = random.int(CANCELLED_REASONS);
  const refund = HOUR_MS * Math.exp(1.5 + random.normal());
  if (stage < 0.35) {
    book.plan(slot, CANCELLED, paid * part);
    return;
  }
  const late = stage > 0.85;
  const at = late ? packed + (shipped - packed) * part : paid + (packed - paid) * part;
  book.plan(slot, PAID, paid);
  if (late) book.plan(slot, PACKED, packed);
  book.plan(slot, CANCELLED, at);
  book.plan(slot, REFUNDED, at + refund);
}

/** People think about it for a week or so; it travels back, and is looked at. */
function sendBack(delivered: number, random: Random, book: OrderBook, slot: number): void {
  const fitting = random.float() < 0.75;
  const reason = random.int(REASONS.length - CANCELLED_REASONS);
  book.reason[slot] = fitting ? CANCELLED_REASONS + reason : 0;
  const returned = delivered + DAY_MS * Math.exp(2 + 0.5 * random.normal());
  book.plan(slot, RETURNED, returned);
  book.plan(slot, REFUNDED, returned + DAY_MS * Math.exp(0.3 + 0.6 * random.normal()));
}

interface Hours {
  /** Ms since local midnight at which the order was placed, and that day's weekday, 0 being Sunday. */
  readonly since: number;
  readonly weekday: number;
}

/**
 * The first moment at or after an offset that is within working hours. What would have been done at night is spread over the next
 * morning as it was over the night, so that mornings are busy and not one moment.
 */
function atWork(offset: number, hours: Hours | null): number {
  if (hours === null) return offset;
  const at = hours.since + offset;
  let day = Math.floor(at / DAY_MS);
  let time = at - day * DAY_MS;
  const sunday = (hours.weekday + day) % 7 === 0;
  if (time >= WORK_FROM && time < WORK_TO && !sunday) return offset;
  const night = DAY_MS - (WORK_TO - WORK_FROM);
  const past = sunday ? time / DAY_MS : ((time - WORK_TO + DAY_MS) % DAY_MS) / night;
  if (sunday || time >= WORK_TO) day++;
  if ((hours.weekday + day) % 7 === 0) day++;
  time = WORK_FROM + past * 0.3 * (WORK_TO - WORK_FROM);
  return Math.max(offset, day * DAY_MS + time - hours.since);
}

/** Carriers come between their hours of the day on which a parcel could have been there, Mondays for Sundays; once it has left. */
function broughtAt(offset: number, shipped: number, hours: Hours | null): number {
  if (hours === null) return offset;
  const at = hours.since + offset;
  let day = Math.floor(at / DAY_MS);
  const time = DELIVERY_FROM + ((at - day * DAY_MS) / DAY_MS) * (DELIVERY_TO - DELIVERY_FROM);
  if (day * DAY_MS + time < hours.since + shipped) day++;
  if ((hours.weekday + day) % 7 === 0) day++;
  return day * DAY_MS + time - hours.since;
}

/** Shops promise days: until eight in the evening, and on no Sunday. */
function endOfDay(offset: number, hours: Hours | null): number {
  if (hours === null) return offset;
  let day = Math.floor((hours.since + offset) / DAY_MS);
  if ((hours.weekday + day) % 7 === 0) day++;
  return day * DAY_MS + DELIVERY_TO - hours.since;
}
