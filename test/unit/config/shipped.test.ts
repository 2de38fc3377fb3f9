import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { configFiles } from '../../../src/config/files.js';
import { listProfiles, listWorkloads, loadProfile, loadWorkload } from '../../../src/config/load.js';
import { checkOptions } from '../../../src/config/options.js';
import { loadPlan } from '../../../src/config/plan.js';
import { PROFILE_SCHEMA } from '../../../src/config/profile-settings.js';
import { loadPart } from '../../../src/parts.js';
import { loadRate, meanPerSecond } from '../../../src/rate.js';
import { parseFaults } from '../../../src/sandbox/faults.js';
import type { GeneratorPart } from '../../../src/types.js';
import { fileWith, mistakesOf } from './folder.js';

const PROFILES =
  'async durable fire-and-forget gzip kafkajs low-latency lz4 snappy sync throughput zstd'.split(' ');
const WORKLOADS = ['demo', 'lunch-rush', 'smoke', 'stock-steady'];

describe('the profiles that ship', () => {
  it('are at least those that the documentation names, each with a sentence about itself', async () => {
    const listed = await listProfiles();
    expect(listed.map(({ name }) => name)).toEqual(expect.arrayContaining(PROFILES));
    for (const { name, doc } of listed) expect(doc, name).toMatch(/^[A-Z].{10,120}[^.]$/);
  });

  it('hold only what differs from the defaults', async () => {
    for (const { name, path } of await configFiles('profiles')) {
      const { settings } = await loadProfile(name);
      const { doc: _, ...written } = JSON.parse(readFileSync(path, 'utf8')) as { [key: string]: unknown };
      for (const key of Object.keys(written) as (keyof typeof settings)[]) {
        expect(settings[key], `${name}.${key}`).not.toBe(PROFILE_SCHEMA[key].default);
      }
    }
  });

  it('promise what their names say', async () => {
    const settings = async (name: string) => (await loadProfile(name)).settings;
    expect(await settings('async')).toMatchObject({
      driver: 'kafka',
      acks: 'all',
      idempotent: true,
      mode: 'async',
      guards: true,
    });
    expect(await settings('sync')).toMatchObject({ mode: 'sync', acks: 'all', lingerMs: 0 });
    expect(await settings('durable')).toMatchObject({ acks: 'all', idempotent: true });
    expect(await settings('fire-and-forget')).toMatchObject({ acks: 0, idempotent: false });
    expect(await settings('kafkajs')).toMatchObject({ driver: 'kafkajs', acks: 'all', inFlightMax: 1 });
    for (const codec of ['gzip', 'snappy', 'lz4', 'zstd'])
      expect((await settings(codec)).compression).toBe(codec);
  });
});

describe('the workloads that ship', () => {
  it('are at least those that the documentation names, each with a sentence about itself', async () => {
    const listed = await listWorkloads();
    expect(listed.map(({ name }) => name)).toEqual(expect.arrayContaining(WORKLOADS));
    for (const { name, doc } of listed) expect(doc, name).toMatch(/^[A-Z].{10,120}[^.]$/);
  });

  it('end by themselves, and ask for no more than some hundreds of events a second', async () => {
    for (const { name } of await listWorkloads()) {
      const { limits, sources } = await loadWorkload(name);
      expect(Object.keys(limits).length, name).toBeGreaterThan(0);
      let total = 0;
      for (const { rate } of sources) {
        const loaded = await loadRate(rate);
        expect(loaded, name).toBeDefined();
        if (loaded !== undefined) total += meanPerSecond(loaded, limits.durationMs ?? 10_000);
      }
      expect(total, name).toBeGreaterThanOrEqual(10);
      expect(total, name).toBeLessThan(1000);
    }
  });

  it('name generators that are there and options that these have', async () => {
    for (const { name } of await listWorkloads()) {
      for (const source of (await loadWorkload(name)).sources) {
        const part = await loadPart<GeneratorPart>('generators', source.generator);
        checkOptions(part.options ?? {}, source.options, `${name}.${source.name}`);
      }
    }
  });

  it('have the sources stock and pizza in the demo, which runs sixty times as fast as life', async () => {
    const { sources, limits } = await loadWorkload('demo');
    expect(sources.map(({ name }) => name)).toEqual(['stock', 'pizza']);
    for (const { time } of sources) expect(time).toEqual({ kind: 'live', speed: 60 });
    expect(limits.durationMs).toBeLessThanOrEqual(30_000);
  });
});

describe('a plan', () => {
  const request = { workload: 'stock-steady', profiles: ['async'], flags: {}, env: {} };

  it('is all that a command line asks for', async () => {
    const flags = { rate: ['100/s'], set: ['lingerMs=7'], driver: 'null', count: '9', profile: 'sync,async' };
    const plan = await loadPlan({ ...request, flags });
    expect(plan.profiles.map(({ name, settings }) => [name, settings.lingerMs, settings.driver])).toEqual([
      ['sync', 7, 'null'],
      ['async', 7, 'null'],
    ]);
    expect(plan.workload.limits).toEqual({ count: 9 });
    expect(plan.workload.sources[0]?.rate).toEqual({ kind: 'constant', options: { rate: 100 }, scale: 1 });
    expect(plan.warnings).toEqual([expect.stringContaining('profile sync: mode sync waits for each record')]);
  });

  it('has the mistakes of flags, environment, profiles, workload and generators in one error', async () => {
    const profile = fileWith('mine.json', { acks: 2 });
    const sources = {
      a: { generator: 'stok', serializer: 'jsn' },
      b: { generator: 'stock', options: { symbol: 3 } },
    };
    const workload = fileWith('load.json', { sources });
    const flags = { profile, duration: '5', driver: 'kafk', rate: ['c=1/s'] };
    const lines = await mistakesOf(() =>
      loadPlan({ ...request, workload, flags, env: { EVENTMILL_X: '1' } }),
    );
    expect(lines.map((line) => line.split(': ', 2).join(': '))).toEqual([
      'EVENTMILL_X: not a variable of eventmill; expected one of EVENTMILL_BROKERS, EVENTMILL_PROFILE, EVENTMILL_RATE, EVENTMILL_DURATION, EVENTMILL_COUNT, EVENTMILL_BYTES, EVENTMILL_SEED, EVENTMILL_TOPIC, EVENTMILL_KEY, EVENTMILL_BACKFILL, EVENTMILL_DISORDER, EVENTMILL_MANIFEST, EVENTMILL_DIGEST, EVENTMILL_EXPECT_DIGEST, EVENTMILL_PARTITIONS, EVENTMILL_REPLICATION_FACTOR, EVENTMILL_CREATE_TOPICS, EVENTMILL_DRIVER, EVENTMILL_SET, EVENTMILL_METRICS_PORT, EVENTMILL_METRICS_HOST, EVENTMILL_METRICS_HOLD, EVENTMILL_METRICS_FILE, EVENTMILL_PUSHGATEWAY, EVENTMILL_VERIFY, EVENTMILL_SHOW, EVENTMILL_SUMMARY, EVENTMILL_QUIET, EVENTMILL_COLOR, EVENTMILL_LOG_LEVEL, EVENTMILL_OUT, EVENTMILL_ENVELOPE, EVENTMILL_SANDBOX_FAULT, EVENTMILL_SANDBOX_NODES, EVENTMILL_SANDBOX_MIN_INSYNC_REPLICAS, EVENTMILL_SANDBOX_MEMORY, EVENTMILL_REPORTER, EVENTMILL_WORKERS, EVENTMILL_SHARD, EVENTMILL_COMMAND_CONFIG',
      '--duration: expected a duration from 0 to 3650d (such as 500ms, 30s or 1m30s), got "5"; add a unit',
      `${profile}: acks`,
      expect.stringMatching(/^--driver: expected one of .*, or a path, got "kafk"; nearest$/),
      '--rate: expected a source of load, one of a, b, got "c"; nearest',
      `${workload}: sources.a.serializer`,
      `${workload}: sources.a.generator`,
      `${workload}: sources.b.options.symbol`,
    ]);
  });

  describe('reads faults', () => {
    const sources = { a: { generator: 'stock' } };
    const faults = ['produce:dalay=5ms', 'broker:gone=5s,node=2'];
    const checkFaults = (specs: readonly string[], nodes: number) => void parseFaults(specs, nodes);

    it('of the workload and of the flags, with all other mistakes, each where it stands', async () => {
      const workload = fileWith('load.json', { sources, faults });
      const flags = { duration: '5', sandboxFault: ['produce:drop', 'x:drop'] };
      const lines = await mistakesOf(() => loadPlan({ ...request, workload, flags, checkFaults }));
      expect(lines).toEqual([
        expect.stringContaining('--duration: '),
        expect.stringContaining(`${workload}: faults: fault "produce:dalay=5ms": expected a fault`),
        expect.stringContaining(
          `${workload}: faults: fault "broker:gone=5s,node=2": node: expected broker 1`,
        ),
        expect.stringContaining('--sandbox-fault: fault "x:drop": expected an API'),
      ]);
    });

    it('for as many brokers as are asked for', async () => {
      const workload = fileWith('load.json', { sources, faults: [faults[1]] });
      const { workload: read } = await loadPlan({
        ...request,
        workload,
        flags: { sandboxNodes: '2' },
        checkFaults,
      });
      expect(read.faults).toEqual(['broker:gone=5s,node=2']);
    });

    it('and says so when a real Kafka will know nothing of them', async () => {
      const workload = fileWith('load.json', { sources, faults: ['produce:drop'] });
      const flags = { brokers: 'localhost:9092' };
      const { warnings } = await loadPlan({ ...request, workload, flags, checkFaults });
      expect(warnings).toEqual([expect.stringMatching(/^the workload's faults are only for the sandbox/)]);
      const more = { ...flags, sandboxFault: ['produce:drop'], sandboxNodes: '3' };
      const lines = await mistakesOf(() => loadPlan({ ...request, workload, flags: more, checkFaults }));
      expect(lines.map((line) => line.split(':')[0])).toEqual(['--sandbox-fault', '--sandbox-nodes']);
    });
  });

  it('refuses more replicas in sync than there can be, and any beside a real Kafka', async () => {
    const workload = fileWith('load.json', { sources: { a: { generator: 'stock' } } });
    const told = (flags: object) => mistakesOf(() => loadPlan({ ...request, workload, flags: { ...flags } }));
    const least = { sandboxMinInsyncReplicas: '3' };
    expect(await told({ ...least, sandboxNodes: '2' })).toEqual([
      '--sandbox-min-insync-replicas: expected at most 2, the replicas of each partition with 2 nodes, got 3; ' +
        'lower it or raise --sandbox-nodes',
    ]);
    expect(await told({ ...least, brokers: 'localhost:9092' })).toEqual([
      '--sandbox-min-insync-replicas: a real Kafka (--brokers) has its own; leave out one of the two',
    ]);
    await loadPlan({ ...request, workload, flags: { ...least, sandboxNodes: '3' } });
  });

  it('refuses a topic that becomes too long with the name of a profile', async () => {
    const workload = fileWith('load.json', {
      sources: { a: { generator: 'stock', topic: 'x'.repeat(246) } },
    });
    await loadPlan({ ...request, workload });
    const lines = await mistakesOf(() => loadPlan({ ...request, workload, profiles: ['async', 'zstd'] }));
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain('expected at most 249 characters in the topic');
  });
});
