/** Pizza orders from the first click to the doorstep. The machinery of orders stands in orders/. */
import { defineGenerator } from '../src/generator.js';
import type { Feed, Random } from '../src/types.js';
import { DAY_MS } from './model/zone.js';
import { Acquaintances } from './orders/acquaintances.js';
import { type Arrival, Arrivals, type Rhythm } from './orders/arrivals.js';
import { type Appetite, Basket } from './orders/basket.js';
import { charge } from './orders/bill.js';
import type { OrderBook } from './orders/book.js';
import { Customers } from './orders/customers.js';
import { OrderFeed, type OrderModel } from './orders/feed.js';
import { Habit } from './orders/habit.js';
import * as kitchen from './orders/kitchen.js';
import { type Menu, pizzeriaMenu } from './orders/menu.js';
import { CASH, PAYMENT_SHARES, tipOn } from './orders/money.js';
import { createPeople } from './orders/people.js';
import { REFERENCE_OPTIONS, type ReferenceValue, referenceOf } from './orders/reference.js';
import { blankCustomer, blankEvent, type ShopEvent, shopFields } from './orders/shop-event.js';
import { createStores, STORES_MAX, type Store } from './orders/stores.js';

/** Dinner at seven, a smaller wave at noon; quiet until Wednesday, busy on Friday and Saturday. */
const RHYTHM: Rhythm = {
  week: [1.05, 0.67, 0.69, 0.77, 0.9, 1.5, 1.42],
  hours: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 6.5, 5.5, 3, 3, 6, 14, 19, 17, 11, 7.5, 4.5, 0],
  occasions: {
    match: { share: 0.033, least: 1.3, more: 0.4 },
    promotion: { share: 0.027, least: 1.3, more: 0.4 },
  },
};
const APPETITE: Appetite = {
  lines: [0.37, 0.27, 0.17, 0.1, 0.06, 0.03],
  quantities: [0.9, 0.075, 0.015, 0.01],
};
/** From here delivery is free. */
const FREE_DELIVERY_CENTS = 5000;
/** How many leave a tip, by channel. */
const TIPPED_SHARES = [0.66, 0.2, 0.4];
const CHANNELS = new Habit(kitchen.CHANNEL_SHARES);
const PAYMENT_HABITS = new Habit(PAYMENT_SHARES);
const HABITS_SALT = 3;

export default defineGenerator<ShopEvent | ReferenceValue>({
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
    ...REFERENCE_OPTIONS,
  },
  create({ options, random, time }) {
    const ordersPerDay = Number(options['ordersPerDay'] ?? 1200);
    const stores = createStores(random.fork('stores'), Number(options['stores'] ?? 12), ordersPerDay, 'S');
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
    const reference = referenceOf(options, { stores, customers, menu, people });
    const parts = { random: random.fork('orders'), stores, customers, arrivals, reference };
    const model = new Pizzeria(stores, customers, menu, random);
    const feed = new OrderFeed(model, parts, time, kitchen.STEPS_MAX);
    const own = time.kind === 'simulated' || time.pace === 'own';
    return {
      fields: shopFields({ ...kitchen.WORDS, menu }, stores, people),
      perSecond: ((ordersPerDay * kitchen.EVENTS_PER_ORDER) / DAY_MS) * 1000,
      ...(reference === null ? {} : { sides: reference.sides }),
      next: (dueAt) => feed.next(dueAt),
      ...(own ? { nextAt: () => feed.nextAt() } : {}),
    } satisfies Feed<ShopEvent | ReferenceValue>;
  },
});

class Pizzeria implements OrderModel<ShopEvent> {
  readonly placed: ShopEvent;
  readonly later = blankEvent();
  readonly #stores: readonly Store[];
  readonly #kitchens: readonly kitchen.Kitchen[];
  readonly #customers: Customers;
  readonly #acquaintances: Acquaintances;
  readonly #basket: Basket;
  readonly #customer = blankCustomer();

  constructor(stores: readonly Store[], customers: Customers, menu: Menu, random: Random) {
    this.#stores = stores;
    this.#kitchens = stores.map((store) => new kitchen.Kitchen(store));
    this.#customers = customers;
    this.#acquaintances = new Acquaintances(stores, customers);
    this.#basket = new Basket(menu, APPETITE, random.fork('favourites'));
    this.placed = { ...blankEvent(), currency: 0, customer: this.#customer };
  }

  place({ store, time }: Arrival, customer: number, random: Random, book: OrderBook, slot: number): number {
    const value = this.placed;
    const basket = this.#basket;
    const habits = this.#customers.hash(store, customer, HABITS_SALT);
    const channel = CHANNELS.pick(habits, random);
    const payment = PAYMENT_HABITS.pick(habits >>> 8, random);
    value.channel = channel;
    value.payment = payment;
    basket.fill(habits, random);
    value.items = basket.lines;
    const { subtotalCents, quantity } = basket;
    const { deliveryFeeCents, taxRate } = this.#stores[store]!;
    const pays = channel === kitchen.DELIVERY && subtotalCents < FREE_DELIVERY_CENTS;
    const tipped = random.float() < TIPPED_SHARES[channel]! * (payment === CASH ? 0.5 : 1);
    const tipCents = tipped ? tipOn(subtotalCents, random) : 0;
    const bill = { subtotalCents, feeCents: pays ? deliveryFeeCents : 0, tipCents, taxRate };
    book.refundCents[slot] = charge(value, bill, random);
    this.#acquaintances.introduce(store, customer, this.#customer);
    return this.#kitchens[store]!.plan({ channel, payment, quantity, time }, random, book, slot);
  }

  tell(kind: number, book: OrderBook, slot: number): void {
    this.later.refundCents = kind === kitchen.REFUNDED ? book.refundCents[slot] : undefined;
    this.later.reason = kind === kitchen.CANCELLED ? book.reason[slot]! : -1;
  }
}
