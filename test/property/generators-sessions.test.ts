/** Visits to a web shop: each order has one that explains it, and they change nothing about orders. */
import { describe, expect, it } from 'vitest';
import { run } from '../../src/run.js';
import type { Feed, ModelTime, OptionValues } from '../../src/types.js';
import { FAST, LIVE, NATURAL, openNamed, SIMULATED, START } from '../support/feeds.js';
import { type Plain, render } from '../support/render.js';
import { perSecond, profile, source, workload } from '../support/workloads.js';

interface Told {
  readonly topic: string;
  readonly key: string;
  readonly value: Plain;
}

function told(feed: Feed, count: number): Told[] {
  return Array.from({ length: count }, (_, index) => {
    const { topic, key, value } = feed.next(1.75e12 + 10 * index);
    const fields = feed.sides?.find((side) => side.topic === topic)?.fields ?? feed.fields!;
    return { topic: topic ?? '', key: String(key), value: render(fields, value) };
  });
}

const open = (time: ModelTime, options: OptionValues = {}) =>
  openNamed('storefront', { time, options: { sessions: true, conversion: 0.2, ...options } });

const TIMES: readonly (readonly [string, ModelTime])[] = [
  ['live time', LIVE],
  ['live time at speed 60', FAST],
  ['live time at its own pace', NATURAL],
  ['simulated time', SIMULATED],
];

function sessionsOf(events: readonly Told[]): Map<string, Plain[]> {
  const sessions = new Map<string, Plain[]>();
  for (const { topic, key, value } of events) {
    if (topic === 'shop_sessions') sessions.set(key, [...(sessions.get(key) ?? []), value]);
  }
  return sessions;
}

describe('sessions', () => {
  it.each(TIMES)('are over with what they call their last event, and no other, in %s', async (_, time) => {
    const feed = await open(time);
    const over = new Map<string, boolean>();
    for (let index = 0; index < 20_000; index++) {
      const { topic, key, last } = feed.next(1.75e12 + 10 * index);
      if (topic !== 'shop_sessions') continue;
      expect(over.get(String(key)) ?? false).toBe(false);
      over.set(String(key), last === true);
    }
    // Some are still under way.
    expect([...over.values()].filter((is) => is).length / over.size).toBeGreaterThan(0.8);
  });

  it.each(TIMES)('look, fill a cart and buy what the order then holds, in %s', async (_, time) => {
    const events = told(await open(time), 20_000);
    const sessions = sessionsOf(events);
    const orders = new Map(
      events.flatMap(({ value }) => (value['type'] === 'placed' ? [[value['orderId'], value] as const] : [])),
    );
    let bought = 0;
    for (const clicks of sessions.values()) {
      expect(clicks.map(({ sequence }) => sequence)).toEqual(clicks.map((__, index) => index + 1));
      const { orderId, customerId } = clicks.at(-1)!;
      if (orderId === undefined) continue;
      bought++;
      const order = orders.get(orderId)!;
      expect(customerId).toBe(order['customerId']);
      expect(clicks.map(({ type }) => type).slice(-2)).toEqual(['checkout', 'buy']);
      const cart = clicks.filter(({ type }) => type === 'cart');
      const items = order['items'] as Plain[];
      const named = ({ productId, quantity }: Plain) => ({ productId, quantity });
      expect(cart.map(named)).toEqual(items.map(named));
    }
    expect(bought).toBeGreaterThan(300);
    expect(bought / sessions.size).toBeGreaterThan(0.15);
    expect(bought / sessions.size).toBeLessThan(0.27);
  });

  it('come in the order of time, each before its order', async () => {
    const feed = await open(SIMULATED);
    const placed = new Map<unknown, number>();
    let last = START;
    for (let index = 0; index < 20_000; index++) {
      const at = feed.nextAt!();
      expect(at >= last && feed.nextAt!() === at).toBe(true);
      last = at;
      const { value, timestamp } = feed.next(0) as { value: Plain; timestamp: number };
      expect(timestamp).toBe(Math.floor(at));
      if (value['orderId'] === undefined) continue;
      if (value['items'] !== undefined) placed.set(value['orderId'], timestamp);
      // Clicks that buy name an order that is there.
      if (value['sessionId'] !== undefined) expect(placed.has(value['orderId'])).toBe(true);
    }
  });

  it('leave orders and reference as they are', async () => {
    const plain = told(await open(SIMULATED, { sessions: false, reference: true }), 3000);
    const rest = told(await open(SIMULATED, { reference: true, conversion: 0.5 }), 16_000).filter(
      ({ topic }) => topic !== 'shop_sessions',
    );
    expect(rest.slice(0, 3000).map(({ value }) => value)).toEqual(plain.map(({ value }) => value));
  });

  it('are the same of each key whatever the time and the rate', async () => {
    const reference = sessionsOf(told(await open(SIMULATED), 10_000));
    for (const [, time] of TIMES) {
      let shared = 0;
      for (const [key, clicks] of sessionsOf(told(await open(time), 10_000))) {
        const others = reference.get(key) ?? [];
        const count = Math.min(others.length, clicks.length);
        shared += count;
        const timeless = (all: Plain[]) => all.slice(0, count).map(({ timestamp: _, ...rest }) => rest);
        expect(timeless(clicks)).toEqual(timeless(others));
      }
      expect(shared).toBeGreaterThan(2000);
    }
  });

  it('are as many as the feed says', async () => {
    const feed = await open(SIMULATED, { ordersPerDay: 100, conversion: 0.2 });
    while (feed.nextAt!() < START + 14 * 86_400_000) feed.next(0);
    let count = 0;
    while (feed.nextAt!() < START + 28 * 86_400_000) {
      feed.next(0);
      count++;
    }
    const ratio = count / (14 * 86_400) / feed.perSecond!;
    expect(ratio).toBeGreaterThan(0.85);
    expect(ratio).toBeLessThan(1.15);
  });

  it('are verified like everything else', async () => {
    const options = { sessions: true, conversion: 0.1, reference: true };
    const { snapshot, reasons } = await run({
      workload: workload({ count: 8000 }, [
        source('storefront', { options, rate: perSecond(6000), time: { kind: 'live', speed: 3000 } }),
        source('storefront', {
          name: 'past',
          topic: 'past_orders',
          options: { ...options, sessionsTopic: 'past_sessions', referencePrefix: 'past.' },
          time: { kind: 'simulated', start: START },
        }),
      ]),
      profiles: [profile('it')],
      verify: true,
    });
    expect(reasons).toEqual([]);
    const { verify, topics } = snapshot.profiles[0]!.profile;
    expect(verify).toEqual({ read: 8000, lost: 0, duplicated: 0, reordered: 0, corrupted: 0 });
    expect(Object.keys(topics).sort()).toContain('past_sessions');
  });
});
