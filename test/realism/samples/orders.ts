/** Two years of orders of a few shops, with their reference topics, all rules checked. */
import { DAY_MS } from '../../../generators/model/zone.js';
import pizza from '../../../generators/pizza.js';
import storefront from '../../../generators/storefront.js';
import { checkOptions } from '../../../src/config/options.js';
import { createRandom } from '../../../src/random.js';
import type { Feed } from '../../../src/types.js';
import { OrderRules } from '../rules/order-rules.js';
import { readsOf } from './order-sight.js';
import { type Orders, OrdersCollector } from './orders-collector.js';

export type Kind = 'pizza' | 'storefront';

export interface OrdersSample {
  readonly orders: Orders;
  readonly violations: readonly string[];
}

/** A Monday. */
export const START = Date.UTC(2024, 0, 8);
export const DAYS = 728;
const PARTS = { pizza, storefront } as const;

type Options = Readonly<{ [name: string]: unknown }>;

export function openOrders(kind: Kind, seed: number, given: Options): Feed {
  const part = PARTS[kind];
  const options = checkOptions(part.options ?? {}, given, 'realism');
  const time = { kind: 'simulated', pace: 'own', start: START, speed: 1 } as const;
  return part.create({ options, random: createRandom(seed).fork(kind), time });
}

/** `fast`: a quarter of the shops. */
export function ordersSample(kind: Kind, seed: number, fast: boolean): OrdersSample {
  const stores = fast ? 1 : 4;
  const feed = openOrders(kind, seed, { stores, ordersPerDay: 50 * stores, reference: true });
  const rules = new OrderRules(kind);
  const collector = new OrdersCollector();
  for (const read of readsOf(feed)) {
    if (read.sight !== undefined && read.sight.timestamp >= START + DAYS * DAY_MS) break;
    rules.see(read);
    if (read.sight !== undefined) collector.see(read.sight);
  }
  return { orders: collector.orders, violations: rules.broken.sentences };
}

/** So many events of many shops of all sizes, looked at for broken rules alone. */
export function orderViolations(kind: Kind, seed: number, events: number): readonly string[] {
  const feed = openOrders(kind, seed, { stores: 48, ordersPerDay: 4000, reference: true });
  const rules = new OrderRules(kind);
  for (const read of readsOf(feed)) {
    rules.see(read);
    if (rules.events >= events) break;
  }
  return rules.broken.sentences;
}
