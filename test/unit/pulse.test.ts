import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { type ProfileCounts, Pulse, readBeat } from '../../src/pulse.js';
import { VirtualClock } from '../support/virtual-clock.js';

function path(): string {
  const folder = mkdtempSync(join(tmpdir(), 'eventmill-pulse-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'pulse.json');
}

const counts = (made: number): ProfileCounts[] => [
  { name: 'p', topics: ['t'], made, acked: 1, written: 0, pending: made - 1 },
];

it('leaves the newest counts in its file, with the time they are of', async () => {
  const file = path();
  const clock = new VirtualClock();
  let made = 0;
  const pulse = new Pulse(file, clock, () => counts(++made));
  const begin = clock.now();
  await clock.advance(0);
  expect(readBeat(file)).toEqual({ at: begin, profiles: counts(1) });
  await clock.advance(10);
  expect(readBeat(file)).toEqual({ at: begin + 10, profiles: counts(11) });
  pulse.close();
  expect(readBeat(file)!.profiles[0]!.made).toBe(12);
});

it('can be read when the counts have become shorter', async () => {
  const file = path();
  const clock = new VirtualClock();
  let made = 1_000_000;
  const pulse = new Pulse(file, clock, () => counts(made));
  await clock.advance(1);
  made = 2;
  await clock.advance(1);
  expect(readBeat(file)!.profiles).toEqual(counts(2));
  pulse.close();
});

it('is told from a file that is not there, or is being written', () => {
  const file = path();
  expect(readBeat(file)).toBeUndefined();
  writeFileSync(file, '{"at":1,"prof');
  expect(readBeat(file)).toBeUndefined();
});
