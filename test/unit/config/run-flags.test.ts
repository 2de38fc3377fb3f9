import { describe, expect, it } from 'vitest';
import { applyRunFlags, type WorkloadFlags } from '../../../src/config/run-flags.js';
import { loadRunSettings } from '../../../src/config/run-settings.js';
import { constantSpec, loadRate, maxSpec, meanPerSecond, weightOf } from '../../../src/rate.js';
import type { RateSpec, Workload } from '../../../src/types.js';
import { mistakesOf } from './folder.js';

const RAMP: RateSpec = { kind: 'ramp', options: { from: 0, to: 100, over: 10_000 }, scale: 1 };

function workload(rates: { readonly [source: string]: RateSpec }): Workload {
  const sources = Object.entries(rates).map(([name, rate]) => ({
    name,
    generator: name,
    serializer: 'json',
    rate,
    time: { kind: 'live' as const, speed: 1 },
    options: {},
  }));
  return { name: 'demo', doc: '', seed: 1, limits: { durationMs: 10_000, count: 5 }, faults: [], sources };
}

const demo = workload({ stock: constantSpec(150), pizza: constantSpec(50) });

/** Through the flags' own texts, as a command line would say it. */
const flags = (texts: { readonly [flag: string]: unknown }): WorkloadFlags => loadRunSettings(texts);

async function ratesOf(applied: Workload): Promise<{ [source: string]: number | string }> {
  const entries = applied.sources.map(async ({ name, rate }) => {
    const loaded = await loadRate(rate);
    const mean = rate.kind === 'natural' && 'mean' in rate ? rate.mean : undefined;
    return [name, loaded === undefined ? (mean ?? rate.kind) : meanPerSecond(loaded, 10_000)] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

describe('limits', () => {
  it.each([
    [{}, { durationMs: 10_000, count: 5 }],
    [{ count: '7' }, { count: 7 }],
    [{ duration: '1m' }, { durationMs: 60_000 }],
    [{ duration: '0' }, {}],
    [{ duration: '0', bytes: '1KiB' }, { bytes: 1024 }],
  ])('with %j are %j: one flag replaces all of the workload', async (texts, limits) => {
    expect((await applyRunFlags(demo, flags(texts))).limits).toEqual(limits);
  });
});

describe('rates', () => {
  it.each([
    ['are left alone without a flag', [], { stock: 150, pizza: 50 }],
    ['share a total in proportion', ['1000/s'], { stock: 750, pizza: 250 }],
    ['are set for one source alone', ['stock=10/s'], { stock: 10, pizza: 50 }],
    [
      'are set for one source, the others taking the rest of a total',
      ['1000/s', 'stock=900/s'],
      { stock: 900, pizza: 100 },
    ],
    ['take the last of several totals', ['1/s', '400/s'], { stock: 300, pizza: 100 }],
    ['become max for one source', ['stock=max'], { stock: 'max', pizza: 50 }],
  ])('%s', async (_, rate, expected) => {
    const applied = await ratesOf(await applyRunFlags(demo, flags({ rate })));
    for (const [source, value] of Object.entries(expected)) {
      if (typeof value === 'number') expect(applied[source]).toBeCloseTo(value, 9);
      else expect(applied[source]).toBe(value);
    }
  });

  it('become natural with as many events on the mean as before, so that a count is reached as soon', async () => {
    const applied = await applyRunFlags(demo, flags({ rate: 'natural' }));
    expect(applied.sources.map(({ rate }) => rate)).toEqual([
      { kind: 'natural', mean: 150 },
      { kind: 'natural', mean: 50 },
    ]);
    const one = await applyRunFlags(demo, flags({ rate: 'pizza=natural' }));
    expect(one.sources.map(({ rate }) => rate)).toEqual([constantSpec(150), { kind: 'natural', mean: 50 }]);
    const ramp = await applyRunFlags(workload({ a: RAMP }), flags({ rate: 'natural', duration: '10s' }));
    expect(ramp.sources[0]!.rate).toEqual({ kind: 'natural', mean: 50 });
  });

  it('become natural at the pace of their calendar, where they have a real one, and as fast as in life without any rate', async () => {
    const time = { kind: 'backfill' as const, start: 0 };
    const past = { ...demo, sources: demo.sources.map((source) => ({ ...source, time })) };
    const applied = await applyRunFlags(past, flags({ rate: 'natural' }));
    expect(applied.sources.map(({ rate }) => rate)).toEqual([{ kind: 'natural' }, { kind: 'natural' }]);
    const fast = await applyRunFlags(workload({ a: maxSpec() }), flags({ rate: 'natural' }));
    expect(fast.sources[0]!.rate).toEqual({ kind: 'natural' });
  });

  it('keep their proportion as shares under max, and from there under a total again', async () => {
    const fast = await applyRunFlags(demo, flags({ rate: 'max' }));
    expect(fast.sources.map(({ rate }) => rate.kind)).toEqual(['max', 'max']);
    expect(fast.sources.map(({ rate }) => weightOf(rate))).toEqual([0.75, 0.25]);
    expect(await ratesOf(await applyRunFlags(fast, flags({ rate: '200/s' })))).toEqual({
      stock: 150,
      pizza: 50,
    });
  });

  it('keep their shape when a total is asked for, with that mean over the run', async () => {
    const applied = await applyRunFlags(
      workload({ a: RAMP, b: constantSpec(50) }),
      flags({ rate: '200/s', duration: '10s' }),
    );
    expect(applied.sources[0]?.rate).toMatchObject({ kind: 'ramp', scale: 2 });
    expect(await ratesOf(applied)).toEqual({ a: 100, b: 100 });
  });

  it('of the model are scaled by what the model says of itself', async () => {
    const model = workload({ a: { kind: 'natural' }, b: { kind: 'natural', mean: 10 } });
    const applied = await applyRunFlags(model, flags({ rate: '400/s' }), () => 30);
    expect(applied.sources.map(({ rate }) => rate)).toEqual([
      { kind: 'natural', mean: 300 },
      { kind: 'natural', mean: 100 },
    ]);
  });

  it('of the only source are the total, whatever they were', async () => {
    const one = await applyRunFlags(workload({ a: { kind: 'natural' } }), flags({ rate: '5/s' }));
    expect(one.sources[0]?.rate).toEqual({ kind: 'natural', mean: 5 });
    expect(await ratesOf(await applyRunFlags(workload({ a: maxSpec() }), flags({ rate: '5/s' })))).toEqual({
      a: 5,
    });
  });

  it('that have no known share are told, with the remedy', async () => {
    const mixed = workload({ a: { kind: 'natural' }, b: constantSpec(10), c: maxSpec() });
    expect(await mistakesOf(() => applyRunFlags(mixed, flags({ rate: '400/s' })))).toEqual([
      '--rate 400/s: is shared in proportion, and the present rate of a (natural), c (max) is not known; ' +
        'say --rate SOURCE=RATE for each source',
    ]);
  });

  it('that leave nothing of a total are told', async () => {
    expect(await mistakesOf(() => applyRunFlags(demo, flags({ rate: ['100/s', 'stock=150/s'] })))).toEqual([
      '--rate 100/s: is the total over all sources, of which those with a rate of their own take 150/s and the ' +
        'others need some; leave one out or change it',
    ]);
    expect(await mistakesOf(() => applyRunFlags(demo, flags({ rate: ['100/s', 'stock=max'] })))).toEqual([
      '--rate stock=max: cannot be part of a total of 100/s; leave one out',
    ]);
  });
});

describe('sources in flags', () => {
  it('get topics and a seed', async () => {
    const applied = await applyRunFlags(demo, flags({ topic: ['pizza=orders'], seed: '9' }));
    expect(applied.seed).toBe(9);
    expect(applied.sources.map(({ topic }) => topic)).toEqual([undefined, 'orders']);
    expect(Object.isFrozen(applied.sources[1])).toBe(true);
  });

  it('get another key, or none', async () => {
    const applied = await applyRunFlags(demo, flags({ key: ['stock=venue', 'pizza=none'] }));
    expect(applied.sources.map(({ key }) => key)).toEqual(['venue', null]);
  });

  it('that the workload does not have are told together, with the nearest', async () => {
    const texts = { topic: ['piza=orders'], rate: ['stok=5/s'] };
    expect(await mistakesOf(() => applyRunFlags(demo, flags(texts)))).toEqual([
      '--topic: expected a source of demo, one of stock, pizza, got "piza"; nearest: pizza',
      '--rate: expected a source of demo, one of stock, pizza, got "stok"; nearest: stock',
    ]);
  });
});

describe('disorder', () => {
  const disorderOf = async (workloadGiven: Workload, ...texts: string[]) => {
    const { sources } = await applyRunFlags(workloadGiven, flags({ disorder: texts }));
    return Object.fromEntries(sources.map(({ name, disorder }) => [name, disorder]));
  };

  it('is laid over all sources, and over one after that, in whatever order it is said', async () => {
    expect(await disorderOf(demo, 'stock.late=0.02', 'late=1%,missing=0.5%', 'lateBy=2s')).toEqual({
      stock: { late: 0.02, missing: 0.005, lateByMs: 2000 },
      pizza: { late: 0.01, missing: 0.005, lateByMs: 2000 },
    });
  });

  it('is told wrong with its kind, its size, its source and its sum, all at once', async () => {
    expect(await mistakesOf(() => loadRunSettings({ disorder: ['lat=1', 'late=2', 'skewBy=2h'] }))).toEqual([
      expect.stringMatching(/^--disorder: expected one of late, .*, got "lat"; nearest: late$/),
      '--disorder: late: expected a probability from 0 to 1, such as 0.01 or 1%, got "2"',
      expect.stringMatching(/^--disorder: skewBy: expected a duration from 1ms to 59m .*, got "2h"$/),
    ]);
    expect(
      await mistakesOf(() => disorderOf(demo, 'stok.late=0.1', 'late=0.4', 'stock.missing=0.2')),
    ).toEqual([
      expect.stringMatching(/^--disorder: expected a source of demo, .* got "stok"; nearest: stock$/),
      '--disorder: source stock: expected late, outOfOrder, missing to sum up to 0.5 at most, got 0.6; other events must take their place',
    ]);
    expect(await mistakesOf(() => disorderOf(demo, 'malformed=0.6,tombstone=0.6'))).toEqual([
      '--disorder: source stock: expected probabilities that sum up to 1 at most, got 1.2',
      '--disorder: source pizza: expected probabilities that sum up to 1 at most, got 1.2',
    ]);
  });
});
