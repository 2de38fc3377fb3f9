/** From the past into the present: one stream, wherever the two meet and however slow the machine is. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RateSpec } from '../../src/types.js';
import { driven, NOW, type Past } from '../support/past.js';
import { MAX, perSecond } from '../support/workloads.js';
import '../support/properties.js';

const RATES: { readonly [words: string]: RateSpec } = {
  'its own rhythm': { kind: 'natural' },
  'as fast as it can': MAX,
  'a mean of its own rhythm': { kind: 'natural', mean: 40 },
  'a steady rate': perSecond(40),
  'arrivals by chance': { kind: 'poisson', options: { rate: 40 }, scale: 1 },
};
/** Events come often enough for a test, at any hour. */
const OPTIONS = {
  stock: { symbols: 5, tradesPerDay: 200_000, hours: 'always' },
  pizza: { stores: 2, ordersPerDay: 400_000, hours: 'always' },
  storefront: { stores: 2, ordersPerDay: 200_000 },
} as const;
const COUNT = 700;

const cases = Object.keys(OPTIONS).flatMap((generator) =>
  Object.keys(RATES).map((rate) => [generator, rate] as const),
);

/** How long ago it begins, and how long the machine takes for an event at most. */
const moments = fc.record({
  agoMs: fc.integer({ min: 1, max: 12_000 }),
  slowMs: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 5, noNaN: true })),
});

describe('a source that begins in the past', () => {
  test.for(cases)('%s with %s makes the same events wherever it goes live', async ([generator, words]) => {
    const rate = RATES[words]!;
    const options = OPTIONS[generator as keyof typeof OPTIONS];
    const of = (more: Pick<Past, 'agoMs' | 'costMs' | 'startAt'>) =>
      driven({ generator, rate, options, count: COUNT, ...more });
    await fc.assert(
      fc.asyncProperty(moments, async ({ agoMs, slowMs }) => {
        const start = NOW - agoMs;
        const { events, backfill } = await of({ agoMs, costMs: (n) => slowMs * ((n % 7) / 7) });
        // One whose past is all there is: it never comes to a seam.
        const whole = await of({ agoMs, startAt: NOW + 1e9, costMs: () => 0 });
        expect(whole.events.at(-1)!.past).toBe(true);
        expect(events.map(({ text, timestamp }) => [text, timestamp])).toEqual(
          whole.events.map(({ text, timestamp }) => [text, timestamp]),
        );
        const live = events.filter(({ past }) => !past);
        expect(backfill.liveFrom === undefined).toBe(live.length === 0);
        expect(backfill.events).toBe(events.length - live.length);
        for (const [n, { past, timestamp, dueAt, madeAt }] of events.entries()) {
          // The past comes first, in the order of its times, and nothing of it from the future.
          expect(past || n >= backfill.events).toBe(true);
          expect(timestamp).toBeGreaterThanOrEqual(events[n - 1]?.timestamp ?? start);
          if (past) expect(timestamp).toBeLessThanOrEqual(madeAt);
          else {
            expect(Math.floor(dueAt)).toBe(timestamp);
            expect(dueAt).toBeGreaterThan(backfill.liveFrom!);
          }
        }
      }),
      { numRuns: 5 },
    );
  });

  test('has its past made at a rate of its own, if asked to', async () => {
    const { events, backfill } = await driven({
      generator: 'stock',
      rate: perSecond(10),
      agoMs: 60_000,
      time: { fillPerSecond: 1000 },
      costMs: () => 0.01,
      count: 800,
    });
    // While 600 events are made in 0.6 s, six more have happened.
    expect(backfill).toMatchObject({ start: NOW - 60_000, events: 606 });
    const gaps = events.slice(1, 600).map(({ dueAt }, n) => dueAt - events[n]!.dueAt);
    for (const gap of gaps) expect(gap).toBeCloseTo(1, 3);
    expect(events[700]!.dueAt - events[699]!.dueAt).toBeCloseTo(100, 3);
  });

  test('refuses to have it made more slowly than it grows, which would never end', async () => {
    const slow = { generator: 'stock', agoMs: 1000, costMs: () => 0, count: 1 };
    await expect(driven({ ...slow, rate: perSecond(50), time: { fillPerSecond: 20 } })).rejects.toThrow(
      /time\.fillRate: expected more than the 50\/s .*, got 20\/s, .* raise it/,
    );
    await expect(
      driven({ ...slow, rate: { kind: 'natural', mean: 50 }, time: { fillPerSecond: 50 } }),
    ).rejects.toThrow(/fillRate: expected more than the 50\/s/);
  });

  test('sells shares only while its exchange is open, as its calendar is the real one', async () => {
    const { events } = await driven({
      generator: 'stock',
      rate: { kind: 'natural' },
      options: { symbols: 2, tradesPerDay: 300 },
      agoMs: 5 * 86_400_000,
      costMs: () => 0,
      count: 5000,
    });
    const clock = new Intl.DateTimeFormat('en-US', {
      timeZone: 'America/New_York',
      hourCycle: 'h23',
      hour: '2-digit',
      minute: '2-digit',
      weekday: 'short',
    });
    const times = new Set(events.map(({ timestamp }) => clock.format(timestamp)));
    for (const time of times) {
      expect(time).not.toMatch(/Sat|Sun/);
      const [, hour, minute] = /(\d\d):(\d\d)/.exec(time)!;
      const minutes = 60 * Number(hour) + Number(minute);
      expect(minutes >= 9 * 60 + 30 && minutes <= 16 * 60).toBe(true);
    }
    expect(events.some(({ past }) => past) && events.some(({ past }) => !past)).toBe(true);
  });
});
