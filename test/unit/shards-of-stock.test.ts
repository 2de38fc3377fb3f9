import { describe, expect, it } from 'vitest';
import stock from '../../generators/stock.js';
import { prepareSources } from '../../src/prepare.js';
import { createRandom } from '../../src/random.js';
import { ownsKey } from '../../src/shard.js';
import type { Feed, ModelTime, RateSpec, Workload } from '../../src/types.js';

const TIME: ModelTime = { kind: 'simulated', pace: 'own', start: Date.UTC(2024, 2, 4), speed: 1 };
const options = {
  symbols: 12,
  tradesPerDay: 300,
  hours: 'exchange',
  splits: true,
  dividends: true,
  newsPerYear: 500,
};
const open = (index?: number): Feed =>
  stock.create({
    options,
    random: createRandom(5),
    time: TIME,
    ...(index === undefined ? {} : { owns: ownsKey({ index, of: 3 }) }),
  });

/** Events until a time, as texts, by symbol. */
function bySymbol(feed: Feed, until: number): Map<number, string[]> {
  const events = new Map<number, string[]>();
  while (feed.nextAt!() < until) {
    const { value } = feed.next(0) as { value: { symbol: number } };
    events.set(value.symbol, [...(events.get(value.symbol) ?? []), JSON.stringify(value)]);
  }
  return events;
}

describe('a stock feed that leaves out the symbols of other shards', () => {
  const until = TIME.start + 3 * 86_400_000;

  it('makes of its own ones exactly what the whole feed makes', () => {
    const whole = bySymbol(open(), until);
    const parts = [0, 1, 2].map((index) => bySymbol(open(index), until));
    expect(whole.size).toBe(12);
    expect(parts.reduce((sum, { size }) => sum + size, 0)).toBe(12);
    for (const part of parts) for (const [symbol, events] of part) expect(events).toEqual(whole.get(symbol));
  });

  it('is asked to only where the events of others count for nothing', async () => {
    const asked = async (rate: RateSpec, more: Partial<Workload> = {}, key = 'id') => {
      let owns: unknown;
      const part = {
        doc: 'x',
        topic: 't',
        key: 'id',
        create(context: { owns?: unknown }) {
          owns = context.owns;
          return { next: () => ({ value: { id: 1 }, timestamp: 0 }), nextAt: () => 0, perSecond: 1 };
        },
      };
      const source = {
        name: 's',
        generator: 's',
        part,
        serializer: 'json',
        key,
        rate,
        time: { kind: 'live' as const },
        options: {},
      };
      const workload = { name: 'w', doc: '', seed: 1, limits: {}, faults: [], sources: [source], ...more };
      const [prepared] = await prepareSources(workload, createRandom(1), { index: 0, of: 2 });
      prepared!.open();
      const own = owns !== undefined;
      prepared!.openAgain();
      expect(owns).toBe(undefined);
      return own;
    };
    expect(await asked({ kind: 'max' })).toBe(true);
    expect(await asked({ kind: 'natural' })).toBe(true);
    expect(await asked({ kind: 'max' }, { limits: { count: 10 } })).toBe(false);
    expect(await asked({ kind: 'constant', options: { rate: 5 }, scale: 1 })).toBe(false);
    expect(await asked({ kind: 'max' }, {}, 'venue')).toBe(false);
  });
});
