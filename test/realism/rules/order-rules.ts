/**
 * What no order may break, checked event by event with nothing known of how it was made: whole cents that add up, legal steps in
 * time, one end, refunds, opening hours, and everybody who is named having been introduced.
 */
import { DAY_MS, HOUR_MS, Zone } from '../../../generators/model/zone.js';
import type { Read, Sight } from '../samples/order-sight.js';
import type { Kind } from '../samples/orders.js';
import { Broken } from './broken.js';

type Steps = { readonly [type: string]: readonly string[] };

/** What may follow what; cash is paid at the door. */
const PIZZA: Steps = {
  placed: ['paid', 'accepted', 'cancelled'],
  paid: ['accepted', 'delivered', 'picked_up', 'cancelled'],
  accepted: ['preparing', 'cancelled'],
  preparing: ['baking', 'cancelled'],
  baking: ['ready', 'cancelled'],
  ready: ['out_for_delivery', 'picked_up', 'paid'],
  out_for_delivery: ['delivered', 'paid'],
  cancelled: ['refunded'],
};
const SHOP: Steps = {
  placed: ['paid', 'cancelled'],
  paid: ['packed', 'cancelled'],
  packed: ['shipped', 'cancelled'],
  shipped: ['delivered'],
  delivered: ['returned'],
  cancelled: ['refunded'],
  returned: ['refunded'],
};
/** By the store's clock. */
const OPENS = 11 * HOUR_MS;
const CLOSES = 23 * HOUR_MS;
/** How long orders whose next step may still come are remembered. */
const REMEMBERED_MS = 90 * DAY_MS;
const SWEEP_EVERY = 100_000;

/** What is remembered of an order. */
interface Life {
  type: string;
  timestamp: number;
  sequence: number;
  readonly storeId: string;
  readonly customerId: string;
  readonly payment: string | undefined;
  readonly totalCents: number;
  paid: boolean;
}

export class OrderRules {
  readonly broken = new Broken();
  events = 0;
  readonly #steps: Steps;
  readonly #closes: boolean;
  readonly #introduced: boolean;
  readonly #lives = new Map<string, Life>();
  readonly #known = new Map<string, Set<string>>();
  readonly #zones = new Map<string, Zone>();

  /** `introduced`: whether stores, products and customers are told on topics of their own. */
  constructor(kind: Kind, { introduced = true } = {}) {
    this.#introduced = introduced;
    this.#steps = kind === 'pizza' ? PIZZA : SHOP;
    this.#closes = kind === 'pizza';
  }

  see({ topic, key, sight }: Read): void {
    this.events++;
    if (sight === undefined) {
      this.#introduce(topic ?? '', key);
      return;
    }
    const must = (holds: boolean, rule: string): void => {
      if (!holds) this.broken.add(rule, () => JSON.stringify(sight));
    };
    const life = this.#lives.get(sight.orderId);
    if (sight.type === 'placed') {
      must(life === undefined, 'an order is placed once');
      this.#place(sight, must);
    } else if (life === undefined) must(false, 'an order begins with placed, and nothing follows its end');
    else this.#goOn(sight, life, must);
    if (this.events % SWEEP_EVERY === 0) this.#sweep(sight.timestamp);
  }

  #introduce(topic: string, key: string): void {
    let names = this.#known.get(topic);
    if (names === undefined) {
      names = new Set();
      this.#known.set(topic, names);
    }
    if (names.has(key)) this.broken.add('nobody is introduced twice', () => `${topic} ${key}`);
    names.add(key);
  }

  #knows(topic: string, key: string): boolean {
    return !this.#introduced || this.#known.get(topic)?.has(key) === true;
  }

  #place(sight: Sight, must: Must): void {
    const { orderId, storeId, customerId, timestamp, sequence, payment, totalCents = 0, items = [] } = sight;
    must(sequence === 1, 'sequence counts up by one per order, from 1');
    must(this.#knows('stores', storeId), 'each store is on its topic before its orders');
    must(this.#knows('customers', customerId), 'each customer is on its topic before the first order');
    must(
      items.every(({ productId }) => this.#knows('products', productId)),
      'each product is on its topic before its orders',
    );
    must((sight.promisedAt ?? 0) >= timestamp, 'promises are for later');
    money(sight, must);
    if (this.#closes) {
      const local = timestamp + this.#zoneOf(sight.timeZone).offsetAt(timestamp);
      const clock = local - Math.floor(local / DAY_MS) * DAY_MS;
      must(clock >= OPENS && clock < CLOSES, 'no orders while the store is closed');
    }
    const life = {
      type: 'placed',
      timestamp,
      sequence,
      storeId,
      customerId,
      payment,
      totalCents,
      paid: false,
    };
    this.#lives.set(orderId, life);
  }

  #goOn(sight: Sight, life: Life, must: Must): void {
    const { type, timestamp, sequence, orderId } = sight;
    must(sequence === life.sequence + 1, 'sequence counts up by one per order, from 1');
    must(timestamp >= life.timestamp, 'stage times do not fall');
    must(this.#steps[life.type]?.includes(type) === true, 'steps are legal');
    must(
      sight.storeId === life.storeId && sight.customerId === life.customerId,
      'an order keeps its store and customer',
    );
    const late = life.type === 'ready' || life.type === 'out_for_delivery';
    if (type === 'paid') {
      must(!life.paid, 'an order is paid once');
      must(!late || life.payment === 'cash', 'only cash is paid at the door');
      life.paid = true;
    }
    if (type === 'delivered' || type === 'picked_up') must(life.paid, 'what is handed over is paid');
    if (type === 'refunded') {
      const refund = sight.refundCents ?? -1;
      must(life.paid, 'refunds come after payment');
      must(Number.isInteger(refund) && refund > 0 && refund <= life.totalCents, 'no refund above the total');
    }
    life.type = type;
    life.timestamp = timestamp;
    life.sequence = sequence;
    const over = this.#steps[type] === undefined || (type === 'cancelled' && !life.paid);
    if (over) this.#lives.delete(orderId);
  }

  /** Forgets parcels that nobody will send back any more. */
  #sweep(now: number): void {
    for (const [orderId, { type, timestamp }] of this.#lives) {
      if (type === 'delivered' && timestamp < now - REMEMBERED_MS) this.#lives.delete(orderId);
    }
  }

  #zoneOf(name: string): Zone {
    let zone = this.#zones.get(name);
    if (zone === undefined) {
      zone = new Zone(name);
      this.#zones.set(name, zone);
    }
    return zone;
  }
}

type Must = (holds: boolean, rule: string) => void;

function money(sight: Sight, must: Must): void {
  const { items = [], subtotalCents = -1, discountCents = -1, deliveryFeeCents = -1, taxCents = -1 } = sight;
  const { tipCents = -1, totalCents = -1, taxRate = -1 } = sight;
  const parts = [subtotalCents, discountCents, deliveryFeeCents, taxCents, tipCents, totalCents, taxRate];
  must(
    parts.every((cents) => Number.isInteger(cents) && cents >= 0),
    'cents are whole and none are below zero',
  );
  must(items.length > 0 && items.every(isLine), 'lines have quantities and prices');
  const sum = items.reduce((all, { quantity, unitPriceCents }) => all + quantity * unitPriceCents, 0);
  must(subtotalCents === sum, 'subtotal = Σ quantity × unit price');
  must(
    totalCents === subtotalCents - discountCents + deliveryFeeCents + taxCents + tipCents,
    'total = subtotal − discount + fees + tax + tip',
  );
  const exact = BigInt(subtotalCents - discountCents) * BigInt(taxRate);
  must(BigInt(taxCents) === (exact + 50_000n) / 100_000n, 'tax is half-up, once per order');
}

function isLine({ quantity, unitPriceCents }: { quantity: number; unitPriceCents: number }): boolean {
  return (
    Number.isInteger(quantity) && quantity >= 1 && Number.isInteger(unitPriceCents) && unitPriceCents > 0
  );
}
