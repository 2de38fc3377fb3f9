/** Orders of web shops, from the click to the doorstep and sometimes back. The machinery of orders stands in orders/. */
import { defineGenerator } from '../src/generator.js';
import type { Feed, Random } from '../src/types.js';
import { DAY_MS } from './model/zone.js';
import { Acquaintances } from './orders/acquaintances.js';
import { type Arrival, Arrivals, type Rhythm } from './orders/arrivals.js';
import { type Appetite, Basket } from './orders/basket.js';
import { charge } from './orders/bill.js';
import type { OrderBook } from './orders/book.js';
import { catalogue } from './orders/catalogue.js';
import { Customers } from './orders/customers.js';
import { OrderFeed, type OrderModel } from './orders/feed.js';
import * as fulfilment from './orders/fulfilment.js';
import { Habit } from './orders/habit.js';
import type { Menu } from './orders/menu.js';
import { createPeople } from './orders/people.js';
import { REFERENCE_OPTIONS, type ReferenceValue, referenceOf } from './orders/reference.js';
import { type SessionValue, sessionFields } from './orders/session-event.js';
import { SessionFeed, sessionEventsPerOrder } from './orders/sessions.js';
import { blankCustomer, blankEvent, type ShopEvent, shopFields } from './orders/shop-event.js';
import { createStores, type Store } from './orders/stores.js';

/** Busy from ten in the morning until ten at night, Mondays more than weekends. */
const RHYTHM: Rhythm = {
  week: [0.82, 1.13, 1.12, 1.08, 1.04, 0.98, 0.83],
  hours: [
    0.55, 0.27, 0.13, 0.09, 0.08, 0.1, 0.2, 0.5, 1, 1.5, 1.8, 1.9, 1.65, 1.68, 1.8, 1.78, 1.85, 1.55, 1.45,
    1.5, 1.6, 1.6, 1.35, 0.95,
  ],
  occasions: { promotion: { share: 0.03, least: 1.25, more: 0.5 }, blackFriday: 2.6 },
};
const APPETITE: Appetite = {
  lines: [0.68, 0.18, 0.08, 0.03, 0.02, 0.01],
  quantities: [0.91, 0.07, 0.02],
};
/** Card, wallet, no cash, gift card. */
const PAYMENTS = new Habit([0.57, 0.36, 0, 0.07]);
const CHANNELS = new Habit(fulfilment.CHANNEL_SHARES);
const HABITS_SALT = 3;
/** From here shipping is free; below it costs more than a courier in town. */
const FREE_SHIPPING_CENTS = 6000;
const SHIPPING_SURCHARGE_CENTS = 300;
const STORES_MAX = 1000;

export default defineGenerator<ShopEvent | ReferenceValue | SessionValue>({
  doc: 'Orders of web shops through their whole life: placed, paid, packed, shipped, delivered, cancelled, returned, refunded.',
  topic: 'new_shop_orders',
  key: 'orderId',
  options: {
    stores: { doc: 'How many shops.', type: 'integer', default: 4, min: 1, max: STORES_MAX },
    ordersPerDay: {
      doc: 'Mean orders a day, all shops together; customers scale with them.',
      type: 'number',
      default: 1200,
      unit: 'orders a day',
      min: 1,
      max: 200_000,
    },
    hours: {
      doc: "local: people sleep at night and warehouses rest on Sundays, in each shop's time zone; always: at all hours; auto: local in simulated time, else always.",
      type: 'string',
      default: 'auto',
      values: ['auto', 'local', 'always'],
    },
    returns: {
      doc: 'The share of delivered orders that come back, in part or whole.',
      type: 'number',
      default: 0.02,
      min: 0,
      max: 0.9,
    },
    sessions: {
      doc: 'Tell visits too, on a topic of their own: view, cart, checkout, buy. They are many more than orders.',
      type: 'boolean',
      default: false,
    },
    sessionsTopic: { doc: 'The name of that topic.', type: 'string', default: 'shop_sessions' },
    conversion: {
      doc: 'The share of sessions that end with an order.',
      type: 'number',
      default: 0.03,
      min: 0.001,
      max: 1,
    },
    ...REFERENCE_OPTIONS,
  },
  create({ options, random, time }) {
    const ordersPerDay = Number(options['ordersPerDay'] ?? 1200);
    const returns = Number(options['returns'] ?? 0.02);
    const stores = createStores(random.fork('stores'), Number(options['stores'] ?? 4), ordersPerDay, 'W');
    const hours = options['hours'] ?? 'auto';
    const closing = hours === 'local' || (hours === 'auto' && time.kind === 'simulated');
    const arrivals = new Arrivals(random.fork('arrivals'), stores, {
      rhythm: RHYTHM,
      closing,
      start: time.start,
    });
    const customers = new Customers(random.fork('customers'), stores);
    const people = createPeople(random.fork('people'));
    const menu = catalogue(random.fork('catalogue'));
    const model = new Storefront({ stores, customers, menu, closing, returns, random });
    const reference = referenceOf(options, { stores, customers, menu, people });
    const parts = { random: random.fork('orders'), stores, customers, arrivals, reference };
    const inner = new OrderFeed(model, parts, time, fulfilment.STEPS_MAX);
    const sides = [...(reference?.sides ?? [])];
    let feed: OrderFeed<ShopEvent> | SessionFeed = inner;
    let eventsPerOrder = fulfilment.EVENTS_PER_ORDER + 2 * returns;
    if (options['sessions'] === true) {
      const conversion = Number(options['conversion'] ?? 0.03);
      const topic = String(options['sessionsTopic'] ?? 'shop_sessions');
      const visits = { random: random.fork('sessions'), stores, menu, conversion, topic };
      feed = new SessionFeed({ ...visits, inner, side: sides.length }, time);
      sides.push({ topic, fields: sessionFields(stores, menu, fulfilment.WORDS.channels) });
      eventsPerOrder += sessionEventsPerOrder(conversion);
    }
    const own = time.kind === 'simulated' || time.pace === 'own';
    return {
      fields: shopFields({ ...fulfilment.WORDS, menu }, stores, people),
      perSecond: ((ordersPerDay * eventsPerOrder) / DAY_MS) * 1000,
      ...(sides.length === 0 ? {} : { sides }),
      next: (dueAt) => feed.next(dueAt),
      ...(own ? { nextAt: () => feed.nextAt() } : {}),
    } satisfies Feed<ShopEvent | ReferenceValue | SessionValue>;
  },
});

interface Setting {
  readonly stores: readonly Store[];
  readonly customers: Customers;
  readonly menu: Menu;
  readonly closing: boolean;
  readonly returns: number;
  readonly random: Random;
}

class Storefront implements OrderModel<ShopEvent> {
  readonly placed: ShopEvent;
  readonly later = blankEvent();
  readonly #setting: Setting;
  readonly #acquaintances: Acquaintances;
  readonly #basket: Basket;
  readonly #customer = blankCustomer();

  constructor(setting: Setting) {
    this.#setting = setting;
    this.#acquaintances = new Acquaintances(setting.stores, setting.customers);
    this.#basket = new Basket(setting.menu, APPETITE, setting.random.fork('favourites'));
    this.placed = { ...blankEvent(), currency: 0, customer: this.#customer };
  }

  place(arrival: Arrival, customer: number, random: Random, book: OrderBook, slot: number): number {
    const value = this.placed;
    const basket = this.#basket;
    const { store } = arrival;
    const { stores, customers, closing, returns } = this.#setting;
    const habits = customers.hash(store, customer, HABITS_SALT);
    value.channel = CHANNELS.pick(habits, random);
    value.payment = PAYMENTS.pick(habits >>> 8, random);
    basket.fill(habits, random);
    value.items = basket.lines;
    const { subtotalCents } = basket;
    const { deliveryFeeCents, taxRate } = stores[store]!;
    const feeCents = subtotalCents < FREE_SHIPPING_CENTS ? deliveryFeeCents + SHIPPING_SURCHARGE_CENTS : 0;
    const totalCents = charge(value, { subtotalCents, feeCents, tipCents: 0, taxRate }, random);
    this.#acquaintances.introduce(store, customer, this.#customer);
    const whole = random.float() < 0.6;
    const promised = fulfilment.planFulfilment({ arrival, closing, returns }, random, book, slot);
    const comesBack = book.plans(slot, fulfilment.RETURNED);
    book.refundCents[slot] = comesBack ? this.#worthOf(totalCents - feeCents, whole) : totalCents;
    return promised;
  }

  /** What is given back for all goods or for the first line alone; what was paid for shipping is kept. */
  #worthOf(goodsCents: number, whole: boolean): number {
    if (whole) return goodsCents;
    const { lines, subtotalCents } = this.#basket;
    const { quantity, unitPriceCents } = lines[0]!;
    return Math.floor((goodsCents * quantity * unitPriceCents) / subtotalCents);
  }

  tell(kind: number, book: OrderBook, slot: number): void {
    this.later.refundCents = kind === fulfilment.REFUNDED ? book.refundCents[slot] : undefined;
    const told = kind === fulfilment.CANCELLED || kind === fulfilment.RETURNED;
    this.later.reason = told ? book.reason[slot]! : -1;
  }
}
