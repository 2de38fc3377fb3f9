import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadWorkload } from '../../../src/config/load.js';
import { weightOf } from '../../../src/rate.js';
import { fileWith, mistakesOf } from './folder.js';

const NOW = Date.UTC(2026, 5, 1);
const load = (content: unknown) => loadWorkload(fileWith('mine.json', content), NOW);

describe('a workload', () => {
  it('is completed with defaults and frozen all the way down', async () => {
    const workload = await load({ sources: { ticks: { generator: 'stock' } } });
    expect(workload).toEqual({
      name: 'mine',
      doc: '',
      seed: 1,
      limits: {},
      faults: [],
      sources: [
        {
          name: 'ticks',
          generator: 'stock',
          serializer: 'json',
          rate: { kind: 'constant', options: { rate: 50 }, scale: 1 },
          time: { kind: 'live', speed: 1 },
          options: {},
        },
      ],
    });
    expect(Object.isFrozen(workload.sources[0]?.time) && Object.isFrozen(workload.limits)).toBe(true);
  });

  it('keeps all that it says', async () => {
    const workload = await load({
      doc: 'All',
      seed: 9,
      duration: '1m30s',
      count: '200k',
      bytes: '1MiB',
      faults: ['produce:delay=50ms'],
      sources: {
        a: {
          generator: 'stock',
          topic: 'ticks',
          key: null,
          serializer: 'json',
          rate: { kind: 'ramp', from: '10/s', to: '1k/s', over: '30s' },
          time: { start: '-30d', until: 'now', speed: 60 },
          valueBytes: '2KiB',
          options: { symbols: ['A', 'B'] },
        },
        b: { generator: 'stock', key: 'symbol', rate: 'max', time: { speed: 60 } },
        c: { generator: 'stock', rate: { kind: 'natural', mean: '10/s' }, time: { start: '2024-01-02' } },
      },
    });
    expect(workload).toMatchObject({
      doc: 'All',
      seed: 9,
      limits: { durationMs: 90_000, count: 200_000, bytes: 1_048_576 },
      faults: ['produce:delay=50ms'],
    });
    const [a, b, c] = workload.sources;
    expect(a).toMatchObject({
      topic: 'ticks',
      key: null,
      rate: { kind: 'ramp', options: { from: 10, to: 1000, over: 30_000 }, scale: 1 },
      time: { kind: 'simulated', start: NOW - 30 * 86_400_000, until: NOW, speed: 60 },
      valueBytes: 2048,
      options: { symbols: ['A', 'B'] },
    });
    expect(b).toMatchObject({ key: 'symbol', rate: { kind: 'max' }, time: { kind: 'live', speed: 60 } });
    expect(b?.rate !== undefined && weightOf(b.rate)).toBe(1);
    expect(c?.rate).toEqual({ kind: 'natural', mean: 10 });
    expect(c?.time).toEqual({ kind: 'simulated', start: Date.UTC(2024, 0, 2) });
  });

  it('reads a past that runs into the present', async () => {
    const time = { start: '-7d', until: 'live', fillRate: '20k/s', speed: 60 };
    const [one] = (await load({ sources: { one: { generator: 'stock', time } } })).sources;
    const start = NOW - 7 * 86_400_000;
    expect(one?.time).toEqual({ kind: 'backfill', start, fillPerSecond: 20_000, speed: 60 });
  });

  it.each([
    [
      { until: 'live' },
      /time: expected "start" beside "until": "live", such as "-7d", got \{"until":"live"\}/,
    ],
    [{ start: '+1d', until: 'live' }, /time: expected "start" to lie in the past, got "\+1d"/],
    [{ start: '-1d', until: 'live', fillRate: 5 }, /time: fillRate: expected a rate .*, got 5/],
    [{ start: '-1d', until: 'live', fillRate: '0/s' }, /time: expected "fillRate" to be above zero/],
    [{ start: '-1d', fillRate: '5/s' }, /time: expected "until": "live" beside "fillRate"/],
  ])('tells what is wrong with the past %j', async (time, problem) => {
    await expect(load({ sources: { one: { generator: 'stock', time } } })).rejects.toThrow(problem);
  });

  it('tells all that is wrong with a time at once', async () => {
    const time = { start: 'yesterday', speed: -1, until: '2024-99-99', fillRate: '5/s', untill: 1 };
    const path = fileWith('mine.json', { sources: { one: { generator: 'stock', time } } });
    const lines = await mistakesOf(() => loadWorkload(path, NOW));
    const has = (words: string) => lines.filter((line) => line.includes(words));
    for (const words of [
      'a speed above zero',
      'got "yesterday"',
      'got "2024-99-99"',
      '"until": "live" beside',
      'nearest: until',
    ])
      expect(has(words), words).toHaveLength(1);
    expect(lines).toHaveLength(5);
    const filled = fileWith('filled.json', {
      sources: {
        one: { generator: 'stock', time: { start: '+1d', until: 'live', speed: 0, fillRate: '0/s' } },
      },
    });
    expect(await mistakesOf(() => loadWorkload(filled, NOW))).toHaveLength(3);
  });

  it('with duration 0 has no limit in time', async () => {
    expect((await load({ duration: '0', sources: { a: { generator: 'stock' } } })).limits).toEqual({});
  });

  it('has every mistake told at once, each with its place', async () => {
    const path = fileWith('mine.json', {
      docs: 'x',
      seed: -1,
      duration: '30',
      count: 0,
      faults: ['', 3],
      sources: {
        a: { generator: 'stock', rate: 5, time: { speed: 0 }, topic: 'a b', valueByte: 3 },
        b: { generator: 'stock', rate: { kind: 'ramp', ovr: 3, from: '10' } },
        c: { rate: { kind: 'sine', mean: '1/s', amplitude: '2/s' }, key: 5 },
        d: {
          generator: 'stock',
          rate: { kind: 'steps', steps: ['1/s for 3', '4/s'] },
          time: { until: 'now' },
        },
        e: 7,
        'no way': { generator: 'stock' },
        f: { generator: 'stock', rate: { kind: 'max', mean: '1/s' }, time: { start: 'now', until: '-1d' } },
        g: { generator: 'stock', rate: { kind: 'natural', mean: '0/s' }, time: { speeed: 2 } },
        h: { generator: 'stock', rate: { kind: 5 }, options: [] },
      },
    });
    const lines = await mistakesOf(() => loadWorkload(path, NOW));
    expect(lines.map((line) => line.replace(`${path}: `, ''))).toEqual([
      'docs: not a setting; nearest: doc',
      'seed: expected an integer from 0 to 9007199254740991, got -1; it cannot be negative',
      'duration: expected a duration from 0 to 3650d (such as 500ms, 30s or 1m30s), got "30"; add a unit: 30s or 30ms',
      'count: expected an integer from 1 to 9007199254740991, got 0',
      'faults: expected a fault such as "produce:delay=50ms", got ""',
      'faults: expected a fault such as "produce:delay=50ms", got 3',
      'sources.a.time: expected a speed above zero, up to 1e9, got 0',
      expect.stringMatching(/^sources\.a\.topic: expected a topic's name .* got "a b"; perhaps a_b$/),
      'sources.a.valueByte: not a setting; nearest: valueBytes',
      'sources.a.rate: expected a rate such as 500/s, 30/min or 10/h, max or natural, got 5; add a unit: "5/s"',
      'sources.b.rate.ovr: not an option; nearest: over',
      'sources.b.rate.from: expected a rate (such as 10/s) of at least 0/s, got "10"; add a unit: 10/s',
      `sources.c.key: expected a field's name, or null, got 5`,
      'sources.c.generator: expected the name of a generator, or a path, got nothing',
      'sources.c.rate: sine: expected an amplitude of at most the mean (1/s), got 2/s; a rate below zero cannot be',
      'sources.d.time: expected "start" beside "until", got {"until":"now"}',
      'sources.d.rate: steps: step 1: expected a duration such as 500ms, 30s, 1m30s or 2h, got "3"; add a unit: 3s or 3ms',
      'sources.e: expected an object with "generator", got 7',
      'sources: expected names of letters, digits, "_", "." and "-", got "no way"',
      'sources.f.time: expected "until" to be after "start", got "-1d"',
      'sources.f.rate.mean: max has no options',
      expect.stringMatching(/^sources\.g\.time: expected "live", .* got \{"speeed":2\}; nearest: speed$/),
      'sources.g.rate.mean: expected a rate above zero, got "0/s"',
      'sources.h.options: expected an object of options, got []',
      'sources.h.rate.kind: expected the kind of a rate, such as "ramp", got 5',
    ]);
  });

  it('needs at least one source', async () => {
    for (const content of [{}, { sources: {} }]) {
      expect(await mistakesOf(() => load(content))).toEqual([
        expect.stringContaining(
          'sources: expected at least one source, such as { "ticks": { "generator": "stock" } }',
        ),
      ]);
    }
    expect(await mistakesOf(() => load({ sources: [] }))).toEqual([
      expect.stringContaining('sources: expected an object of sources by name, got []'),
    ]);
  });

  it('finds a generator beside itself when its path leads nowhere from here', async () => {
    const path = fileWith('mine.json', {
      sources: { a: { generator: './own.mjs' }, b: { generator: './none.mjs' } },
    });
    const own = join(dirname(path), 'own.mjs');
    writeFileSync(own, '');
    const { sources } = await loadWorkload(path, NOW);
    expect(sources.map(({ generator }) => generator)).toEqual([own, './none.mjs']);
  });
});
