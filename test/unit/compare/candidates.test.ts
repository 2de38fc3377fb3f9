import { describe, expect, it } from 'vitest';
import { baselinesOf, combinations, named, slugOf } from '../../../src/compare/candidates.js';
import { NAME } from '../../../src/config/workload.js';
import { candidate } from '../../support/comparison.js';

const unnamed = (profile: string, over = {}) => {
  const { name: _, ...rest } = candidate(profile, over);
  return rest;
};
const names = (list: ReturnType<typeof unnamed>[], drivers = false) =>
  named(list, drivers).map(({ name }) => name);

describe('names', () => {
  it('hold only what tells candidates apart', () => {
    expect(names([unnamed('async'), unnamed('durable')])).toEqual(['async', 'durable']);
    expect(names([unnamed('async', { sweep: { lingerMs: '5', acks: '1' } })])).toEqual([
      'async lingerMs=5 acks=1',
    ]);
    expect(names([unnamed('async'), unnamed('async', { driver: 'kafkajs' })], true)).toEqual([
      'async kafka',
      'async kafkajs',
    ]);
    expect(names([unnamed('async', { workload: 'x' }), unnamed('async', { workload: 'y' })])).toEqual([
      'x: async',
      'y: async',
    ]);
  });

  it('number a profile that is held against itself', () => {
    expect(names([unnamed('async'), unnamed('async'), unnamed('async')])).toEqual([
      'async',
      'async#2',
      'async#3',
    ]);
  });

  it('become parts of topics and client ids', () => {
    for (const name of ['async#2', 'y: async kafkajs lingerMs=5', '#odd'])
      expect(slugOf({ name })).toMatch(NAME);
    expect(slugOf({ name: 'y: async lingerMs=5' })).toBe('y-async-lingerMs-5');
  });
});

it('sweeps through all combinations', () => {
  expect(combinations([])).toEqual([{}]);
  expect(
    combinations([
      { key: 'lingerMs', values: ['0', '5'] },
      { key: 'acks', values: ['1', 'all'] },
    ]),
  ).toEqual([
    { lingerMs: '0', acks: '1' },
    { lingerMs: '0', acks: 'all' },
    { lingerMs: '5', acks: '1' },
    { lingerMs: '5', acks: 'all' },
  ]);
});

describe('baselines', () => {
  const list = named(
    [
      unnamed('async'),
      unnamed('durable', { sweep: { lingerMs: '0' } }),
      unnamed('durable', { sweep: { lingerMs: '5' } }),
    ],
    false,
  );

  it('are the first, or whoever is asked for by name or by profile', () => {
    expect(baselinesOf(list, undefined)).toEqual(['async']);
    expect(baselinesOf(list, 'durable')).toEqual(['durable lingerMs=0']);
    expect(baselinesOf(list, 'durable lingerMs=5')).toEqual(['durable lingerMs=5']);
    expect(baselinesOf(list, 'sync')).toBeUndefined();
  });

  it('are one for each workload', () => {
    const two = named(
      ['x', 'y'].flatMap((workload) => [unnamed('async', { workload }), unnamed('durable', { workload })]),
      false,
    );
    expect(baselinesOf(two, 'durable')).toEqual(['x: durable', 'y: durable']);
  });
});
