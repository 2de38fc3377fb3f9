/** What is told of a visit to a web shop, and how its fields are held. */
import type { Fields } from '../../src/types.js';
import type { Menu } from './menu.js';
import { storeIdField } from './shop-event.js';
import { type Store, TIME_ZONES } from './stores.js';

const TYPES = ['view', 'cart', 'checkout', 'buy'] as const;
export const [VIEW, CART, CHECKOUT, BUY] = [0, 1, 2, 3] as const;

/** Words are codes. */
export interface SessionValue {
  side: number;
  type: number;
  sessionId: string;
  storeId: number;
  customerId: string | undefined;
  timestamp: number;
  sequence: number;
  timeZone: number;
  channel: number;
  productId: number;
  quantity: number | undefined;
  orderId: string | undefined;
}

export function sessionFields(stores: readonly Store[], menu: Menu, channels: readonly string[]): Fields {
  return {
    type: { type: 'code', values: TYPES },
    sessionId: { type: 'string' },
    storeId: storeIdField(stores),
    customerId: { type: 'string', optional: true, doc: 'of those who buy' },
    timestamp: { type: 'int', doc: 'epoch ms' },
    sequence: { type: 'int', doc: 'counts up by one per session, from 1' },
    timeZone: { type: 'code', values: TIME_ZONES },
    channel: { type: 'code', values: channels },
    productId: { type: 'code', values: menu.productIds, optional: true, doc: 'of view and cart' },
    quantity: { type: 'int', optional: true, doc: 'of cart' },
    orderId: { type: 'string', optional: true, doc: 'of buy' },
  };
}
