import { beforeEach, describe, expect, it } from 'vitest';
import { changesLine, changeText } from '../../src/changes.js';
import { Controls } from '../../src/controls.js';
import { EventmillError } from '../../src/errors.js';
import { faultsLastMs } from '../../src/sandbox/faults.js';
import { VirtualClock } from '../support/virtual-clock.js';

let clock: VirtualClock;
let controls: Controls;
let set: (readonly string[])[];

beforeEach(() => {
  clock = new VirtualClock();
  controls = new Controls(clock, clock.now());
  set = [];
});

const faulty = {
  async setFaults(specs: readonly string[]) {
    if (specs.includes('nonsense')) throw new EventmillError('CONFIG', 'expected API:what');
    set.push(specs);
  },
};

it('keeps every change with its time', async () => {
  await controls.took(faulty, ['produce:delay=1ms']);
  await clock.advance(1500);
  controls.turnRate(2);
  await clock.advance(500);
  await controls.setFaults(['produce:drop,every=5']);
  controls.turnRate(0);
  expect(controls.changes).toEqual([
    { atSeconds: 1.5, rateFactor: 2 },
    { atSeconds: 2, faults: ['produce:drop,every=5'] },
    { atSeconds: 2, rateFactor: 0 },
  ]);
  expect(controls.dial.turns).toEqual([
    { at: clock.now() - 500, factor: 2 },
    { at: clock.now(), factor: 0 },
  ]);
  expect(set).toEqual([['produce:drop,every=5']]);
});

it('tells of no faults once all that were set are over', async () => {
  await controls.took({ ...faulty, lastMs: async (specs) => faultsLastMs(specs) }, ['broker:gone=5s']);
  await clock.advance(4999);
  expect(controls.faults).toEqual(['broker:gone=5s']);
  await clock.advance(1);
  expect(controls.faults).toEqual([]);
  await controls.setFaults(['broker:gone=1s', 'produce:delay=1ms,at=1s,for=2s']);
  await clock.advance(2999);
  expect(controls.faults).toHaveLength(2);
  await clock.advance(1);
  expect(controls.faults).toEqual([]);
  await controls.setFaults(['broker:gone=1s,every=10s']);
  await clock.advance(100_000);
  expect(controls.faults).toHaveLength(1);
});

it('counts as changed only what has changed', () => {
  controls.turnRate(1);
  expect(controls.changes).toEqual([]);
});

describe('refuses, and changes nothing', () => {
  it.each([-1, 101, Number.NaN, Number.POSITIVE_INFINITY])('a factor of %s', (factor) => {
    expect(() => controls.turnRate(factor)).toThrow(/rateFactor: expected a number from 0 to 100, got/);
    expect(controls.rateFactor).toBe(1);
  });

  it('faults without a sandbox', async () => {
    await expect(controls.setFaults([])).rejects.toThrow(/expected a run into the sandbox/);
    expect(controls.faults).toBeNull();
  });

  it('faults that the sandbox does not take', async () => {
    await controls.took(faulty, ['produce:delay=1ms']);
    await expect(controls.setFaults(['nonsense'])).rejects.toThrow('expected API:what');
    expect(controls.faults).toEqual(['produce:delay=1ms']);
    expect(controls.changes).toEqual([]);
  });

  it('more changes than a summary should hold', () => {
    for (let i = 0; i < 1000; i++) controls.turnRate(i % 2 === 0 ? 2 : 1);
    expect(() => controls.turnRate(3)).toThrow(/at most 1000 changes/);
    expect(controls.changes).toHaveLength(1000);
  });
});

it('tells changes in words, the last dozen of many', () => {
  expect(changeText({ atSeconds: 1, faults: [] })).toBe('no faults');
  expect(changesLine(undefined)).toBeUndefined();
  expect(
    changesLine([
      { atSeconds: 1.5, rateFactor: 2 },
      { atSeconds: 70, rateFactor: 0 },
    ]),
  ).toBe('changed by hand: rate 2× at 1.5 s, paused at 1 min 10 s');
  const many = Array.from({ length: 20 }, (_, at) => ({ atSeconds: at, rateFactor: 1 }));
  expect(changesLine(many)).toMatch(/^changed by hand: 8 changes before, rate as configured at 8 s/);
});
