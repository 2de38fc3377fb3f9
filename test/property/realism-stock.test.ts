/**
 * The yardstick's fast part: what can be told from minutes of trading. `npm run realism` holds all lines over ten seeds.
 * Each line is also shown to tell: it fails on prices drawn anew each time and on a Gaussian walk with Poisson arrivals.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { stockFamily } from '../realism/families.js';
import { judge, type Line } from '../realism/line.js';
import { type Null, nullSample } from '../realism/samples/nulls.js';
import { type StockSample, stockSample } from '../realism/samples/stock.js';

const lineOf = new Map(stockFamily.lines.map((line) => [`${line.id} ${line.words}`, line]));
const names = [...lineOf.keys()];

/** What a day or two of trades cannot tell, only years or ten days of them. */
const LONG = /^S(1|2|3|5|6|7|8|10|23) |^S2b|^S11/;
const fast = names.filter((name) => !LONG.test(name));

/** Lines that a null model passes by right, or that say nothing of it. */
const PASSED: readonly (readonly [model: Null, line: RegExp, why: string])[] = [
  ['walk', /^S3 /, 'a walk has no memory, as a market has little'],
  ['uniform', /^S3 max/, 'draws have no memory beyond the one that differencing gives them'],
  ['walk', /^S4 \|a\(2\)/, 'the same, from trade to trade'],
  ['uniform', /^S4 \|a\(2\)/, 'the same, from trade to trade'],
  ['uniform', /a\(1\) of daily \|r\|/, 'differencing gives it'],
  ['uniform', /^S7 leverage of shares/, 'differencing gives it'],
  ['walk', /^S23 annual volatility of shares/, 'it was told its volatility'],
  ['walk', /^S22 .*basis points/, 'its spread is a constant'],
  ['uniform', /^S22 .*basis points/, 'its spread is a constant'],
];

let own: StockSample;
const nulls = {} as { [model in Null]: StockSample };

beforeAll(async () => {
  own = await stockSample(1, 'tapes');
  nulls.uniform = nullSample('uniform', 1, 'quarter');
  nulls.walk = nullSample('walk', 1, 'quarter');
});

describe('stock', () => {
  it.each(fast)('is in the band of %s', (name) => {
    const line = lineOf.get(name) as Line<StockSample>;
    const value = line.measure(own);
    expect(value).toBeGreaterThanOrEqual(line.band[0]);
    expect(value).toBeLessThanOrEqual(line.band[1]);
  });

  it('breaks no rule in half a million events', () => {
    expect(own.violations).toEqual([]);
  });
});

describe.each(['uniform', 'walk'] as const)('prices of the kind %s', (model) => {
  const passed = PASSED.filter((entry) => entry[0] === model);
  const told = names.filter((name) => !passed.some(([, line]) => line.test(name)));

  it.each(told)('are out of the band of %s', (name) => {
    const line = lineOf.get(name) as Line<StockSample>;
    expect(judge(line, [line.measure(nulls[model])]).passed).toBe(false);
  });
});
