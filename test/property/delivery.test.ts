/** Any profile over any misbehaviour of the cluster: what must hold of every record, whatever happens to it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Dial } from '../../src/dial.js';
import { Lane } from '../../src/lane.js';
import { MaxPace, RatePace } from '../../src/pace.js';
import { createRandom } from '../../src/random.js';
import { Source } from '../../src/source.js';
import type { Feed, ProfileSettings } from '../../src/types.js';
import { BrokerModel, type Compression, FAULTS, type Fault, type Move } from '../support/broker-model.js';
import { SETTINGS } from '../support/pipeline.js';
import { VirtualClock } from '../support/virtual-clock.js';

const RUNS = Number(process.env['DELIVERY_RUNS'] ?? 1000);
const PARTITIONS = 3;
const LEADERS = 2;
const RECORD_BYTES = 20;
/** What a batch's first record adds besides itself. */
const BATCH_BYTES = 61;
const REQUEST_TIMEOUT_MS = 300;
/** For the answer to what is under way when time is over. */
const SLACK_MS = 1000;
/** From then on nobody touches the dial. */
const TURNED_MS = 800;

interface Case {
  readonly settings: ProfileSettings;
  readonly count: number;
  /** Records per second; 0 is max. */
  readonly rate: number;
  /** How many keys there are; 0: records have none. */
  readonly keys: number;
  readonly faults: readonly Fault[];
  readonly moves: readonly Move[];
  readonly compressions: readonly Compression[];
  /** The number of the record that cannot be written. */
  readonly throwsAt: number;
  readonly end: { readonly how: string; readonly atMs: number };
  /** What a hand does to the rate before it leaves it as configured. */
  readonly turns: readonly { readonly atMs: number; readonly factor: number }[];
}

const settings: fc.Arbitrary<ProfileSettings> = fc
  .record({
    acks: fc.constantFrom(0, 1, 'all' as const, 'all' as const, 'all' as const),
    idempotent: fc.boolean(),
    inFlightMax: fc.integer({ min: 1, max: 5 }),
    retriesMax: fc.constantFrom(1, 3, 1e9),
    whenFull: fc.constantFrom('wait', 'drop', 'fail'),
    mode: fc.constantFrom('async', 'async', 'sync'),
    lingerMs: fc.constantFrom(0, 5, 40),
    batchRecords: fc.constantFrom(1, 3, 1000),
    batchBytes: fc.constantFrom(100, 200),
    bufferBytes: fc.constantFrom(200, 1000, 100_000),
    partitionBufferBytes: fc.constantFrom(200, 100_000),
    retryBackoffMs: fc.constantFrom(0, 20),
    deliveryTimeoutMs: fc.constantFrom(400, 2000, 20_000),
  })
  .map((some) => ({
    ...SETTINGS,
    ...some,
    retryBackoffMsMax: 100,
    requestTimeoutMs: REQUEST_TIMEOUT_MS,
    idempotent: some.idempotent && some.acks === 'all',
  })) as fc.Arbitrary<ProfileSettings>;

const faultOf = (kinds: readonly Fault['kind'][]) =>
  fc.record({
    kind: fc.constantFrom(...kinds),
    delayMs: fc.constantFrom(1, 1, 10, 100),
    share: fc.integer({ min: 0, max: 3 }),
  });

const moves = fc
  .array(
    fc.record({
      atMs: fc.integer({ min: 0, max: 1000 }),
      partition: fc.nat({ max: PARTITIONS - 1 }),
      leader: fc.integer({ min: -1, max: LEADERS - 1 }),
    }),
    { maxLength: 6 },
  )
  .map((some) => some.sort((a, b) => a.atMs - b.atMs));

const turns = fc
  .array(fc.record({ atMs: fc.integer({ min: 0, max: TURNED_MS }), factor: fc.constantFrom(0, 0.3, 1, 4) }), {
    maxLength: 4,
  })
  .map((some) => [...some.sort((a, b) => a.atMs - b.atMs), { atMs: TURNED_MS, factor: 1 }]);

const anything: fc.Arbitrary<Case> = fc.record({
  settings,
  count: fc.integer({ min: 1, max: 120 }),
  rate: fc.constantFrom(0, 100, 700),
  keys: fc.constantFrom(0, 1, 7),
  faults: fc.array(faultOf([...FAULTS, 'too-large']), { maxLength: 25 }),
  moves,
  compressions: fc.array(fc.record({ ms: fc.constantFrom(0, 1, 30), fails: fc.boolean() }), {
    maxLength: 10,
  }),
  throwsAt: fc.constantFrom(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 1, 4, 50),
  end: fc.record({
    how: fc.constantFrom('limit', 'limit', 'stop', 'abort'),
    atMs: fc.integer({ min: 0, max: 800 }),
  }),
  turns: fc.oneof(fc.constant([]), turns),
});

/** Many batches of one partition under way at once: where sequence numbers matter most. */
const BUSY = {
  mode: 'async',
  guards: true,
  batchRecords: 1,
  inFlightMax: 5,
  bufferBytes: 100_000,
  partitionBufferBytes: 100_000,
} as const;

/** Everything passes in the end, and the profile has the patience to wait for it. */
const survivable: fc.Arbitrary<Case> = fc
  .record({
    settings,
    anything,
    faults: fc.array(faultOf(FAULTS), { maxLength: 25 }),
    moves,
    busy: fc.boolean(),
  })
  .map(({ settings: some, anything: given, faults, moves: moved, busy }) => ({
    ...given,
    ...(busy ? { keys: 1, rate: 0 } : {}),
    faults,
    moves: [...moved, ...[0, 1, 2].map((partition) => ({ atMs: 1500, partition, leader: partition }))],
    compressions: given.compressions.map(({ ms }) => ({ ms, fails: false })),
    throwsAt: Number.POSITIVE_INFINITY,
    end: { how: 'limit', atMs: 0 },
    settings: {
      ...some,
      ...(busy ? BUSY : {}),
      acks: 'all',
      idempotent: true,
      whenFull: 'wait',
      retriesMax: 1e9,
      deliveryTimeoutMs: 20_000,
    },
  }));

async function play(given: Case) {
  const { settings: chosen, count, rate, throwsAt, end, turns: turned } = given;
  const clock = new VirtualClock();
  const { acks, idempotent } = chosen;
  const driver = new BrokerModel({
    ...{ clock, partitions: PARTITIONS, leaders: LEADERS, acks, idempotent },
    requestTimeoutMs: REQUEST_TIMEOUT_MS,
    ...given,
  });
  driver.batchBytes = chosen.batchBytes;
  driver.recordBytes = RECORD_BYTES;
  const lane = new Lane({ name: 'p', doc: '', settings: chosen }, driver, clock, createRandom(1));
  let heldMost = 0;
  let queueMost = 0;
  let made = 0;
  const feed: Feed<number | null> = {
    next: () => {
      heldMost = Math.max(heldMost, lane.accumulator.heldBytes);
      for (const queue of lane.accumulator.queuesOf('t')) queueMost = Math.max(queueMost, queue.heldBytes);
      made++;
      const key = given.keys > 0 ? `key ${made % given.keys}` : null;
      return { value: made >= throwsAt ? null : made, timestamp: 0, key };
    },
  };
  const source = new Source({
    ...{ name: 's', feed, key: null, topic: 't', accumulator: lane.accumulator, batchBytes: 200 },
    serializer: { write: (_value, _buffer, offset) => offset },
    random: createRandom(2),
  });
  const startAt = clock.now();
  const perMs = rate / 1000;
  const dial = new Dial();
  for (const { atMs, factor } of turned) clock.after(atMs, () => dial.turn(factor, clock.now()));
  const pace =
    rate === 0
      ? new MaxPace(1, dial)
      : new RatePace({ countBy: (ms) => ms * perMs, perSecondAt: () => rate }, startAt, dial);
  let ended = false;
  void lane.drive([{ source, pace }], { count }, startAt, dial).then(() => {
    ended = true;
  });
  if (end.how !== 'limit') clock.after(end.atMs, () => (end.how === 'stop' ? lane.stop() : lane.abort()));
  // As the contract has it; at max, where no end is planned, the worst is one record after another that expires.
  const plannedMs = rate === 0 ? given.count * chosen.deliveryTimeoutMs : (count / rate) * 1000;
  const lateMs = turned.length === 0 ? 0 : TURNED_MS;
  const endMs = end.how === 'abort' ? end.atMs : plannedMs + lateMs + chosen.deliveryTimeoutMs;
  while (!ended && clock.now() < startAt + endMs + SLACK_MS) {
    await clock.advance(100);
    checkSums(lane);
  }
  const inTime = ended;
  await clock.advance(5000);
  return { driver, lane, clock, inTime, heldMost, queueMost, profile: lane.snapshot().profile };
}

type Played = Awaited<ReturnType<typeof play>>;

/** Of a partition's log: how often each number is there, and the first copies in their order. */
function copies(log: readonly number[]) {
  const counts = new Map<number, number>();
  for (const number of log) counts.set(number, (counts.get(number) ?? 0) + 1);
  return { counts, firsts: [...counts.keys()] };
}

/** What is printed of a lane, at whatever moment. */
function checkSums(lane: Lane): void {
  const { profile, pending } = lane.snapshot();
  const topics = Object.values(profile.topics).map(({ due, fates }) => ({ due, ...fates }));
  for (const { due, acked, failed, expired, dropped, unacknowledged } of [profile, ...topics]) {
    expect(acked + failed + expired + dropped + unacknowledged).toBe(due);
    expect(unacknowledged).toBeGreaterThanOrEqual(0);
  }
  const { records, failed, expired, dropped, due } = profile;
  expect(records + failed + expired + dropped + pending).toBe(lane.tally.madeCount);
  expect(due).toBeGreaterThanOrEqual(lane.tally.madeCount);
}

function checkFates({ profile, lane, driver, clock, inTime }: Played): void {
  expect(inTime, 'ends in time').toBe(true);
  const { due, acked, failed, expired, dropped, unacknowledged } = profile;
  expect(acked + failed + expired + dropped + unacknowledged).toBe(due);
  expect(lane.tally.pending).toBe(0);
  const { heldRecords, heldBytes } = lane.accumulator;
  expect({ heldRecords, heldBytes }).toEqual({ heldRecords: 0, heldBytes: 0 });
  expect(clock.pending, 'timers left behind').toBe(0);
  expect(driver.complaints).toEqual([]);
  expect(driver.builders.filter((builder) => builder.released !== 1)).toEqual([]);
}

function checkLogs({ driver, profile }: Played, { settings: { idempotent, acks } }: Case): void {
  let distinct = 0;
  for (const log of driver.logs) {
    const { counts, firsts } = copies(log);
    distinct += firsts.length;
    expect(firsts, 'in order').toEqual([...firsts].sort((a, b) => a - b));
    if (idempotent) expect(Math.max(0, ...counts.values()), 'stored once').toBeLessThan(2);
  }
  if (acks !== 0) expect(distinct, 'nothing acknowledged is lost').toBeGreaterThanOrEqual(profile.acked);
  expect(distinct).toBeLessThanOrEqual(profile.due - profile.dropped);
}

function checkMemory({ heldMost, queueMost }: Played, { settings: limits }: Case): void {
  const one = RECORD_BYTES + BATCH_BYTES;
  expect(heldMost).toBeLessThan(limits.bufferBytes + one);
  expect(queueMost).toBeLessThan(limits.partitionBufferBytes + one);
}

function checkTimes({ profile: { latencyMs } }: Played): void {
  const { schedule, buffer, compression, request, retry, total } = latencyMs;
  const parts = [schedule, buffer, compression, request, retry].reduce((sum, { mean }) => sum + mean, 0);
  expect(Math.abs(parts - total.mean)).toBeLessThan(0.01 * total.mean + 0.001);
}

describe('whatever the profile and whatever the cluster does', () => {
  it('each record has one fate, order and memory are kept, and it ends', async () => {
    await fc.assert(
      fc.asyncProperty(anything, async (given) => {
        const played = await play(given);
        checkFates(played);
        checkLogs(played, given);
        checkMemory(played, given);
        checkTimes(played);
      }),
      { numRuns: RUNS },
    );
  });

  it('a patient idempotent profile delivers each record exactly once', async () => {
    await fc.assert(
      fc.asyncProperty(survivable, async (given) => {
        const played = await play(given);
        checkFates(played);
        checkLogs(played, given);
        expect(played.profile).toMatchObject({ due: given.count, acked: given.count });
        expect(played.driver.logs.flat()).toHaveLength(given.count);
      }),
      { numRuns: RUNS },
    );
  });
});
