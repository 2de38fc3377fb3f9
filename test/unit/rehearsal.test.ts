/** A run at a high rate makes events into nowhere first, and nobody can tell it from what the run makes. */
import { describe, expect, it } from 'vitest';
import { run } from '../../src/run.js';
import type { Feed, GeneratorPart, RateSpec } from '../../src/types.js';
import { MAX, perSecond, profile, source, workload } from '../support/workloads.js';

/** Counts what each of its feeds has made. */
function counting(): { part: GeneratorPart; made: number[] } {
  const made: number[] = [];
  const part: GeneratorPart = {
    doc: 'numbers',
    topic: 'numbers',
    create(): Feed {
      const index = made.push(0) - 1;
      const fields = { n: { type: 'int' } } as const;
      return { fields, next: (dueAt) => ({ value: { n: ++made[index]! }, timestamp: dueAt, key: null }) };
    },
  };
  return { part, made };
}

async function feedsOf(rate: RateSpec, driver = 'null') {
  const { part, made } = counting();
  const result = await run({
    workload: workload({ count: 100 }, [source('numbers', { part, rate })]),
    profiles: [profile('p', { driver })],
  });
  const [only] = result.snapshot.profiles;
  return { made, due: only!.profile.due, acked: only!.profile.acked, exitCode: result.exitCode };
}

describe('a rehearsal', () => {
  it('comes before a high rate, with feeds of its own, and is no part of the run', async () => {
    const { made, ...told } = await feedsOf(perSecond(300_000));
    expect(told).toEqual({ due: 100, acked: 100, exitCode: 0 });
    expect(made).toHaveLength(2);
    expect(made.filter((count) => count === 100)).toHaveLength(1);
    expect(Math.max(...made)).toBeGreaterThan(10_000);
  });

  it.each([
    ['a rate that leaves time to catch up', perSecond(100_000)],
    ['what goes as fast as it can', MAX],
  ])('does not come before %s', async (_, rate) => {
    const { made, acked } = await feedsOf(rate);
    expect(acked).toBe(100);
    expect(made).toEqual([100]);
  });
});
