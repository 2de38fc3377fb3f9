import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ModelTime } from '../../src/types.js';
import { byKey, FAST, LIVE, NATURAL, openNamed, SIMULATED, START, take } from '../support/feeds.js';
import type { Plain } from '../support/render.js';

interface Order extends Plain {
  type: string;
  orderId: string;
  storeId: string;
  customerId: string;
  timestamp: number;
  sequence: number;
  timeZone: string;
  channel: string;
  items: { productId: string; name: string; size: string; quantity: number; unitPriceCents: number }[];
  subtotalCents: number;
  discountCents: number;
  couponCode?: string;
  deliveryFeeCents: number;
  taxCents: number;
  tipCents: number;
  totalCents: number;
  payment: string;
  promisedAt: number;
  taxRate: number;
  customer: { name: string; phone: string; address: string };
  refundCents: number;
}

/** What may follow what; cash is paid where its order ends. */
const NEXT: { readonly [type: string]: readonly string[] } = {
  placed: ['paid', 'accepted', 'cancelled'],
  paid: ['accepted', 'delivered', 'picked_up', 'cancelled'],
  accepted: ['preparing', 'cancelled'],
  preparing: ['baking', 'cancelled'],
  baking: ['ready', 'cancelled'],
  ready: ['out_for_delivery', 'picked_up', 'paid'],
  out_for_delivery: ['delivered', 'paid'],
  delivered: [],
  picked_up: [],
  cancelled: ['refunded'],
  refunded: [],
};

const settings = fc.record({
  seed: fc.integer({ min: 0, max: 2 ** 31 }),
  stores: fc.constantFrom(1, 12, 300),
  ordersPerDay: fc.constantFrom(1, 1200, 500_000),
  time: fc.constantFrom<ModelTime>(LIVE, FAST, NATURAL, SIMULATED),
  perSecond: fc.constantFrom(1, 100, 50_000),
});

async function events(
  setting: { seed?: number; stores?: number; ordersPerDay?: number; time: ModelTime; perSecond?: number },
  count: number,
) {
  const { seed = 1, time, stores = 12, ordersPerDay = 1200, perSecond = 100 } = setting;
  return take(
    await openNamed('pizza', { seed, time, options: { stores, ordersPerDay } }),
    count,
    perSecond,
  ) as Order[];
}

/** Orders told to their end. */
const wholeOrders = async (count: number, time: ModelTime = SIMULATED, perSecond = 100) =>
  ([...byKey(await events({ time, perSecond }, count), 'orderId').values()] as Order[][]).filter(
    (order) =>
      NEXT[order.at(-1)!.type]!.length === 0 ||
      (order.at(-1)!.type === 'cancelled' && !order.some(({ type }) => type === 'paid')),
  );

const share = <T>(all: readonly T[], which: (one: T) => boolean) => all.filter(which).length / all.length;

describe('pizza', () => {
  it('adds up in whole cents, whatever the settings', async () => {
    await fc.assert(
      fc.asyncProperty(settings, async (setting) => {
        const orders = await events(setting, 2000);
        for (const order of orders.filter(({ type }) => type === 'placed').slice(0, 150)) {
          const { subtotalCents, discountCents, deliveryFeeCents, taxCents, tipCents, totalCents, items } =
            order;
          expect(subtotalCents).toBe(
            items.reduce((sum, { quantity, unitPriceCents }) => sum + quantity * unitPriceCents, 0),
          );
          expect(totalCents).toBe(subtotalCents - discountCents + deliveryFeeCents + taxCents + tipCents);
          expect(taxCents).toBe(
            Number(halfUp(BigInt(subtotalCents - discountCents) * BigInt(order.taxRate))),
          );
          for (const cents of [subtotalCents, discountCents, deliveryFeeCents, taxCents, tipCents]) {
            expect(Number.isInteger(cents) && cents >= 0).toBe(true);
          }
          expect(discountCents > 0).toBe(order.couponCode !== undefined);
          expect(discountCents).toBeLessThanOrEqual(subtotalCents);
          if (order.channel !== 'delivery') expect(deliveryFeeCents).toBe(0);
          expect(new Set(items.map(({ productId, size }) => productId + size)).size).toBe(items.length);
        }
      }),
      { numRuns: 10 },
    );
  });

  it('goes by legal steps only, with one end, its times never falling', async () => {
    await fc.assert(
      fc.asyncProperty(settings, async (setting) => {
        for (const order of byKey(await events(setting, 3000), 'orderId').values() as Iterable<Order[]>) {
          const [first] = order;
          expect(first!.type).toBe('placed');
          expect(order.map(({ sequence }) => sequence)).toEqual(order.map((_, index) => index + 1));
          expect(order.slice(1).flatMap((event, index) => brokenStep(order[index]!, event))).toEqual([]);
          const types = order.map(({ type }) => type);
          expect(new Set(types).size).toBe(types.length);
          expect(
            types.filter((type) => ['delivered', 'picked_up', 'cancelled'].includes(type)).length,
          ).toBeLessThanOrEqual(1);
          if (types.includes('delivered')) expect(first!.channel).toBe('delivery');
          if (types.includes('picked_up')) expect(first!.channel).not.toBe('delivery');
        }
      }),
      { numRuns: 10 },
    );
  });

  it('pays each order that is not cancelled once, and gives back what was paid of one that is', async () => {
    const orders = await wholeOrders(60_000);
    expect(orders.length).toBeGreaterThan(5000);
    for (const order of orders) {
      const types = order.map(({ type }) => type);
      if (!types.includes('cancelled')) expect(types).toContain('paid');
      expect(types.includes('refunded')).toBe(types.includes('cancelled') && types.includes('paid'));
      if (types.includes('refunded')) expect(order.at(-1)!.refundCents).toBe(order[0]!.totalCents);
      const atTheDoor = types.includes('ready') && types.indexOf('paid') > types.indexOf('ready');
      if (atTheDoor) expect(order[0]!.payment).toBe('cash');
    }
    const cancelled = share(orders, (order) => order.some(({ type }) => type === 'cancelled'));
    expect(cancelled).toBeGreaterThan(0.005);
    expect(cancelled).toBeLessThan(0.03);
  });

  it('holds habits and durations that pizzerias have', async () => {
    const orders = await wholeOrders(60_000);
    const placed = orders.map(([first]) => first!);
    const items = placed.map((order) => order.items.reduce((sum, { quantity }) => sum + quantity, 0));
    const meanItems = items.reduce((sum, one) => sum + one, 0) / items.length;
    expect(meanItems).toBeGreaterThan(2);
    expect(meanItems).toBeLessThan(3);
    expect(share(items, (one) => one === 1)).toBeGreaterThan(0.25);
    expect(share(items, (one) => one === 1)).toBeLessThan(0.45);
    expect(share(placed, ({ couponCode }) => couponCode !== undefined)).toBeGreaterThan(0.15);
    expect(share(placed, ({ channel }) => channel === 'delivery')).toBeGreaterThan(0.5);
    expect(share(placed, ({ payment }) => payment === 'card' || payment === 'wallet')).toBeGreaterThan(0.75);
    const delivered = orders.filter((order) => order.at(-1)!.type === 'delivered');
    const minutes = delivered
      .map((order) => (order.at(-1)!.timestamp - order[0]!.timestamp) / 60_000)
      .sort((a, b) => a - b);
    expect(minutes[minutes.length >> 1]).toBeGreaterThan(20);
    expect(minutes[minutes.length >> 1]).toBeLessThan(38);
    const late = share(delivered, (order) => order.at(-1)!.timestamp > order[0]!.promisedAt);
    expect(late).toBeGreaterThan(0.04);
    expect(late).toBeLessThan(0.12);
    const tips = placed.filter(({ channel, tipCents }) => channel === 'delivery' && tipCents > 0);
    const percents = tips.map(({ tipCents, subtotalCents }) => (100 * tipCents) / subtotalCents);
    const meanTip = percents.reduce((sum, one) => sum + one, 0) / percents.length;
    expect(meanTip).toBeGreaterThan(12);
    expect(meanTip).toBeLessThan(20);
    expect(share(tips, ({ tipCents }) => tipCents % 100 === 0)).toBeGreaterThan(0.25);
  });

  it('sees customers again, the same person each time', async () => {
    const people = new Map<string, Order['customer']>();
    let again = 0;
    for (const order of await events({ time: SIMULATED, ordersPerDay: 100 }, 60_000)) {
      if (order.type !== 'placed') continue;
      const known = people.get(order.customerId);
      if (known !== undefined) {
        again++;
        expect(order.customer).toEqual(known);
      }
      people.set(order.customerId, order.customer);
    }
    expect(again).toBeGreaterThan(1000);
    expect(people.size).toBeGreaterThan(1500);
  });

  it('makes whoever orders on a match night wait: stages last longer when the kitchen has a queue', async () => {
    const orders = (await wholeOrders(120_000)).filter((order) =>
      order.some(({ type }) => type === 'baking'),
    );
    const busy = new Map<string, number>();
    const slotOf = ({ storeId, timestamp }: Order) => `${storeId} ${Math.floor(timestamp / 1_200_000)}`;
    for (const [first] of orders) busy.set(slotOf(first!), (busy.get(slotOf(first!)) ?? 0) + 1);
    const waits = (from: number, to: number): number => {
      const some = orders.filter(
        ([first]) => busy.get(slotOf(first!))! >= from && busy.get(slotOf(first!))! < to,
      );
      const total = some.reduce((sum, order) => sum + between(order, 'accepted', 'baking'), 0);
      return total / some.length / 60_000;
    };
    expect(waits(12, Number.POSITIVE_INFINITY)).toBeGreaterThan(1.3 * waits(1, 4));
  });

  it('takes orders while stores are open only, most at dinner time, in simulated time', async () => {
    const hours = new Float64Array(24);
    let placed = 0;
    for (const order of await events({ time: SIMULATED }, 60_000)) {
      if (order.type !== 'placed') continue;
      const format = new Intl.DateTimeFormat('en-US', {
        hour: 'numeric',
        hourCycle: 'h23',
        timeZone: order.timeZone,
      });
      const hour = Number(format.format(order.timestamp));
      hours[hour] = hours[hour]! + 1;
      placed++;
    }
    expect(hours.subarray(0, 11).reduce((sum, one) => sum + one, 0) + hours[23]!).toBe(0);
    const dinner = hours.subarray(17, 20).reduce((sum, one) => sum + one, 0) / placed;
    expect(dinner).toBeGreaterThan(0.35);
    expect(dinner).toBeLessThan(0.8);
    expect(Math.max(...hours) / placed).toBeLessThan(0.3);
  });

  it('lives sixty times as fast at speed 60, by its timestamps, at any rate', async () => {
    for (const [perSecond, count] of [
      [50, 10_000],
      [2000, 200_000],
    ] as const) {
      const orders = await wholeOrders(count, FAST, perSecond);
      const delivered = orders.filter((order) => order.at(-1)!.type === 'delivered');
      const seconds = delivered
        .map((order) => (order.at(-1)!.timestamp - order[0]!.timestamp) / 1000)
        .sort((a, b) => a - b);
      const median = seconds[seconds.length >> 1]!;
      expect(median).toBeGreaterThan(20);
      expect(median).toBeLessThan(38);
    }
  });

  it('bounds the orders that are open, whatever is asked for', async () => {
    const feed = await openNamed('pizza', { time: LIVE, options: { ordersPerDay: 100_000 } });
    let open = 0;
    let most = 0;
    // All at one moment: nothing is ever due, so only the bound ends an order.
    for (let index = 0; index < 150_000; index++) {
      const { type } = feed.next(START).value as { type: number };
      if (type === 0) open++;
      most = Math.max(most, open);
    }
    expect(most).toBeGreaterThan(99_000);
    expect(open).toBeLessThan(110_000);
  });
});

/** Ms from one event of an order to another. */
function between(order: readonly Order[], one: string, other: string): number {
  const at = (type: string) => order.find((event) => event.type === type)!.timestamp;
  return at(other) - at(one);
}

/** What is wrong with an event that follows another. */
function brokenStep(before: Order, event: Order): string[] {
  const mistakes: string[] = [];
  if (!NEXT[before.type]!.includes(event.type))
    mistakes.push(`${event.orderId}: ${before.type} → ${event.type}`);
  if (event.timestamp < before.timestamp)
    mistakes.push(`${event.orderId}: ${event.type} comes before ${before.type}`);
  for (const field of ['storeId', 'customerId', 'timeZone']) {
    if (event[field] !== before[field]) mistakes.push(`${event.orderId}: another ${field}`);
  }
  return mistakes;
}

/** Of a number in hundred-thousandths. */
function halfUp(hundredThousandths: bigint): bigint {
  return (hundredThousandths + 50_000n) / 100_000n;
}
