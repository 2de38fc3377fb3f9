/** Pizza orders from the first click to the doorstep. The machinery of orders stands in orders/. */
import { aliasTable } from '../src/alias.js';
import { defineGenerator } from '../src/generator.js';
import type { Feed, Random } from '../src/types.js';
import { DAY_MS } from './model/zone.js';
import { Arrivals, type Rhythm } from './orders/arrivals.js';
import { Basket } from './orders/basket.js';
import type { OrderBook } from './orders/book.js';
import { Customers } from './orders/customers.js';
import { OrderFeed, type OrderModel } from './orders/feed.js';
import * as kitchen from './orders/kitchen.js';
import { type Menu, pizzeriaMenu } from './orders/menu.js';
import { CASH, discountOf, pickCoupon, pickPayment, taxOn, tipOn } from './orders/money.js';
import { createPeople, PEOPLE } from './orders/people.js';
import { blankEvent, type Customer, type PizzaEvent, pizzaFields } from './orders/pizza-event.js';
import { createStores, POSTAL_CODES_PER_CITY, STORES_MAX, type Store } from './orders/stores.js';

/** Dinner at seven, a smaller wave at noon; quiet until Wednesday, busy on Friday and Saturday. */
const RHYTHM: Rhythm = {
  week: [1.05, 0.67, 0.69, 0.77, 0.9, 1.5, 1.42],
  hours: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 6.5, 5.5, 3, 3, 6, 14, 19, 17, 11, 7.5, 4.5, 0],
};
/** From here delivery is free. */
const FREE_DELIVERY_CENTS = 5000;
/** How many leave a tip, by channel. */
const TIPPED_SHARES = [0.66, 0.2, 0.4];
const CHANNEL_TABLE = aliasTable(kitchen.CHANNEL_SHARES);

export default defineGenerator<PizzaEvent>({
  doc: 'Pizza orders of many stores through their whole life: placed, paid, baked, delivered, picked up or cancelled.',
  topic: 'new_pizza_orders',
  key: 'orderId',
  options: {
    stores: { doc: 'How many stores.', type: 'integer', default: 12, min: 1, max: STORES_MAX },
    ordersPerDay: {
      doc: 'Mean orders a day, all stores together; customers scale with them.',
      type: 'number',
      default: 1200,
      unit: 'orders a day',
      min: 1,
      max: 2_000_000,
    },
    hours: {
      doc: 'opening: orders come while stores are open, 11:00-23:00 in their time zone; always: at all hours; auto: opening in simulated time, else always.',
      type: 'string',
      default: 'auto',
      values: ['auto', 'opening', 'always'],
    },
  },
  create({ options, random, time }) {
    const ordersPerDay = Number(options['ordersPerDay'] ?? 1200);
    const stores = createStores(random.fork('stores'), Number(options['stores'] ?? 12), ordersPerDay);
    const hours = options['hours'] ?? 'auto';
    const closing = hours === 'opening' || (hours === 'auto' && time.kind === 'simulated');
    const arrivals = new Arrivals(random.fork('arrivals'), stores, {
      rhythm: RHYTHM,
      closing,
      start: time.start,
    });
    const customers = new Customers(random.fork('customers'), stores);
    const people = createPeople(random.fork('people'));
    const menu = pizzeriaMenu();
    const model = new Pizzeria(stores, customers, menu);
    const feed = new OrderFeed(model, { random: random.fork('orders'), stores, customers, arrivals }, time);
    const own = time.kind === 'simulated' || time.pace === 'own';
    return {
      fields: pizzaFields(stores, menu, people),
      perSecond: ((ordersPerDay * kitchen.EVENTS_PER_ORDER) / DAY_MS) * 1000,
      next: (dueAt) => feed.next(dueAt),
      ...(own ? { nextAt: () => feed.nextAt() } : {}),
    } satisfies Feed<PizzaEvent>;
  },
});

class Pizzeria implements OrderModel<PizzaEvent> {
  readonly placed: PizzaEvent;
  readonly later = blankEvent();
  readonly #stores: readonly Store[];
  readonly #customers: Customers;
  readonly #basket: Basket;
  readonly #customer: Customer = { name: 0, phone: '', address: 0, city: 0, state: 0, postalCode: 0 };

  constructor(stores: readonly Store[], customers: Customers, menu: Menu) {
    this.#stores = stores;
    this.#customers = customers;
    this.#basket = new Basket(menu);
    this.placed = { ...blankEvent(), currency: 0, customer: this.#customer };
  }

  place(store: number, customer: number, random: Random, book: OrderBook, slot: number): number {
    const value = this.placed;
    const channel = CHANNEL_TABLE.pick(random);
    const payment = pickPayment(random);
    value.channel = channel;
    value.payment = payment;
    this.#basket.fill(random);
    value.items = this.#basket.lines;
    const totalCents = this.#charge(this.#stores[store]!, channel, payment, random);
    this.#introduce(store, customer);
    book.totalCents[slot] = totalCents;
    return kitchen.planStages(channel, payment, random, book, slot);
  }

  tell(kind: number, book: OrderBook, slot: number): void {
    this.later.refundCents = kind === kitchen.REFUNDED ? book.totalCents[slot] : undefined;
    this.later.reason = kind === kitchen.CANCELLED ? book.reason[slot]! : -1;
  }

  /** What is to be paid, line by line. */
  #charge(store: Store, channel: number, payment: number, random: Random): number {
    const value = this.placed;
    const { subtotalCents } = this.#basket;
    const coupon = pickCoupon(subtotalCents, random);
    const discountCents = discountOf(coupon, subtotalCents);
    const delivered = channel === kitchen.DELIVERY;
    const feeCents = delivered && subtotalCents < FREE_DELIVERY_CENTS ? store.deliveryFeeCents : 0;
    const taxCents = taxOn(subtotalCents - discountCents, store.taxRate);
    const tipped = random.float() < TIPPED_SHARES[channel]! * (payment === CASH ? 0.5 : 1);
    const tipCents = tipped ? tipOn(subtotalCents, random) : 0;
    value.subtotalCents = subtotalCents;
    value.couponCode = coupon;
    value.discountCents = discountCents;
    value.deliveryFeeCents = feeCents;
    value.taxCents = taxCents;
    value.tipCents = tipCents;
    value.taxRate = store.taxRate;
    const totalCents = subtotalCents - discountCents + feeCents + taxCents + tipCents;
    value.totalCents = totalCents;
    return totalCents;
  }

  /** Who it is, by the customer's own hash. */
  #introduce(index: number, number: number): void {
    const customer = this.#customer;
    const store = this.#stores[index]!;
    const hash = this.#customers.hash(index, number, 1);
    customer.name = hash & (PEOPLE - 1);
    customer.address = (hash >>> 16) & (PEOPLE - 1);
    const more = this.#customers.hash(index, number, 2);
    customer.phone = store.phonePrefix + LAST_FOUR[more % 10_000]!;
    customer.city = store.city;
    customer.state = store.city;
    customer.postalCode = store.city * POSTAL_CODES_PER_CITY + ((more >>> 24) % POSTAL_CODES_PER_CITY);
  }
}

const LAST_FOUR = Array.from({ length: 10_000 }, (_, number) => String(number).padStart(4, '0'));
