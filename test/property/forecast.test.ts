/** Whatever is valid can be planned, nothing is sent for it, and a run then does what the plan said. */
import net from 'node:net';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { systemClock } from '../../src/clock.js';
import { readProfile } from '../../src/config/load.js';
import { Mistakes } from '../../src/config/mistakes.js';
import { readWorkload } from '../../src/config/workload.js';
import { type Forecast, forecast } from '../../src/forecast/forecast.js';
import { forecastText } from '../../src/forecast/text.js';
import { run, startRun } from '../../src/run.js';
import type { Clock, Profile, Workload, WorkloadSource } from '../../src/types.js';
import { settle, VirtualClock } from '../support/virtual-clock.js';

const rate = fc.oneof(
  fc.integer({ min: 1, max: 3000 }).map((perSecond) => `${perSecond}/s`),
  fc.constantFrom('max', 'natural'),
  fc.record({ kind: fc.constant('natural'), mean: fc.constantFrom('5/s', '400/s') }),
  fc.record({
    kind: fc.constant('ramp'),
    from: fc.constantFrom('0/s', '200/s'),
    to: fc.constantFrom('1/s', '900/s'),
    over: fc.constantFrom('1s', '20s'),
  }),
  fc.record({
    kind: fc.constant('sine'),
    mean: fc.constant('300/s'),
    amplitude: fc.constantFrom('0/s', '300/s'),
    period: fc.constantFrom('2s', '1m'),
  }),
  fc.constant({ kind: 'steps', steps: ['500/s for 1s', '0/s for 1s', '50/s'] }),
);
const time = fc.constantFrom<unknown>(
  'live',
  { speed: 60 },
  { start: '2024-01-08T15:00:00Z' },
  { start: '2024-01-08T15:00:00Z', until: '2024-01-08T15:20:00Z' },
  { start: '2024-01-08T15:00:00Z', until: '2024-01-08T15:20:00Z', speed: 300 },
);
const source = fc.record(
  {
    generator: fc.constantFrom('stock', 'pizza'),
    rate,
    time,
    key: fc.constant(null),
    valueBytes: fc.constantFrom(300, 5000),
  },
  { requiredKeys: ['generator', 'rate'] },
);
const workload = fc.record(
  {
    sources: fc.dictionary(fc.constantFrom('a', 'b', 'c'), source, { minKeys: 1 }),
    seed: fc.integer({ min: 0, max: 1000 }),
    duration: fc.constantFrom('100ms', '3s'),
    count: fc.integer({ min: 1, max: 2000 }),
    bytes: fc.constantFrom(1, '100KiB'),
  },
  { requiredKeys: ['sources', 'duration'] },
);
const profile = fc.record(
  {
    acks: fc.constantFrom(0, 1, 'all'),
    idempotent: fc.boolean(),
    mode: fc.constantFrom('async', 'sync'),
    compression: fc.constantFrom('none', 'gzip', 'lz4', 'snappy', 'zstd'),
    lingerMs: fc.constantFrom(0, 5, 50),
    batchBytes: fc.constantFrom(100, '4KiB', '1MiB'),
    batchRecords: fc.constantFrom(1, 10),
    whenFull: fc.constantFrom('wait', 'drop', 'fail'),
    retriesMax: fc.constantFrom(0, 3),
    driver: fc.constantFrom('kafka', 'kafkajs', 'null', 'stdout', 'file'),
  },
  { requiredKeys: [] },
);

/** Undefined for what a file may not say. */
async function valid(
  workloadJson: object,
  profileJson: object,
): Promise<{ workload: Workload; profile: Profile } | undefined> {
  const mistakes = new Mistakes();
  const read = await readWorkload(workloadJson, 'any', 'any.json', 0, mistakes);
  const file = { name: 'any', path: 'any.json', label: 'any.json' };
  const loaded = await readProfile(file, profileJson, { label: String, values: {} }, mistakes);
  return mistakes.count > 0 ? undefined : { workload: read!, profile: loaded! };
}

const plan = ({ workload: planned, profile: by }: { workload: Workload; profile: Profile }, clock: Clock) =>
  forecast({ workload: planned, profiles: [by], brokers: [], clock });

describe('any valid workload and profile', () => {
  it('is planned without a connection, in figures that belong together, and in words', async () => {
    const connect = vi.spyOn(net.Socket.prototype, 'connect');
    onTestFinished(() => connect.mockRestore());
    let planned = 0;
    await fc.assert(
      fc.asyncProperty(workload, profile, async (workloadJson, profileJson) => {
        const given = await valid(workloadJson, profileJson);
        if (given === undefined) return;
        const told = await plan(given, systemClock);
        planned++;
        const isFormula = ({ rate: { kind }, time: { kind: of, speed } }: WorkloadSource) =>
          kind !== 'natural' && !(of === 'simulated' && speed !== undefined);
        holdsTogether(told, given.profile, given.workload.sources.every(isFormula));
        expect(forecastText(told, { framed: true, color: false, width: 80 })).toContain('nothing is sent');
        expect(JSON.parse(JSON.stringify(told))).toEqual(told);
      }),
      { numRuns: 60 },
    );
    expect(planned).toBeGreaterThan(20);
    expect(connect).not.toHaveBeenCalled();
  }, 60_000);
});

/** What a model has at its very first moment is in no span of time. */
const MODEL_OPENING = 200;

function holdsTogether(told: Forecast, { settings }: Profile, formulas: boolean): void {
  const sum = (values: readonly number[]) => values.reduce((before, value) => before + value, 0);
  expect(sum(told.sources.map(({ share }) => share))).toBeCloseTo(1);
  if (told.rate !== null && told.records !== null) {
    const { perSecond, spanSeconds } = told.rate;
    const planned = sum(perSecond) * spanSeconds;
    const slack = 2 + told.sources.length;
    expect(planned).toBeGreaterThan(told.records - slack - told.sources.length * MODEL_OPENING);
    // Events of a model may come at the same moment, and a limit may lie among them.
    if (formulas) expect(planned).toBeLessThan(told.records + slack);
    expect(Math.min(...perSecond)).toBeGreaterThanOrEqual(0);
  }
  const [{ batch, compressionRatio, waitMs }] = told.profiles as [Forecast['profiles'][0]];
  expect(batch.records).toBeGreaterThanOrEqual(0.999);
  expect(batch.records).toBeLessThanOrEqual(settings.batchRecords + 1e-6);
  // A record that is larger than a batch travels alone, with some framing; a codec makes room for more.
  const largest = Math.max(...told.sources.map(({ recordBytes }) => recordBytes.max)) + 100;
  const packed = settings.compression === 'none' ? 0 : Math.min(1_000_000, 16 * settings.batchBytes);
  expect(batch.bytes).toBeLessThanOrEqual(Math.max(settings.batchBytes, largest, packed));
  expect(compressionRatio).toBeGreaterThan(0.5);
  expect(waitMs).toBeLessThanOrEqual(settings.lingerMs);
}

describe('a run in virtual time', () => {
  /** Of a rate in time; without limits but the duration, so that all of it comes to pass. */
  const paced = fc.record({
    generator: fc.constantFrom('stock', 'pizza'),
    rate: rate.filter((one) => one !== 'max'),
  });
  const async = fc.record({
    driver: fc.constant('null'),
    compression: fc.constantFrom('none', 'none', 'lz4'),
    lingerMs: fc.constantFrom(0, 5, 50),
    batchBytes: fc.constantFrom('4KiB', '64KiB'),
  });

  it('makes the records that the plan foretold, in batches at least as full', async () => {
    await fc.assert(
      fc.asyncProperty(paced, async, async (sourceJson, profileJson) => {
        const given = await valid({ sources: { a: sourceJson }, duration: '5s' }, profileJson);
        // From the same moment on: what a model does depends on the hour, and what a plan measures on how busy the machine is.
        const told = await plan(given!, new VirtualClock());
        const done = await inVirtualTime(given!);
        expect(Math.abs(done.due - told.records!)).toBeLessThanOrEqual(1);
        if (done.due < 100) return;
        const { batch, wireBytes } = told.profiles[0]!;
        // Rates that swell and ebb fill batches at their peak, which the mean does not know.
        expect(done.due / done.batches).toBeGreaterThan(0.85 * batch.records);
        expect(done.wireBytes).toBeLessThan(1.1 * wireBytes!);
        // Virtual time goes on while a codec works in real threads, and batches fill meanwhile: the more, the busier the machine.
        if (profileJson.compression !== 'none') return;
        // Trades of one symbol come in clusters, which fills batches more than an even flow would. Without a linger the next turn of the loop sends what the last one made, which no rate tells.
        const lingers = profileJson.lingerMs > 0;
        if (lingers && typeof sourceJson.rate === 'string' && sourceJson.rate !== 'natural') {
          expect(done.due / done.batches).toBeLessThan(1.6 * batch.records + 1);
          expect(done.wireBytes).toBeGreaterThan(0.5 * wireBytes!);
        }
      }),
      { numRuns: 15 },
    );
  }, 60_000);
});

describe('a run at full speed into the sandbox', () => {
  it.each(['none', 'lz4', 'zstd'])(
    'fills its batches as the plan foretold, with compression %s',
    async (compression) => {
      const sources = { ticks: { generator: 'stock', rate: 'max' } };
      // So long a linger that nothing but their size closes batches.
      const settings = { compression, batchBytes: '16KiB', lingerMs: 10_000 };
      // So many that the first batches, made before a codec told anything, hardly count: how many those are depends on how busy the machine is.
      const records = 500_000;
      const given = (await valid({ sources, count: records }, settings))!;
      const [told] = (await plan(given, systemClock)).profiles as [Forecast['profiles'][0]];
      const { snapshot } = await run({ workload: given.workload, profiles: [given.profile] });
      const done = snapshot.profiles[0]!;
      expect(done.profile.acked).toBe(records);
      const ratioOf = (seen: number, foretold: number) => seen / foretold;
      expect(ratioOf(records / done.profile.batches, told.batch.records)).toBeGreaterThan(0.85);
      expect(ratioOf(records / done.profile.batches, told.batch.records)).toBeLessThan(1.15);
      expect(ratioOf(done.profile.wireBytes, told.wireBytes!)).toBeGreaterThan(0.85);
      expect(ratioOf(done.profile.wireBytes, told.wireBytes!)).toBeLessThan(1.1);
      // It takes about batchBytes as it is sent.
      expect(told.batch.bytes / told.compressionRatio / 16_384).toBeGreaterThan(0.85);
      expect(told.batch.bytes / told.compressionRatio / 16_384).toBeLessThan(1);
    },
    60_000,
  );
});

async function inVirtualTime({ workload: planned, profile: by }: { workload: Workload; profile: Profile }) {
  const clock = new VirtualClock();
  const run = await startRun({ workload: planned, profiles: [by], clock });
  let over = false;
  const done = run.done.finally(() => {
    over = true;
  });
  while (!over) {
    await clock.advance(100);
    await settle();
  }
  return (await done).snapshot.profiles[0]!.profile;
}
