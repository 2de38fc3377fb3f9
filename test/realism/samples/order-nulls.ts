/**
 * Orders that nobody should take for real, to show that the lines tell: a Poisson process of the same rate at all hours, everything else
 * drawn anew for each order: customer, product, price, tip and end evenly, durations without memory.
 */
import { createRandom } from '../../../src/random.js';
import type { Random } from '../../../src/types.js';
import type { Sight } from './order-sight.js';
import { DAYS, type OrdersSample, START } from './orders.js';
import { OrdersCollector } from './orders-collector.js';

const ORDERS_PER_DAY = 50;
const CUSTOMERS = 9000;
const PRODUCTS = 80;
const DAY_MS = 86_400_000;

export function nullOrders(seed: number): OrdersSample {
  const random = createRandom(seed).fork('orders');
  const collector = new OrdersCollector();
  let time = START;
  for (let number = 0; time < START + DAYS * DAY_MS; number++) {
    time += (random.exponential() * DAY_MS) / ORDERS_PER_DAY;
    const placed = placedAt(Math.floor(time), number, random);
    collector.see(placed);
    const end = random.int(3);
    const type = end === 0 ? 'delivered' : 'cancelled';
    const timestamp = Math.floor(time + 5 * DAY_MS * random.exponential());
    if (end < 2) collector.see({ ...placed, type, timestamp, sequence: 2 });
  }
  return { orders: collector.orders, violations: [] };
}

function placedAt(timestamp: number, number: number, random: Random): Sight {
  const items = Array.from({ length: 7 + random.int(5) }, () => ({
    productId: `P${random.int(PRODUCTS)}`,
    size: `${random.int(20)}`,
    quantity: 1,
    unitPriceCents: 1 + random.int(5000),
  }));
  const subtotalCents = items.reduce((sum, { unitPriceCents }) => sum + unitPriceCents, 0);
  const tipCents = random.int(subtotalCents);
  return {
    type: 'placed',
    orderId: `${number}`,
    storeId: 'S1',
    customerId: `C${random.int(CUSTOMERS)}`,
    timestamp,
    sequence: 1,
    timeZone: 'America/New_York',
    channel: ['delivery', 'collection', 'in_house'][random.int(3)],
    items,
    subtotalCents,
    tipCents,
    totalCents: subtotalCents + tipCents,
    payment: ['card', 'wallet', 'cash', 'gift_card'][random.int(4)],
    promisedAt: timestamp + 10 * DAY_MS * random.float(),
  };
}
