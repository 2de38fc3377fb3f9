/** A rate that is asked for is held, or it is said that it was not: in the summary, in words, and where records are lost by it in the exit code. */
import { describe, expect, test } from 'vitest';
import { lateness } from '../../src/bottleneck.js';
import { systemClock } from '../../src/clock.js';
import { loadProfile } from '../../src/config/load.js';
import { defineGenerator } from '../../src/generator.js';
import { run } from '../../src/run.js';
import type { ProfileSnapshot, Workload } from '../../src/types.js';

/** Each event takes so long of this thread's time. */
const WORK_MS = 1;

const generator = defineGenerator({
  doc: 'Work.',
  topic: 'work',
  create: () => ({
    next(dueAt) {
      const until = systemClock.now() + WORK_MS;
      while (systemClock.now() < until);
      return { value: {}, timestamp: Math.floor(dueAt) };
    },
  }),
});

async function made(
  rate: number,
  sets: string[] = [],
): Promise<{ profile: ProfileSnapshot; exitCode: number }> {
  const workload: Workload = {
    name: 'w',
    doc: '',
    seed: 1,
    limits: { durationMs: 1000 },
    faults: [],
    sources: [
      {
        name: 'work',
        generator: 'work',
        part: generator,
        serializer: 'json',
        rate: { kind: 'constant', options: { rate }, scale: 1 },
        time: { kind: 'live' },
        options: {},
      },
    ],
  };
  const profiles = [await loadProfile('async', ['driver=null', ...sets])];
  const { snapshot, exitCode } = await run({ workload, profiles });
  return { profile: snapshot.profiles[0]!.profile, exitCode };
}

describe('a rate', { timeout: 120_000 }, () => {
  test('that can be held is, and nothing more is said of it', async () => {
    const { profile, exitCode } = await made(20);
    expect(profile).toMatchObject({ due: 20, acked: 20, limitedBy: 'rate' });
    expect(exitCode).toBe(0);
    expect(lateness(profile)).toBe(undefined);
  });

  test('beyond what the machine makes is told: what kept it, the rate that was reached, and how late events came', async () => {
    const { profile, exitCode } = await made(3000);
    expect(exitCode).toBe(0);
    expect(profile).toMatchObject({ due: 3000, acked: 3000, limitedBy: 'generator' });
    expect(profile.recordsPerSecond).toBeLessThanOrEqual(1000);
    expect(profile.latencyMs.schedule.max).toBeGreaterThan(1500);
    expect(lateness(profile)).toMatch(
      /^the rate was not held: half of the records were made \d.* late or more, some \d.* s$/,
    );
  });

  test('beyond that, with records whose time is over before they are made, fails the run', async () => {
    const short = ['requestTimeoutMs=100', 'deliveryTimeoutMs=200'];
    const { profile, exitCode } = await made(3000, short);
    expect(exitCode).toBe(1);
    expect(profile.due).toBe(3000);
    expect(profile.expired).toBeGreaterThan(1000);
    expect(profile.errors).toEqual({ NEVER_MADE: profile.expired });
    expect(profile.acked + profile.expired).toBe(3000);
  });
});
