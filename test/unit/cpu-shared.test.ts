/** CPU time where several profiles share a thread: what is told for each adds up to what was used. */
import { expect, test } from 'vitest';
import { loadProfile } from '../../src/config/load.js';
import { run } from '../../src/run.js';
import type { Workload } from '../../src/types.js';

const workload: Workload = {
  name: 'w',
  doc: '',
  seed: 1,
  limits: { count: 20_000 },
  faults: [],
  sources: [
    {
      name: 'ticks',
      generator: 'stock',
      serializer: 'json',
      rate: { kind: 'max' },
      time: { kind: 'live' },
      options: {},
    },
  ],
};

test('side by side the parts of the profiles add up to the CPU time of the process, and are said to be shared', async () => {
  const profiles = await Promise.all(['async', 'durable'].map((name) => loadProfile(name, ['driver=null'])));
  const before = process.cpuUsage();
  const { snapshot } = await run({ workload, profiles, partitions: 2 });
  const { user, system } = process.cpuUsage(before);
  const told = snapshot.profiles.map(({ profile }) => profile);
  expect(told.map(({ cpuShared }) => cpuShared)).toEqual([2, 2]);
  const sum = told.reduce((before, { cpuSeconds }) => before + cpuSeconds, 0);
  expect(sum).toBeGreaterThan(0);
  expect(sum).toBeLessThanOrEqual((user + system) / 1e6);
  // The same events for both.
  expect(told[0]!.cpuSeconds).toBeCloseTo(told[1]!.cpuSeconds, 6);
});
