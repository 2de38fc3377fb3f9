/** Turns events of orders, wherever they come from, into the columns that lines are measured on. */
import { DAY_MS, weekdayOf, Zone } from '../../../generators/model/zone.js';
import { Growing } from './columns.js';
import type { Sight } from './order-sight.js';

const NOT_YET = Number.NaN;
/** An order's last word. */
export const OPEN = 0;
export const ARRIVED = 1;
export const CANCELLED = 2;

/** One entry an order, in the order in which they were placed. */
export class Orders {
  readonly store = new Growing();
  readonly customer = new Growing();
  /** Epoch ms. */
  readonly time = new Growing();
  /** By the store's clock: days since 1970-01-01, and ms since midnight. */
  readonly day = new Growing();
  readonly clock = new Growing();
  readonly quantity = new Growing();
  readonly subtotal = new Growing();
  readonly total = new Growing();
  /** Of delivered ones, 0 without; NaN where nothing is delivered to a door. */
  readonly tip = new Growing();
  readonly promised = new Growing();
  /** When it was delivered to a door or picked up, epoch ms; NaN before. */
  readonly arrived = new Growing();
  readonly door = new Growing();
  readonly end = new Growing();
  readonly coupon = new Growing();
  /** How many lines named each product, and the price of each product in each size. */
  readonly products = new Map<string, number>();
  readonly prices = new Map<string, number>();
  readonly payments = new Map<string, number>();
  stores = 0;
  customers = 0;

  get count(): number {
    return this.time.length;
  }

  /** Puts them into the order in which they were placed, where they came in another. */
  sort(): void {
    const times = this.time.values.slice();
    const order = [...times.keys()].sort((one, other) => times[one]! - times[other]!);
    for (const column of Object.values(this) as unknown[]) {
      if (!(column instanceof Growing)) continue;
      const before = column.values.slice();
      order.forEach((from, to) => {
        column.values[to] = before[from]!;
      });
    }
  }
}

export class OrdersCollector {
  readonly orders = new Orders();
  readonly #open = new Map<string, number>();
  readonly #stores = new Map<string, number>();
  readonly #customers = new Map<string, number>();
  readonly #zones = new Map<string, Zone>();

  see(sight: Sight): void {
    if (sight.type === 'placed') {
      this.#place(sight);
      return;
    }
    const index = this.#open.get(sight.orderId);
    if (index === undefined) return;
    const { end, arrived } = this.orders;
    if (sight.type === 'delivered' || sight.type === 'picked_up') {
      arrived.values[index] = sight.timestamp;
      end.values[index] = ARRIVED;
      this.#open.delete(sight.orderId);
    } else if (sight.type === 'cancelled') {
      end.values[index] = CANCELLED;
      this.#open.delete(sight.orderId);
    }
  }

  #place(sight: Sight): void {
    const { orders } = this;
    const { timestamp, channel, items = [], subtotalCents = 0, tipCents = 0 } = sight;
    this.#open.set(sight.orderId, orders.count);
    const local = timestamp + this.#zone(sight.timeZone).offsetAt(timestamp);
    const day = Math.floor(local / DAY_MS);
    const door = channel !== 'collection' && channel !== 'in_house';
    orders.store.push(numberOf(this.#stores, sight.storeId));
    orders.customer.push(numberOf(this.#customers, sight.customerId));
    orders.time.push(timestamp);
    orders.day.push(day);
    orders.clock.push(local - day * DAY_MS);
    orders.quantity.push(items.reduce((sum, { quantity }) => sum + quantity, 0));
    orders.subtotal.push(subtotalCents);
    orders.total.push(sight.totalCents ?? 0);
    orders.tip.push(door ? tipCents : NOT_YET);
    orders.promised.push(sight.promisedAt ?? NOT_YET);
    orders.arrived.push(NOT_YET);
    orders.door.push(door ? 1 : 0);
    orders.end.push(OPEN);
    orders.coupon.push(sight.couponCode === undefined ? 0 : 1);
    for (const { productId, size, unitPriceCents } of items) {
      count(orders.products, productId);
      orders.prices.set(`${productId} ${size}`, unitPriceCents);
    }
    count(orders.payments, String(sight.payment));
    orders.stores = this.#stores.size;
    orders.customers = this.#customers.size;
  }

  #zone(name: string): Zone {
    let zone = this.#zones.get(name);
    if (zone === undefined) {
      zone = new Zone(name);
      this.#zones.set(name, zone);
    }
    return zone;
  }
}

function numberOf(names: Map<string, number>, name: string): number {
  const known = names.get(name);
  if (known !== undefined) return known;
  names.set(name, names.size);
  return names.size - 1;
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

/** The indexes of orders of which something holds. */
export function which({ count: size }: Orders, holds: (index: number) => boolean): readonly number[] {
  return Array.from({ length: size }, (_, index) => index).filter(holds);
}

/** 0 is Sunday. */
export function weekdaysOf({ day }: Orders): Float64Array {
  return day.values.map(weekdayOf);
}
