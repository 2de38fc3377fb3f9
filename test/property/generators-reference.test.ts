/** Whoever joins orders with their reference topics finds everyone, at any rate and in any kind of time. */
import { describe, expect, it } from 'vitest';
import type { Feed, ModelTime, OptionValues } from '../../src/types.js';
import { FAST, LIVE, NATURAL, openNamed, SIMULATED } from '../support/feeds.js';
import { type Plain, render } from '../support/render.js';

interface Told {
  readonly topic: string;
  readonly key: string;
  readonly value: Plain;
}

/** Events of all topics of a feed, in their order, due a hundredth of a second apart. */
function told(feed: Feed, count: number): Told[] {
  return Array.from({ length: count }, (_, index) => {
    const made = feed.next(1.75e12 + 10 * index);
    const side = feed.sides?.find(({ topic }) => topic === made.topic);
    expect((made.value as { side?: number }).side).toBe(side && feed.sides?.indexOf(side));
    const fields = side?.fields ?? feed.fields!;
    return { topic: made.topic ?? '', key: String(made.key), value: render(fields, made.value) };
  });
}

const open = (name: string, time: ModelTime, options: OptionValues = {}) =>
  openNamed(name, { time, options: { ordersPerDay: 300, reference: true, ...options } });

describe.each(['pizza', 'storefront'])('the reference of %s', (name) => {
  it.each<[string, ModelTime]>([
    ['live time', LIVE],
    ['live time at speed 60', FAST],
    ['live time at its own pace', NATURAL],
    ['simulated time', SIMULATED],
  ])(
    'tells each store, product and customer before the first order that names them, in %s',
    async (_, time) => {
      const known = new Map(
        [...['stores', 'products', 'customers']].map((topic) => [topic, new Set<string>()]),
      );
      let orders = 0;
      for (const { topic, key, value } of told(await open(name, time), 20_000)) {
        if (topic !== '') {
          expect(known.get(topic)!.has(key)).toBe(false);
          known.get(topic)!.add(key);
          continue;
        }
        orders++;
        expect(known.get('stores')).toContain(value['storeId']);
        expect(known.get('customers')).toContain(value['customerId']);
        for (const { productId } of (value['items'] ?? []) as { productId: string }[]) {
          expect(known.get('products')).toContain(productId);
        }
      }
      expect(orders).toBeGreaterThan(10_000);
      expect(known.get('customers')!.size).toBeGreaterThan(500);
    },
  );

  it('leaves the orders as they are without it', async () => {
    const plain = told(await open(name, SIMULATED, { reference: false }), 5000);
    const orders = told(await open(name, SIMULATED), 8000).filter(({ topic }) => topic === '');
    expect(orders.slice(0, 5000)).toEqual(plain);
  });

  it('says the same of a customer, and asks the same prices, as orders do', async () => {
    const people = new Map<string, Plain>();
    const prices = new Map<string, unknown>();
    for (const { topic, key, value } of told(await open(name, SIMULATED), 8000)) {
      if (topic === 'customers') people.set(key, value);
      for (const { size, unitPriceCents } of topic === 'products' ? listOf(value['prices']) : []) {
        prices.set(`${key} ${size}`, unitPriceCents);
      }
      if (value['type'] !== 'placed') continue;
      expect(people.get(String(value['customerId']))).toMatchObject(value['customer'] as object);
      for (const { productId, size, unitPriceCents } of listOf(value['items'])) {
        expect(prices.get(`${productId} ${size}`)).toBe(unitPriceCents);
      }
    }
  });

  it('puts a prefix before its topics, and refuses one that no topic may have', async () => {
    const feed = await open(name, SIMULATED, { referencePrefix: 'shop.' });
    expect(feed.sides!.map(({ topic }) => topic)).toEqual(['shop.stores', 'shop.products', 'shop.customers']);
    await expect(open(name, SIMULATED, { referencePrefix: 'a b' })).rejects.toThrow(
      'referencePrefix: expected at most 200 of',
    );
  });
});

function listOf(value: unknown): Plain[] {
  return (value ?? []) as Plain[];
}
