import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OpenEvents } from '../../../src/verify/open-events.js';

const event = (low: number, index: number, digest = low) => ({
  high: low * 3,
  low,
  digest,
  promise: -1,
  index,
  source: 0,
});

describe('open events', () => {
  test('hold what was added and not removed, through every order of both', () => {
    // Few different hashes, so that they collide and stand in one another's way.
    const step = fc.record({
      add: fc.boolean(),
      low: fc.integer({ min: -20, max: 20 }).map((n) => n * 1024),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 3000 }), (steps) => {
        const events = new OpenEvents();
        const model = new Map<number, number>();
        steps.forEach(({ add, low }, index) => {
          const count = model.get(low) ?? 0;
          if (add) {
            events.add(event(low, index));
            model.set(low, count + 1);
          } else {
            const at = events.find(low * 3, low, low);
            expect(at >= 0).toBe(count > 0);
            if (at < 0) return;
            events.remove(at);
            model.set(low, count - 1);
          }
        });
        expect(events.size).toBe([...model.values()].reduce((a, b) => a + b, 0));
        for (const [low, count] of model) expect(events.find(low * 3, low, low) >= 0).toBe(count > 0);
      }),
    );
  });

  test('find the one with the digest asked for among those of one name', () => {
    const events = new OpenEvents();
    events.add(event(5, 1, 100));
    events.add(event(5, 2, 200));
    expect(events.indexAt(events.find(15, 5, 200))).toBe(2);
    expect(events.indexAt(events.find(15, 5, 999))).toBe(1);
  });

  test('forget a quarter, the oldest', () => {
    const events = new OpenEvents();
    for (let index = 0; index < 1000; index++) events.add(event(index * 7919, index));
    expect(events.forgetOldest()).toBe(250);
    expect(events.size).toBe(750);
    expect(events.find(249 * 7919 * 3, 249 * 7919, 0)).toBe(-1);
    expect(events.find(250 * 7919 * 3, 250 * 7919, 0)).toBeGreaterThanOrEqual(0);
  });
});
