import { expect, it } from 'vitest';
import lines from '../../../src/reporters/lines.js';
import { Output } from '../../support/outputs.js';
import { snapshot } from '../../support/snapshots.js';

const at = (seconds: number) => snapshot([{ acked: seconds * 100 }], { elapsedSeconds: seconds });

it('prints a line a second at first, every five after ten seconds, and every minute after an hour', () => {
  const output = new Output();
  const reporter = lines.create({ output, color: false });
  const times = () =>
    output.text
      .split('\n')
      .filter((line) => line.startsWith('['))
      .map((line) => /^\[(.*?)\]/.exec(line)![1]);
  for (let second = 0; second <= 20; second++) reporter.tick(at(second));
  expect(times()).toEqual([
    '0 s',
    '1 s',
    '2 s',
    '3 s',
    '4 s',
    '5 s',
    '6 s',
    '7 s',
    '8 s',
    '9 s',
    '10 s',
    '15 s',
    '20 s',
  ]);
  for (let second = 21; second <= 3600; second++) reporter.tick(at(second));
  output.text = '';
  for (let second = 3601; second <= 7200; second++) reporter.tick(at(second));
  expect(times().length).toBe(60);
});

it('gives the rate since its last line, not since the start', () => {
  const output = new Output();
  const reporter = lines.create({ output, color: false });
  reporter.tick(snapshot([{ acked: 1000 }], { elapsedSeconds: 1 }));
  reporter.tick(snapshot([{ acked: 1010 }], { elapsedSeconds: 2 }));
  expect(output.text.split('\n')[1]).toContain(' 10/s,');
});

it('shows due, acked, rate, p99, buffer and retries, and what failed, expired or was dropped under its own name', () => {
  const output = new Output();
  const reporter = lines.create({ output, color: false });
  reporter.tick(
    snapshot(
      [
        {
          acked: 100,
          pending: 10,
          failed: 2,
          expired: 3,
          dropped: 4,
          retriesByCode: { REQUEST_TIMED_OUT: 3 },
        },
        { name: 'sync' },
      ],
      {
        elapsedSeconds: 1,
      },
    ),
  );
  const [first, second] = output.text.split('\n');
  expect(first).toBe(
    '[1 s] async: 119 due, 100 acked, 100/s, p99 24 ms, buffer 2.1 kB, 3 retries, 2 failed, 3 expired, 4 dropped',
  );
  expect(second).not.toMatch(/failed|expired|dropped/);
});
