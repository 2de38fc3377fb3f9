/**
 * Who is who: a store, a product or a customer on a topic of its kind, told once and before the first order that names it, so that
 * whoever joins orders with them finds everyone. The topics are compacted, as nobody becomes somebody else.
 */
import { EventmillError } from '../../src/errors.js';
import type { Fields, Made, Option, OptionValues, SideTopic } from '../../src/types.js';
import { Acquaintances } from './acquaintances.js';
import type { Customers } from './customers.js';
import type { Menu } from './menu.js';
import type { People } from './people.js';
import { blankCustomer, type Customer, customerFields, storeIdField } from './shop-event.js';
import { CITY_NAMES, customerIdOf, STATES, type Store, TIME_ZONES } from './stores.js';

/** The options of generators that have reference topics. */
export const REFERENCE_OPTIONS: Readonly<{ [name: string]: Option }> = {
  reference: {
    doc: 'Tell stores, products and customers on topics of their own (stores, products, customers; compacted), each before its first order.',
    type: 'boolean',
    default: false,
  },
  referencePrefix: {
    doc: 'What the names of those topics begin with, where others have such topics already.',
    type: 'string',
    default: '',
  },
};

/** The reference that a generator's options ask for. */
export function referenceOf(options: OptionValues, parts: Omit<ReferenceParts, 'prefix'>): Reference | null {
  if (options['reference'] !== true) return null;
  return new Reference({ ...parts, prefix: String(options['referencePrefix'] ?? '') });
}

const STORES = 0;
const PRODUCTS = 1;
const CUSTOMERS = 2;
const NAMES = ['stores', 'products', 'customers'];
const PREFIX = /^[a-zA-Z0-9._-]{0,200}$/;

interface StoreValue {
  side: number;
  storeId: number;
  timestamp: number;
  city: number;
  state: number;
  timeZone: number;
  taxRate: number;
  deliveryFeeCents: number;
  currency: number;
}

interface ProductValue {
  side: number;
  productId: number;
  timestamp: number;
  name: number;
  prices: readonly { size: number; unitPriceCents: number }[];
  currency: number;
}

interface CustomerValue extends Customer {
  side: number;
  customerId: string;
  storeId: number;
  timestamp: number;
}

export type ReferenceValue = StoreValue | ProductValue | CustomerValue;

export interface ReferenceParts {
  readonly stores: readonly Store[];
  readonly customers: Customers;
  readonly menu: Menu;
  readonly people: People;
  readonly prefix: string;
}

export class Reference {
  readonly sides: readonly SideTopic[];
  readonly #stores: readonly Store[];
  readonly #menu: Menu;
  readonly #prices: readonly ProductValue['prices'][];
  readonly #acquaintances: Acquaintances;
  readonly #store: StoreValue;
  readonly #product: ProductValue;
  readonly #customer: CustomerValue;
  readonly #made: Made<ReferenceValue>;
  readonly #topics: readonly string[];
  #told = 0;

  /** Throws CONFIG for a prefix that no topic may have. */
  constructor({ stores, customers, menu, people, prefix }: ReferenceParts) {
    if (!PREFIX.test(prefix)) {
      throw new EventmillError(
        'CONFIG',
        `referencePrefix: expected at most 200 of a-z A-Z 0-9 . _ -, as topics may have, got "${prefix}"`,
      );
    }
    this.#stores = stores;
    this.#menu = menu;
    this.#acquaintances = new Acquaintances(stores, customers);
    this.#prices = menu.productIds.map((_, product) =>
      menu.offers.filter((offer) => offer.product === product),
    );
    this.#topics = NAMES.map((name) => prefix + name);
    const fields = [storeFields(stores), productFields(menu), personFields(stores, people)];
    this.sides = this.#topics.map((topic, side) => ({ topic, fields: fields[side]!, compacted: true }));
    const [timestamp, currency] = [0, 0];
    this.#store = {
      side: STORES,
      storeId: 0,
      timestamp,
      city: 0,
      state: 0,
      timeZone: 0,
      taxRate: 0,
      deliveryFeeCents: 0,
      currency,
    };
    this.#product = { side: PRODUCTS, productId: 0, timestamp, name: 0, prices: [], currency };
    this.#customer = { side: CUSTOMERS, customerId: '', storeId: 0, timestamp, ...blankCustomer() };
    this.#made = { value: this.#store, timestamp: 0, key: '', topic: '' };
  }

  /** Whether all stores and products have been told. */
  get complete(): boolean {
    return this.#told >= this.#stores.length + this.#menu.productIds.length;
  }

  /** The next store or product. */
  tellNext(at: number): Made<ReferenceValue> {
    const index = this.#told++;
    return index < this.#stores.length
      ? this.#tellStore(index, Math.floor(at))
      : this.#tellProduct(index - this.#stores.length, Math.floor(at));
  }

  tellCustomer(index: number, number: number, at: number): Made<ReferenceValue> {
    const value = this.#customer;
    value.customerId = customerIdOf(this.#stores[index]!, number);
    value.storeId = index;
    value.timestamp = Math.floor(at);
    this.#acquaintances.introduce(index, number, value);
    return this.#tell(value, value.customerId);
  }

  #tellStore(index: number, timestamp: number): Made<ReferenceValue> {
    const store = this.#stores[index]!;
    const value = this.#store;
    value.storeId = index;
    value.timestamp = timestamp;
    value.city = value.state = value.timeZone = store.city;
    value.taxRate = store.taxRate;
    value.deliveryFeeCents = store.deliveryFeeCents;
    return this.#tell(value, store.id);
  }

  #tellProduct(product: number, timestamp: number): Made<ReferenceValue> {
    const value = this.#product;
    value.productId = value.name = product;
    value.timestamp = timestamp;
    value.prices = this.#prices[product]!;
    return this.#tell(value, this.#menu.productIds[product]!);
  }

  #tell(value: ReferenceValue, key: string): Made<ReferenceValue> {
    const made = this.#made;
    made.value = value;
    made.timestamp = value.timestamp;
    made.key = key;
    made.topic = this.#topics[value.side]!;
    return made;
  }
}

const TIMESTAMP = { type: 'int', doc: 'epoch ms' } as const;
const CURRENCY = { type: 'code', values: ['USD'] } as const;

function storeFields(stores: readonly Store[]): Fields {
  return {
    storeId: storeIdField(stores),
    timestamp: TIMESTAMP,
    city: { type: 'code', values: CITY_NAMES },
    state: { type: 'code', values: STATES },
    timeZone: { type: 'code', values: TIME_ZONES },
    taxRate: { type: 'int', doc: 'in 1/1000 %' },
    deliveryFeeCents: { type: 'int' },
    currency: CURRENCY,
  };
}

function productFields({ productIds, names, sizes }: Menu): Fields {
  const offer: Fields = {
    size: { type: 'code', values: sizes },
    unitPriceCents: { type: 'int' },
  };
  return {
    productId: { type: 'code', values: productIds },
    timestamp: TIMESTAMP,
    name: { type: 'code', values: names },
    prices: { type: 'list', of: { type: 'object', fields: offer } },
    currency: CURRENCY,
  };
}

function personFields(stores: readonly Store[], people: People): Fields {
  return {
    customerId: { type: 'string' },
    storeId: storeIdField(stores),
    timestamp: TIMESTAMP,
    ...customerFields(people),
  };
}
