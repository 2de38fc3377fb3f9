/** What is told of an order of any shop, and how its fields are held: words as codes, money as cents. */
import type { Field, Fields } from '../../src/types.js';
import type { Line } from './basket.js';
import type { OrderEvent } from './feed.js';
import type { Menu } from './menu.js';
import { COUPON_CODES, PAYMENTS } from './money.js';
import type { People } from './people.js';
import { CITY_NAMES, POSTAL_CODES, STATES, type Store, TIME_ZONES } from './stores.js';

/** Codes and cents; what only first events have is undefined in later ones. */
export interface ShopEvent extends OrderEvent {
  channel: number;
  items: readonly Line[] | undefined;
  subtotalCents: number | undefined;
  discountCents: number | undefined;
  couponCode: number;
  deliveryFeeCents: number | undefined;
  taxCents: number | undefined;
  tipCents: number | undefined;
  totalCents: number | undefined;
  currency: number;
  payment: number;
  taxRate: number | undefined;
  customer: Customer | undefined;
  refundCents: number | undefined;
  reason: number;
}

export interface Customer {
  name: number;
  phone: string;
  address: number;
  city: number;
  state: number;
  postalCode: number;
}

/** The words of one kind of shop. */
export interface Vocabulary {
  readonly types: readonly string[];
  readonly channels: readonly string[];
  readonly reasons: readonly string[];
  readonly menu: Menu;
}

/** What only first events have is left out. */
export function blankEvent(): ShopEvent {
  return {
    type: 0,
    orderId: '',
    storeId: 0,
    customerId: '',
    timestamp: 0,
    sequence: 0,
    timeZone: 0,
    channel: -1,
    items: undefined,
    subtotalCents: undefined,
    discountCents: undefined,
    couponCode: -1,
    deliveryFeeCents: undefined,
    taxCents: undefined,
    tipCents: undefined,
    totalCents: undefined,
    currency: -1,
    payment: -1,
    promisedAt: undefined,
    taxRate: undefined,
    customer: undefined,
    refundCents: undefined,
    reason: -1,
  };
}

export function blankCustomer(): Customer {
  return { name: 0, phone: '', address: 0, city: 0, state: 0, postalCode: 0 };
}

export function shopFields(words: Vocabulary, stores: readonly Store[], people: People): Fields {
  const cents = { type: 'int', optional: true } as const;
  return {
    type: { type: 'code', values: words.types },
    orderId: { type: 'string' },
    storeId: storeIdField(stores),
    customerId: { type: 'string' },
    timestamp: { type: 'int', doc: 'epoch ms' },
    sequence: { type: 'int', doc: 'counts up by one per order, from 1' },
    timeZone: { type: 'code', values: TIME_ZONES, doc: "the store's" },
    channel: { type: 'code', values: words.channels, optional: true },
    items: { type: 'list', of: { type: 'object', fields: lineFields(words.menu) }, optional: true },
    subtotalCents: { ...cents, doc: 'the sum of quantity × unit price' },
    discountCents: cents,
    couponCode: { type: 'code', values: COUPON_CODES, optional: true },
    deliveryFeeCents: cents,
    taxCents: { ...cents, doc: 'on subtotal − discount at taxRate, half a cent up, once per order' },
    tipCents: cents,
    totalCents: { ...cents, doc: 'subtotal − discount + delivery fee + tax + tip' },
    currency: { type: 'code', values: ['USD'], optional: true },
    payment: { type: 'code', values: PAYMENTS, optional: true },
    promisedAt: { type: 'int', optional: true, doc: 'epoch ms' },
    taxRate: { type: 'int', optional: true, doc: 'in 1/1000 %' },
    customer: { type: 'object', fields: customerFields(people), optional: true },
    refundCents: { ...cents, doc: 'of refunded' },
    reason: { type: 'code', values: words.reasons, optional: true, doc: 'of cancelled and returned' },
  };
}

export function storeIdField(stores: readonly Store[]): Field {
  return { type: 'code', values: stores.map(({ id }) => id) };
}

function lineFields({ productIds, names, sizes }: Menu): Fields {
  return {
    productId: { type: 'code', values: productIds },
    name: { type: 'code', values: names },
    size: { type: 'code', values: sizes },
    quantity: { type: 'int' },
    unitPriceCents: { type: 'int' },
  };
}

export function customerFields(people: People): Fields {
  return {
    name: { type: 'code', values: people.names },
    phone: { type: 'string' },
    address: { type: 'code', values: people.addresses },
    city: { type: 'code', values: CITY_NAMES },
    state: { type: 'code', values: STATES },
    postalCode: { type: 'code', values: POSTAL_CODES },
  };
}
