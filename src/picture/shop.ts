/** The busiest shop of all: a Friday of a pizzeria, or a fortnight of a shop that sends parcels. */
import type { Fields } from '../types.js';
import { type Picture, reader, type Sketch, zoneOffset } from './picture.js';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
/** A Friday of a kitchen; a fortnight from a Monday of a warehouse. */
const FRIDAY = Date.UTC(2025, 2, 7);
const MONDAY = Date.UTC(2025, 2, 3);
const EVENING = { begins: 11 * HOUR_MS, slot: 10 * MINUTE_MS, slots: 78, tick: 2 * HOUR_MS, unit: MINUTE_MS };
/** Parcels of the fortnight before are on their way when it begins. */
const FORTNIGHT = { begins: 14 * DAY_MS, slot: 3 * HOUR_MS, slots: 112, tick: 2 * DAY_MS, unit: DAY_MS };

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

interface Order {
  readonly placed: number;
  readonly promised: number;
  readonly totalCents: number;
  /** When nobody had to work on it any more; Infinity before. */
  done: number;
  delivered: number;
  cancelled: boolean;
}

export class ShopSketch implements Sketch {
  readonly from: number;
  readonly duration: number;
  readonly #kitchen: boolean;
  readonly #type: ReturnType<typeof reader>;
  readonly #store: ReturnType<typeof reader>;
  readonly #zone: ReturnType<typeof reader>;
  readonly #open = new Map<string, Order>();
  readonly #stores = new Map<string, { readonly zone: string; readonly orders: Order[] }>();

  /** Whether events with these fields are orders. */
  static suits(fields: Fields): boolean {
    return ['orderId', 'storeId', 'type', 'timestamp', 'timeZone', 'totalCents'].every(
      (name) => name in fields,
    );
  }

  constructor(fields: Fields) {
    const type = fields['type'];
    this.#kitchen = type?.type === 'code' && type.values.includes('baking');
    // A day longer at its end, for stores in zones behind UTC and for what is still on its way.
    this.from = this.#kitchen ? FRIDAY : MONDAY;
    this.duration = (this.#kitchen ? 1.5 : 45) * DAY_MS;
    this.#type = reader(fields, 'type');
    this.#store = reader(fields, 'storeId');
    this.#zone = reader(fields, 'timeZone');
  }

  see(value: unknown): void {
    const event = value as { orderId: string; timestamp: number; promisedAt?: number; totalCents?: number };
    const { orderId, timestamp, promisedAt = Number.POSITIVE_INFINITY, totalCents = 0 } = event;
    const type = this.#type(value);
    if (type === 'placed') {
      const none = Number.POSITIVE_INFINITY;
      const order = {
        placed: timestamp,
        promised: promisedAt,
        totalCents,
        done: none,
        delivered: none,
        cancelled: false,
      };
      this.#open.set(orderId, order);
      const name = String(this.#store(value));
      const store = this.#stores.get(name) ?? { zone: String(this.#zone(value)), orders: [] };
      this.#stores.set(name, store);
      store.orders.push(order);
      return;
    }
    const order = this.#open.get(orderId);
    if (order === undefined) return;
    if (type === 'cancelled') order.cancelled = true;
    if (type === 'delivered') order.delivered = timestamp;
    const over = type === 'cancelled' || type === (this.#kitchen ? 'ready' : 'delivered');
    if (over) order.done = Math.min(order.done, timestamp);
  }

  picture(): Picture {
    const busiest = [...this.#stores].sort((one, other) => other[1].orders.length - one[1].orders.length)[0];
    const [name, { zone, orders }] = busiest ?? ['nobody', { zone: 'UTC', orders: [] }];
    const { begins, slot, slots, tick, unit } = this.#kitchen ? EVENING : FORTNIGHT;
    const start = this.from + begins - zoneOffset(zone, this.from + DAY_MS / 2);
    const slotOf = (at: number): number => Math.floor((at - start) / slot);
    const shown = orders.filter(({ placed }) => slotOf(placed) >= 0 && slotOf(placed) < slots);
    const placed = new Float64Array(slots);
    const spent = new Float64Array(slots);
    const came = new Float64Array(slots);
    for (const { placed: at, delivered } of shown) {
      placed[slotOf(at)]! += 1;
      if (delivered === Number.POSITIVE_INFINITY) continue;
      spent[slotOf(at)]! += (delivered - at) / unit;
      came[slotOf(at)]! += 1;
    }
    const waiting = placed.map((_, index) => {
      const at = start + (index + 0.5) * slot;
      return orders.filter((order) => order.placed <= at && order.done > at).length;
    });
    const whole = (value: number): string => String(Math.round(value));
    const every = this.#kitchen ? '10 minutes' : '3 hours';
    return {
      title: this.#kitchen
        ? `A Friday at the pizzeria ${name}, ${zone}`
        : `A fortnight at the shop ${name}, ${zone}`,
      facts: [factsOf(shown)],
      ticks: Array.from({ length: 1 + Math.floor((slots * slot) / tick) }, (_, index) => {
        const hours = (begins + index * tick) / HOUR_MS;
        const words = this.#kitchen ? `${hours}:00` : (WEEKDAYS[(hours / 24) % 7] ?? '');
        return [(index * tick) / (slots * slot), words] as const;
      }),
      panels: [
        { title: `orders in ${every}`, values: placed, style: 'bars', shown: whole },
        {
          title: this.#kitchen ? 'orders in the kitchen' : 'orders on their way',
          values: waiting,
          style: 'line',
          shown: whole,
        },
        {
          title: this.#kitchen
            ? 'minutes to the door, by when they were ordered'
            : 'days to the door, by when they were ordered',
          values: spent.map((sum, index) => sum / came[index]!),
          style: 'dots',
          shown: (value) => value.toFixed(this.#kitchen ? 0 : 1),
        },
      ],
    };
  }
}

function factsOf(orders: readonly Order[]): string {
  const dollars = orders.reduce((sum, { totalCents }) => sum + totalCents, 0) / 100;
  const late = orders.filter(
    ({ delivered, promised }) => delivered < Number.POSITIVE_INFINITY && delivered > promised,
  );
  const cancelled = orders.filter((order) => order.cancelled);
  const money = Math.round(dollars).toLocaleString('en-US');
  return `${orders.length} orders for $${money}; ${late.length} delivered late, ${cancelled.length} cancelled`;
}
