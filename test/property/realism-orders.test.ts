/**
 * The yardstick of orders over two years of one shop. `npm run realism` holds all lines over ten seeds. Each line is also shown to
 * tell: it fails on orders of which everything is drawn anew, evenly.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { pizzaFamily, storefrontFamily } from '../realism/families.js';
import { judge } from '../realism/line.js';
import { nullOrders } from '../realism/samples/order-nulls.js';
import { type OrdersSample, ordersSample } from '../realism/samples/orders.js';

/** Lines that even drawing passes by right. */
const PASSED: readonly (readonly [line: RegExp, why: string])[] = [
  [/^O5 /, 'a Poisson process is what is left when rhythm and level are taken away'],
  [/^O12 mean ÷ median/, 'sums of few prices are skewed whatever they are'],
];

const FAMILIES = [
  { ...pizzaFamily, kind: 'pizza' as const },
  { ...storefrontFamily, kind: 'storefront' as const },
];

const drawn = nullOrders(1);

describe.each(FAMILIES)('$name', ({ kind, lines }) => {
  const cases = lines.map((line) => [`${line.id} ${line.words}`, line] as const);
  let own: OrdersSample;
  beforeAll(() => {
    own = ordersSample(kind, 1, true);
  });

  it.each(cases)('is in the band of %s', (_, line) => {
    const value = line.measure(own);
    expect(value).toBeGreaterThanOrEqual(line.band[0]);
    expect(value).toBeLessThanOrEqual(line.band[1]);
  });

  it('breaks no rule in two years', () => {
    expect(own.violations).toEqual([]);
  });

  const told = cases.filter(([name]) => !PASSED.some(([line]) => line.test(name)));
  it.each(told)('would be out of the band of %s, were everything drawn anew', (_, line) => {
    expect(judge(line, [line.measure(drawn)]).passed).toBe(false);
  });
});
