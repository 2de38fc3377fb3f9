import { describe, expect, it } from 'vitest';
import { checkOptions } from '../../../src/config/options.js';
import type { Options } from '../../../src/types.js';
import { mistakesOf } from './folder.js';

const OPTIONS: Options = {
  stores: { doc: 'Stores', type: 'integer', default: 10, min: 1, max: 100 },
  tip: { doc: 'Tip', type: 'number', default: 0.1, min: 0, max: 1 },
  pause: { doc: 'Pause', type: 'duration', default: '30m', min: 1000 },
  orders: { doc: 'Orders', type: 'rate', default: 2, max: 100 },
  city: { doc: 'City', type: 'string', default: 'Bath', values: ['Bath', 'York'] },
  note: { doc: 'Note', type: 'string', default: null },
  open: { doc: 'Open', type: 'boolean', default: true },
  days: { doc: 'Days', type: 'list', default: ['mon'], values: ['mon', 'tue'] },
  symbols: { doc: 'Symbols', type: 'integer-or-list', default: 20, min: 1, max: 10_000 },
};

describe('the options of a part', () => {
  it('are completed with defaults, in milliseconds and per second, and frozen', () => {
    const values = checkOptions(OPTIONS, {}, 'demo');
    expect(values).toEqual({
      stores: 10,
      tip: 0.1,
      pause: 1_800_000,
      orders: 2,
      city: 'Bath',
      note: null,
      open: true,
      days: ['mon'],
      symbols: 20,
    });
    expect(Object.isFrozen(values) && Object.isFrozen(values['days'])).toBe(true);
  });

  it('are read by their types', () => {
    const given = {
      stores: '5',
      tip: 0.5,
      pause: '5s',
      orders: '30/min',
      city: 'York',
      note: 'x',
      open: false,
    };
    expect(checkOptions(OPTIONS, { ...given, days: ['tue'], symbols: ['AAPL', 7] }, 'demo')).toEqual({
      stores: 5,
      tip: 0.5,
      pause: 5000,
      orders: 0.5,
      city: 'York',
      note: 'x',
      open: false,
      days: ['tue'],
      symbols: ['AAPL', 7],
    });
  });

  it('have all mistakes told at once, each with its place', async () => {
    const given = {
      store: 3,
      stores: 0,
      tip: '0.5',
      pause: 5,
      orders: '2',
      city: 'Yorc',
      note: 3,
      open: 'yes',
      days: ['wed'],
      symbols: [],
    };
    expect(await mistakesOf(() => checkOptions(OPTIONS, given, 'demo'))).toEqual([
      'demo.store: not an option; nearest: stores',
      'demo.stores: expected an integer from 1 to 100, got 0',
      'demo.tip: expected a number from 0 to 1, got "0.5"',
      'demo.pause: expected a duration (such as 30s) of at least 1s, got 5; add a unit: 5s or 5ms',
      'demo.orders: expected a rate (such as 10/s) of at most 100/s, got "2"; add a unit: 2/s',
      'demo.city: expected one of Bath, York, got "Yorc"; nearest: York',
      'demo.note: expected text, got 3',
      'demo.open: expected true or false, got "yes"',
      'demo.days: expected each element one of mon, tue, got "wed"',
      'demo.symbols: expected an integer from 1 to 10000, or a list that is not empty, got []',
    ]);
  });

  it('leave room for whole numbers below zero where the range has it', () => {
    const options: Options = { shift: { doc: 'Shift', type: 'integer', default: 0, min: -5 } };
    expect(checkOptions(options, { shift: -3 }, 'demo')).toEqual({ shift: -3 });
  });

  it('take no key that only objects have by nature', async () => {
    expect(
      await mistakesOf(() => checkOptions(OPTIONS, { constructor: 1, toString: 2 }, 'demo')),
    ).toHaveLength(2);
  });
});
