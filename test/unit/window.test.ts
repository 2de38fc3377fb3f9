import { expect, it } from 'vitest';
import { Accumulator } from '../../src/accumulator.js';
import { Dispatcher } from '../../src/dispatcher.js';
import { createRandom } from '../../src/random.js';
import { Tally } from '../../src/tally.js';
import { BrokerModel, type Fault } from '../support/broker-model.js';
import { SETTINGS } from '../support/pipeline.js';
import { VirtualClock } from '../support/virtual-clock.js';

it('stores a batch once although its answer hangs at a leader that lost the partition', async () => {
  const clock = new VirtualClock();
  const settings = { ...SETTINGS, lingerMs: 0, batchRecords: 1, requestTimeoutMs: 300 };
  const calm: Fault = { kind: 'none', delayMs: 1, share: 0 };
  const driver = new BrokerModel({
    ...{ clock, partitions: 1, leaders: 2, acks: 'all', idempotent: true, requestTimeoutMs: 300 },
    // The second request is stored, and then its connection is silent.
    faults: [calm, { kind: 'silence', delayMs: 1, share: 1 }],
    moves: [{ atMs: 20, partition: 0, leader: 1 }],
    compressions: [],
  });
  const tally = new Tally();
  const accumulator = new Accumulator({ settings, clock, driver, tally });
  const random = createRandom(1);
  const dispatcher = new Dispatcher({ settings, clock, driver, tally, accumulator, random });
  const queue = accumulator.queuesOf('t')[0]!;
  let number = 0;
  const add = () => {
    const entry = { value: ++number, key: null, keyStart: 0, keyLength: 0, timestamp: 0, headers: null };
    const serializer = { write: (_v: unknown, _b: Buffer, at: number) => at };
    accumulator.append(queue, { ...entry, serializer }, clock.now(), clock.now());
  };
  add();
  await clock.advance(10);
  add();
  await clock.advance(20);
  // Another topic's failure has the metadata refreshed.
  void driver.refresh();
  for (let i = 0; i < 8; i++) {
    await clock.advance(10);
    add();
  }
  await clock.advance(5000);
  expect(dispatcher.inFlight).toBe(0);
  expect(driver.logs[0]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});
