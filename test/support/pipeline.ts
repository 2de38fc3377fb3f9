/** An accumulator and a dispatcher over a RecordingDriver and a VirtualClock, with Kafka-like settings. */
import { Accumulator } from '../../src/accumulator.js';
import { Dispatcher } from '../../src/dispatcher.js';
import { createRandom } from '../../src/random.js';
import { Tally } from '../../src/tally.js';
import type { Entry, ProfileSettings } from '../../src/types.js';
import { RecordingDriver } from './recording-driver.js';
import { settle, VirtualClock } from './virtual-clock.js';

export const SETTINGS: ProfileSettings = {
  driver: 'kafka',
  acks: 'all',
  compression: 'none',
  compressionLevel: null,
  batchBytes: 1000,
  batchRecords: 1000,
  lingerMs: 5,
  bufferBytes: 100_000,
  partitionBufferBytes: 100_000,
  whenFull: 'wait',
  inFlightMax: 5,
  retriesMax: 10,
  retryBackoffMs: 100,
  retryBackoffMsMax: 1000,
  requestTimeoutMs: 1000,
  deliveryTimeoutMs: 60_000,
  idempotent: true,
  mode: 'async',
  guards: true,
};

const ENTRY: Entry = {
  serializer: { write: (_value, _buffer, offset) => offset },
  value: {},
  key: null,
  keyStart: 0,
  keyLength: 0,
  timestamp: 0,
  headers: null,
};

export class Pipeline {
  readonly clock = new VirtualClock();
  readonly tally = new Tally();
  readonly driver: RecordingDriver;
  readonly accumulator: Accumulator;
  readonly dispatcher: Dispatcher;

  constructor(
    settings: Partial<ProfileSettings> = {},
    driver: ConstructorParameters<typeof RecordingDriver>[0] = {},
  ) {
    this.driver = new RecordingDriver(driver);
    const all = { ...SETTINGS, batchRecords: driver.recordsPerBatch ?? 3, ...settings };
    const { clock, tally } = this;
    this.accumulator = new Accumulator({ settings: all, clock, driver: this.driver, tally });
    const random = createRandom(1);
    this.dispatcher = new Dispatcher({
      settings: all,
      clock,
      driver: this.driver,
      tally,
      accumulator: this.accumulator,
      random,
    });
  }

  /** Appends `count` records to a partition of topic t; answers what the last `append` answered. */
  add(count: number, partition = 0): boolean {
    const queue = this.accumulator.queuesOf('t')[partition]!;
    let more = true;
    const now = this.clock.now();
    for (let i = 0; i < count; i++) more = this.accumulator.append(queue, ENTRY, now, now);
    return more;
  }

  /** The attempts that wait for an answer. */
  get waiting(): string[] {
    return this.driver.attempts.map((attempt) => attempt.text);
  }

  /** Answers the oldest attempt and lets everything follow from it. */
  async answer(...outcomes: Parameters<RecordingDriver['attempts'][number]['answer']>): Promise<void> {
    this.driver.attempts[0]!.answer(...outcomes);
    await settle();
  }
}
