/** Reading back in a thread of its own: verdicts, errors and the end of a run cross to it and back. */
import { describe, expect, test } from 'vitest';
import { loadProfile } from '../../src/config/load.js';
import { defineGenerator } from '../../src/generator.js';
import { startRun } from '../../src/run.js';
import type { WorkloadSource } from '../../src/types.js';

const STOCK: WorkloadSource = {
  name: 'stock',
  generator: 'stock',
  serializer: 'json',
  rate: { kind: 'constant', options: { rate: 2000 }, scale: 1 },
  time: { kind: 'live' },
  options: {},
};

async function start(
  limits: { count?: number; durationMs?: number },
  more: { faults?: string[]; source?: WorkloadSource; profile?: string } = {},
) {
  const { faults = [], source = STOCK, profile = 'async' } = more;
  return startRun({
    workload: { name: 'w', doc: '', seed: 5, limits, faults: [], sources: [source] },
    profiles: [await loadProfile(profile, profile === 'kafkajs' ? ['retryBackoffMs=20'] : [])],
    sandbox: { faults },
    verify: true,
  });
}

describe('a run that is read back', () => {
  test('is judged as it went: what came twice is told with examples', async () => {
    const { snapshot } = await (
      await start({ count: 3000 }, { profile: 'kafkajs', faults: ['produce:drop-after,every=10'] })
    ).done;
    const { verify, retries } = snapshot.profiles[0]!.profile;
    expect(retries).toBeGreaterThan(0);
    expect(verify).toMatchObject({ lost: 0, corrupted: 0 });
    expect(verify!.duplicated).toBeGreaterThan(0);
    expect(verify!.read).toBe(3000 + verify!.duplicated);
    expect(verify!.examples!.duplicated!.length).toBe(5);
  });

  test('ends with 1 and the reason when its topic cannot be read, and all was sent all the same', async () => {
    const run = await start({ count: 1000 }, { faults: ['fetch:error=TOPIC_AUTHORIZATION_FAILED'] });
    const { exitCode, reasons, snapshot } = await run.done;
    expect(exitCode).toBe(1);
    expect(reasons.join()).toMatch(/topic stock_price_updates, partition \d: .*TOPIC_AUTHORIZATION_FAILED/);
    expect(snapshot.profiles[0]!.profile).toMatchObject({ due: 1000, acked: 1000 });
    expect(snapshot.profiles[0]!.profile.verify).toBeUndefined();
  });

  test('can be given up on: it ends soon, and nothing is called lost', async () => {
    const run = await start({ durationMs: 60_000 });
    while (run.snapshot().profiles[0]!.profile.acked < 1000)
      await new Promise((resolve) => setImmediate(resolve));
    run.stop();
    run.abort();
    const { exitCode, snapshot } = await run.done;
    expect(exitCode).toBe(130);
    expect(snapshot.profiles[0]!.profile.verify).toBeUndefined();
  });

  test("stays in this thread where a program's own generator would not cross, with the same verdict", async () => {
    const part = defineGenerator({
      doc: 'Counts.',
      topic: 'counts',
      key: 'room',
      create: ({ random }) => ({
        next: (dueAt) => ({
          value: { room: `room-${random.int(10)}`, noise: random.float(), timestamp: Math.floor(dueAt) },
          timestamp: Math.floor(dueAt),
          headers: { unit: 'person' },
        }),
      }),
    });
    const run = await start(
      { count: 1000 },
      { source: { ...STOCK, name: 'counts', generator: 'counts', part } },
    );
    const { exitCode, snapshot } = await run.done;
    expect(exitCode).toBe(0);
    expect(snapshot.profiles[0]!.profile.verify).toMatchObject({ read: 1000, lost: 0, corrupted: 0 });
  });
});
