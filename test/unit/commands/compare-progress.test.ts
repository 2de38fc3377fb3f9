import { describe, expect, it } from 'vitest';
import { Progress, planLine } from '../../../src/commands/bodies/compare/progress.js';
import { TimeLeft } from '../../../src/commands/bodies/compare/time-left.js';
import { report, trial } from '../../support/comparison.js';
import { Output } from '../../support/outputs.js';

const { design } = report();

describe('the plan', () => {
  it('says how many trials there are, how long each is, and how long all of them take', () => {
    expect(planLine(design, 2)).toBe(
      '6 trials (2 candidates, 3 rounds), each 10 s at full speed after 1 s of warm-up; about 1 min 20 s in all, and more where disturbed trials have to be made anew',
    );
  });

  it('does not guess where nobody knows', () => {
    const counted = { ...design, limits: { count: 1000 }, secondsPlanned: null, atMax: false };
    expect(planLine(counted, 1)).toContain('each 1,000 records at its rate');
    expect(planLine(counted, 1)).toContain('first a second of each, to tell');
  });
});

describe('progress', () => {
  const slot = { candidate: 'async', round: 2, position: 1, attempt: 1 };

  const names = ['async', 'durable'];
  const planned = () => {
    const left = new TimeLeft();
    left.plan(new Map(names.map((name) => [name, 80 / 3])));
    return left;
  };

  it('tells the time left by what trials have taken so far', () => {
    const output = new Output();
    const progress = new Progress(output, design, planned(), names);
    progress.begins(slot, ['async', ...names, ...names]);
    progress.ended({ ...trial({ ...slot, recordsPerSecond: 1234 }), wallSeconds: 20 }, [...names, ...names]);
    expect(output.text).toBe('round 2 of 3  async    1,234/s, p99 24 ms; 1 min 20 s left\n');
  });

  it('names a trial that does not count, and one that failed', () => {
    const output = new Output();
    const progress = new Progress(output, design, new TimeLeft(), ['async']);
    progress.begins(slot, ['async']);
    const closedOut = [{ code: 'MACHINE_BUSY', words: 'busy' }] as const;
    progress.ended(trial({ ...slot, attempt: 2, lost: true, closedOut }), []);
    expect(output.text).toBe('round 2 of 3  async (again)  failed; closed out: busy\n');
  });

  it('keeps one line up to date on a terminal', () => {
    const output = new Output({ columns: 80 });
    const progress = new Progress(output, design, planned(), ['async']);
    progress.begins(slot, ['async', 'async', 'async']);
    expect(output.text).toContain('round 2 of 3: async …, 1 min 20 s left');
    progress.ended(trial(slot), ['async', 'async']);
    expect(output.text.split('\r').at(-1)).toContain('round 2 of 3  async  ');
  });
});
