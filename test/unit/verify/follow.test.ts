import { describe, expect, test } from 'vitest';
import { LIMITS } from '../../../src/verify/expectations.js';
import { Follower, type RangeReader, type Ranges } from '../../../src/verify/follow.js';
import { type Evidence, Verifier } from '../../../src/verify/verifier.js';
import { DUE, evidence, expectedEvents, madeEvents } from '../../support/evidence.js';
import { VirtualClock } from '../../support/virtual-clock.js';

const EVENTS = madeEvents(100);

/** A partition whose log holds `log`, of which a poll gives ten records. */
class MadeUpReader implements RangeReader {
  readonly positions = new Map<number, number>();
  readonly log: Evidence[] = [];
  beginning = 0;
  closed = false;
  readonly #clock: VirtualClock;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  async connect(): Promise<void> {}

  async offsets(of: 'beginning' | 'end'): Promise<Map<number, number>> {
    return new Map([[0, of === 'end' ? this.log.length : this.beginning]]);
  }

  async poll(visit: (record: Evidence) => void): Promise<number> {
    const from = this.positions.get(0)!;
    const came = this.log.slice(from, from + 10);
    for (const record of came) visit(record);
    this.positions.set(0, from + came.length);
    if (came.length === 0) await this.#clock.sleep(250);
    return came.length;
  }

  close(): void {
    this.closed = true;
  }

  write(count: number): void {
    for (let i = 0; i < count; i++) {
      const offset = this.log.length;
      this.log.push(evidence(EVENTS[offset % 100]!, { offset }));
    }
  }
}

/** As Kafka answers: for the partitions in the order in which they are asked for, until the answer is full. */
class FullAnswers implements RangeReader {
  readonly positions = new Map<number, number>();
  readonly #logs: readonly Evidence[][];
  readonly #clock: VirtualClock;

  constructor(logs: readonly Evidence[][], clock: VirtualClock) {
    this.#logs = logs;
    this.#clock = clock;
  }

  async connect(): Promise<void> {}

  async offsets(of: 'beginning' | 'end'): Promise<Map<number, number>> {
    return new Map(this.#logs.map((log, partition) => [partition, of === 'end' ? log.length : 0]));
  }

  async poll(
    visit: (record: Evidence) => void,
    partitions: readonly number[] = [...this.positions.keys()],
  ): Promise<number> {
    let room = 40;
    for (const partition of partitions) {
      const from = this.positions.get(partition)!;
      const came = this.#logs[partition]!.slice(from, from + Math.min(10, room));
      room -= came.length;
      for (const record of came) visit(record);
      this.positions.set(partition, from + came.length);
    }
    if (room === 40) await this.#clock.sleep(250);
    return 40 - room;
  }

  close(): void {}
}

function follow(ranges: () => Ranges | null, over: boolean, complete = () => false) {
  const clock = new VirtualClock();
  const reader = new MadeUpReader(clock);
  const verifier = new Verifier([expectedEvents(EVENTS)]);
  const follower = new Follower({ topic: 't', reader, verifier, clock, ranges, over, complete });
  return { clock, reader, verifier, follower };
}

describe('a follower', () => {
  test('reads the offsets that are named, and no others', async () => {
    const { clock, reader, verifier, follower } = follow(() => new Map([[0, [12, 37]]]), true);
    reader.write(100);
    await follower.start();
    const finished = follower.finish();
    await clock.advance(1000);
    await finished;
    expect(verifier.findings('t').read).toBe(25);
    expect(reader.closed).toBe(true);
  });

  test('goes along with a run, up to what is acknowledged, and to the end when it is over', async () => {
    let acked = 0;
    const { clock, reader, verifier, follower } = follow(() => new Map([[0, [0, acked]]]), false);
    await follower.start();
    reader.write(60);
    acked = 33;
    await clock.advance(500);
    expect(verifier.findings('t').read).toBe(33);
    acked = 60;
    const finished = follower.finish();
    await clock.advance(500);
    await finished;
    expect(verifier.findings('t')).toMatchObject({ read: 60, distinct: 60, duplicated: 0 });
  });

  test('begins behind what was there before the run', async () => {
    const { clock, reader, verifier, follower } = follow(() => null, false);
    reader.write(40);
    await follower.start();
    reader.write(20);
    const finished = follower.finish();
    await clock.advance(5000);
    await finished;
    expect(verifier.findings('t').read).toBe(20);
  });

  test('without acknowledgements ends as soon as all has come, else when nothing comes any more', async () => {
    const done = { all: false };
    const { clock, follower } = follow(
      () => null,
      false,
      () => done.all,
    );
    await follower.start();
    let ended = false;
    void follower.finish().then(() => {
      ended = true;
    });
    await clock.advance(1500);
    expect(ended).toBe(false);
    done.all = true;
    await clock.advance(300);
    expect(ended).toBe(true);
  });

  test('says so when the broker stops giving before the last offset', async () => {
    const { clock, reader, follower } = follow(() => new Map([[0, [0, 50]]]), true);
    reader.write(45);
    await follower.start();
    const finished = follower.finish();
    await clock.advance(20_000);
    await finished;
    expect(follower.unread).toBe(5);
  });

  test('refuses to judge what the broker has deleted', async () => {
    const { reader, follower } = follow(() => new Map([[0, [0, 50]]]), true);
    reader.beginning = 10;
    await expect(follower.start()).rejects.toThrow(/expected records from offset 0, but .* below 10/);
  });

  test.each([
    [
      'that a run names',
      (logs: readonly Evidence[][]) => new Map(logs.map((log, p) => [p, [0, log.length]])),
    ],
    ['that nobody names', () => null],
  ] as const)(
    'reads unlike partitions side by side, so that little is awaited, up to offsets %s',
    async (_, named) => {
      const clock = new VirtualClock();
      // Half of all events have one key, and with it one partition of eight; another partition falls silent early.
      const events = madeEvents(20_000, (index) => (index % 2 === 0 ? 'hot' : `key-${(index >> 1) % 14}`));
      const logs = Array.from({ length: 8 }, (): Evidence[] => []);
      for (const [index, event] of events.entries()) {
        const partition = event.key === 'hot' ? 0 : index < 1000 ? 1 + (index % 7) : 1 + (index % 6);
        const offset = logs[partition]!.length;
        logs[partition]!.push(evidence(event, { partition, offset, timestamp: DUE + index }));
      }
      const reader = new FullAnswers(logs, clock);
      const verifier = new Verifier([expectedEvents(events)], { ...LIMITS, ahead: 600 });
      const ranges = (): Ranges | null => named(logs) as Ranges | null;
      const follower = new Follower({ topic: 't', reader, verifier, clock, ranges, over: true });
      await follower.start();
      const finished = follower.finish();
      await clock.advance(60_000);
      await finished;
      expect(verifier.findings('t')).toMatchObject({ distinct: 20_000, unknown: 0, duplicated: 0 });
    },
  );
});
