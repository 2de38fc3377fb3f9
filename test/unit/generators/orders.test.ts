/** What orders are made of: lines of servers, occasions, habits, customers' rates. */
import { describe, expect, it } from 'vitest';
import { gammaQuantiles } from '../../../generators/model/gamma.js';
import { Line } from '../../../generators/orders/crew.js';
import { Customers } from '../../../generators/orders/customers.js';
import { Habit } from '../../../generators/orders/habit.js';
import { Occasions } from '../../../generators/orders/occasions.js';
import { createStores } from '../../../generators/orders/stores.js';
import { createRandom } from '../../../src/random.js';

const random = () => createRandom('orders');
const dayOf = (iso: string): number => Date.parse(iso) / 86_400_000;

describe('a line of servers', () => {
  const [store] = createStores(random(), 1, 40, 'S');

  it('serves at once while one is free, and whoever comes then when the first is', () => {
    // 40 orders a day, 11.4 in the busiest hour of a Friday: two cooks of 5 minutes each suffice.
    const line = new Line(store!, 5, 0.8);
    expect(line.take(1000, 500)).toBe(1000);
    expect(line.take(1000, 300)).toBe(1000);
    expect(line.waitAt(1100)).toBe(200);
    expect(line.take(1100, 500)).toBe(1300);
    expect(line.take(5000, 1)).toBe(5000);
  });

  it('has as many servers as orders need', () => {
    const [large] = createStores(random(), 1, 4000, 'S');
    const line = new Line(large!, 5, 0.8);
    for (let server = 0; server < 100; server++) expect(line.take(0, 1000)).toBe(0);
    for (let server = 100; server < 200; server++) line.take(0, 1000);
    expect(line.waitAt(0)).toBe(1000);
  });
});

describe('occasions', () => {
  it('are the fourth Friday of November and the Monday after, every year', () => {
    const occasions = new Occasions(random(), { blackFriday: 3 });
    expect(occasions.of(dayOf('2024-11-22')).day).toBe(3);
    expect(occasions.of(dayOf('2024-11-25')).day).toBe(2);
    expect(occasions.of(dayOf('2025-11-28')).day).toBe(3);
    expect(occasions.of(dayOf('2025-11-21')).day).toBe(1);
    expect(occasions.of(dayOf('2025-10-24')).day).toBe(1);
  });

  it('come as often as they should, and are the same whenever they are asked for', () => {
    const setting = { match: { share: 0.1, least: 1.5, more: 0.5 } };
    const one = new Occasions(random(), setting);
    const other = new Occasions(random(), setting);
    other.of(15_000);
    let matches = 0;
    for (let day = 10_000; day < 14_000; day++) {
      const { evening, day: whole } = one.of(day);
      expect(other.of(day)).toEqual({ evening, day: whole });
      expect(whole).toBe(1);
      if (evening === 1) continue;
      matches++;
      expect(evening).toBeGreaterThanOrEqual(1.5);
      expect(evening).toBeLessThan(2);
    }
    expect(matches / 4000).toBeCloseTo(0.1, 1);
  });
});

describe('customers', () => {
  it('have rates of a gamma distribution: mean 1, and quantiles as tables have them', () => {
    for (const shape of [0.5, 0.6, 1, 4]) {
      const quantiles = gammaQuantiles(shape, 1024);
      const mean = quantiles.reduce((sum, one) => sum + one, 0) / quantiles.length;
      expect(mean).toBeCloseTo(1, 9);
      expect([...quantiles]).toEqual([...quantiles].sort((a, b) => a - b));
    }
    // χ² of one degree of freedom has the median .4549; an exponential ln 2.
    expect(gammaQuantiles(0.5, 1001)[500]).toBeCloseTo(0.4549, 2);
    expect(gammaQuantiles(1, 1001)[500]).toBeCloseTo(Math.LN2, 2);
  });

  it('do as they mostly do, and over all as the shares say', () => {
    const habit = new Habit([0.5, 0.3, 0, 0.2]);
    const stream = random();
    const counts = [0, 0, 0, 0];
    let same = 0;
    for (let hash = 0; hash < 25_600; hash++) {
      const one = habit.pick(hash, stream);
      counts[one]!++;
      if (habit.pick(hash, stream) === one) same++;
    }
    expect(counts.map((count) => Math.round(count / 256) / 100)).toEqual([0.5, 0.3, 0, 0.2]);
    expect(same / 25_600).toBeGreaterThan(0.7);
  });

  it('are numbered as they come, and bounded in memory', () => {
    const stores = createStores(random(), 1, 1e6, 'S');
    const customers = new Customers(random(), stores);
    const stream = random().fork('stream');
    let [next, strangers] = [0, 0];
    const began = process.memoryUsage().arrayBuffers;
    for (let number = 0; number < 2_000_000; number++) {
      const customer = customers.pick(0, number, stream);
      if (customer > next) strangers++;
      if (customer === next) next++;
    }
    expect(strangers).toBe(0);
    expect(next).toBeGreaterThan(1_000_000);
    expect(process.memoryUsage().arrayBuffers - began).toBeLessThan(64e6);
  });
});
