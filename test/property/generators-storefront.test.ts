import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ModelTime } from '../../src/types.js';
import { byKey, FAST, LIVE, NATURAL, openNamed, SIMULATED, take } from '../support/feeds.js';
import type { Plain } from '../support/render.js';

interface Order extends Plain {
  type: string;
  orderId: string;
  timestamp: number;
  sequence: number;
  timeZone: string;
  items: { productId: string; name: string; size: string; quantity: number; unitPriceCents: number }[];
  subtotalCents: number;
  discountCents: number;
  deliveryFeeCents: number;
  taxCents: number;
  tipCents: number;
  totalCents: number;
  promisedAt: number;
  taxRate: number;
  refundCents: number;
}

const NEXT: { readonly [type: string]: readonly string[] } = {
  placed: ['paid', 'cancelled'],
  paid: ['packed', 'cancelled'],
  packed: ['shipped', 'cancelled'],
  shipped: ['delivered'],
  delivered: ['returned'],
  cancelled: ['refunded'],
  returned: ['refunded'],
  refunded: [],
};

const settings = fc.record({
  seed: fc.integer({ min: 0, max: 2 ** 31 }),
  stores: fc.constantFrom(1, 4, 300),
  ordersPerDay: fc.constantFrom(1, 1200, 100_000),
  returns: fc.constantFrom(0, 0.02, 0.5),
  time: fc.constantFrom<ModelTime>(LIVE, FAST, NATURAL, SIMULATED),
  perSecond: fc.constantFrom(1, 100, 50_000),
});

type Setting = { seed?: number; time: ModelTime; perSecond?: number; [option: string]: unknown };

async function events({ seed = 1, time, perSecond = 100, ...options }: Setting, count: number) {
  const feed = await openNamed('storefront', { seed, time, options: options as { [name: string]: number } });
  return take(feed, count, perSecond) as Order[];
}

/** All events of orders that were placed long before the last event. */
const wholeOrders = async (options: { [name: string]: number }) => {
  const told = await events({ time: SIMULATED, ordersPerDay: 100, ...options }, 60_000);
  const end = told.at(-1)!.timestamp - 60 * 86_400_000;
  const orders = [...byKey(told, 'orderId').values()] as Order[][];
  return orders.filter(([first]) => first!.timestamp < end);
};

const has = (order: readonly Order[], type: string) => order.some((event) => event.type === type);
const share = <T>(all: readonly T[], which: (one: T) => boolean) => all.filter(which).length / all.length;

describe('storefront', () => {
  it('adds up in whole cents, whatever the settings', async () => {
    await fc.assert(
      fc.asyncProperty(settings, async (setting) => {
        const placed = (await events(setting, 2000)).filter(({ type }) => type === 'placed');
        for (const order of placed.slice(0, 150)) {
          const { subtotalCents, discountCents, deliveryFeeCents, taxCents, tipCents, totalCents } = order;
          const lines = order.items.map(({ quantity, unitPriceCents }) => quantity * unitPriceCents);
          expect(subtotalCents).toBe(lines.reduce((sum, line) => sum + line, 0));
          expect(totalCents).toBe(subtotalCents - discountCents + deliveryFeeCents + taxCents + tipCents);
          const exact = BigInt(subtotalCents - discountCents) * BigInt(order.taxRate);
          expect(BigInt(taxCents)).toBe((exact + 50_000n) / 100_000n);
          for (const cents of [subtotalCents, discountCents, deliveryFeeCents, taxCents, tipCents]) {
            expect(Number.isInteger(cents) && cents >= 0).toBe(true);
          }
          expect(order.promisedAt).toBeGreaterThanOrEqual(order.timestamp);
        }
      }),
      { numRuns: 10 },
    );
  });

  it('goes by legal steps only, its times never falling', async () => {
    await fc.assert(
      fc.asyncProperty(settings, async (setting) => {
        for (const order of byKey(await events(setting, 3000), 'orderId').values() as Iterable<Order[]>) {
          expect(order[0]!.type).toBe('placed');
          expect(order.map(({ sequence }) => sequence)).toEqual(order.map((_, index) => index + 1));
          order.slice(1).forEach((event, index) => {
            expect(NEXT[order[index]!.type]).toContain(event.type);
            expect(event.timestamp).toBeGreaterThanOrEqual(order[index]!.timestamp);
          });
        }
      }),
      { numRuns: 10 },
    );
  });

  it('brings all that is not cancelled, gives back what was paid, and never more than the total', async () => {
    const orders = await wholeOrders({ returns: 0.2 });
    expect(orders.length).toBeGreaterThan(4000);
    for (const order of orders) {
      expect(has(order, 'delivered')).not.toBe(has(order, 'cancelled'));
      const back = has(order, 'returned') || (has(order, 'cancelled') && has(order, 'paid'));
      expect(has(order, 'refunded')).toBe(back);
      const refund = order.find(({ type }) => type === 'refunded');
      if (refund === undefined) continue;
      expect(refund.refundCents).toBeGreaterThan(0);
      expect(refund.refundCents).toBeLessThanOrEqual(order[0]!.totalCents);
      if (has(order, 'cancelled')) expect(refund.refundCents).toBe(order[0]!.totalCents);
    }
    expect(share(orders, (order) => has(order, 'returned'))).toBeCloseTo(0.2, 1);
    expect(share(orders, (order) => has(order, 'cancelled'))).toBeLessThan(0.03);
  });

  it('delivers by day, and on no Sunday, in simulated time', async () => {
    const orders = await wholeOrders({});
    for (const event of orders.flat().filter(({ type }) => type === 'delivered')) {
      const format = {
        weekday: 'short',
        hour: 'numeric',
        hourCycle: 'h23',
        timeZone: event.timeZone,
      } as const;
      const parts = new Intl.DateTimeFormat('en-US', format).formatToParts(event.timestamp);
      const part = (type: string) => parts.find((one) => one.type === type)!.value;
      expect(part('weekday')).not.toBe('Sun');
      // Clocks may change while a parcel is on its way.
      expect(Number(part('hour'))).toBeGreaterThanOrEqual(7);
      expect(Number(part('hour'))).toBeLessThan(21);
    }
  });

  it('sells each product at one price under one name', async () => {
    const known = new Map<string, string>();
    for (const { items } of (await wholeOrders({})).flatMap(([first]) => first!)) {
      for (const { productId, name, unitPriceCents } of items) {
        const text = `${name} ${unitPriceCents}`;
        expect(known.get(productId) ?? text).toBe(text);
        known.set(productId, text);
      }
    }
    expect(known.size).toBeGreaterThan(200);
  });
});
