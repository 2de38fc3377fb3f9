import { expect, it } from 'vitest';
import terminal from '../../../src/reporters/terminal.js';
import { Output } from '../../support/outputs.js';
import { snapshot } from '../../support/snapshots.js';

const at = (elapsedSeconds: number, acked = elapsedSeconds * 100) =>
  snapshot([{ acked }, { name: 'throughput', acked: acked * 2 }], { elapsedSeconds });

function frames(output: Output): number {
  return output.text.split('profile').length - 1;
}

it('redraws at most four times a second', () => {
  const output = new Output({ columns: 100 });
  const reporter = terminal.create({ output, color: false });
  for (let tick = 0; tick <= 100; tick++) reporter.tick(at(tick / 50));
  // log-update writes only lines that changed, so titles would count once; figures change with each frame.
  const drawn = new Set(output.plain.match(/\d[\d.]* (?:s|ms) · running/g));
  expect(drawn.size).toBeGreaterThan(5);
  expect(drawn.size).toBeLessThanOrEqual(9);
});

it('redraws at once when the phase changes', () => {
  const output = new Output({ columns: 100 });
  const reporter = terminal.create({ output, color: false });
  reporter.tick(at(1));
  reporter.tick({ ...at(1.01), phase: 'flushing' });
  expect(output.plain).toContain('flushing what is under way');
});

it.each([120, 80, 60, 40, 34])(
  'keeps every line within %d columns and always shows profile, acked and rate',
  (columns) => {
    const output = new Output({ columns });
    const reporter = terminal.create({ output, color: false });
    reporter.tick(at(1));
    for (const line of output.plain.split('\n')) expect(line.length).toBeLessThanOrEqual(columns);
    expect(output.plain).toMatch(/profile .*acked .*rate/);
    if (columns >= 80) expect(output.plain).toMatch(/due .*p99 .*buffer .*retries/);
  },
);

it('shows the rate of the last moments, not the mean of the run', () => {
  const output = new Output({ columns: 100 });
  const reporter = terminal.create({ output, color: false });
  for (let second = 0; second <= 10; second++) reporter.tick(at(second, second * 1000));
  for (let second = 11; second <= 15; second++) reporter.tick(at(second, 10_000 + (second - 10) * 10));
  const last = output.plain.slice(output.plain.lastIndexOf('async'));
  expect(last).toMatch(/^async .* 10\/s/);
});

it('paints profiles with losses red', () => {
  const output = new Output({ columns: 100 });
  const reporter = terminal.create({ output, color: true });
  reporter.tick(snapshot([{ acked: 5, failed: 1 }, { name: 'fine' }]));
  expect(output.text).toContain('\u001B[31masync');
  expect(output.text).not.toContain('\u001B[31mfine');
});

it('puts messages above the view and draws it again', () => {
  const output = new Output({ columns: 100 });
  const reporter = terminal.create({ output, color: false }) as ReturnType<typeof terminal.create> & {
    note(message: string): void;
  };
  reporter.tick(at(1));
  const before = frames(output);
  reporter.note('warning: something');
  reporter.tick(at(1.1));
  expect(output.plain).toContain('warning: something\n');
  expect(frames(output)).toBe(before + 1);
});

it('ends with a framed table in place of the view, as two on 80 columns, as cards on few', () => {
  const wide = new Output({ columns: 120 });
  const usual = new Output({ columns: 80 });
  const narrow = new Output({ columns: 30 });
  for (const output of [wide, usual, narrow]) {
    const reporter = terminal.create({ output, color: false });
    reporter.tick(at(1));
    reporter.end(at(2), 0);
  }
  expect(wide.plain.match(/│ throughput │/g)).toHaveLength(1);
  expect(usual.plain.match(/│ throughput │/g)).toHaveLength(2);
  expect(narrow.plain).not.toContain('│');
  expect(narrow.plain).toMatch(/throughput\n {2}due +400/);
});
