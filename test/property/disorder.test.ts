/** Whatever the probabilities: nothing comes that was not made, nothing is lost untold, and the seed alone decides. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KINDS } from '../../src/disorder.js';
import type { Disorder } from '../../src/types.js';
import { disorderly } from '../support/disorder.js';
import '../support/properties.js';

const disorders: fc.Arbitrary<Disorder> = fc
  .tuple(...KINDS.map(() => fc.double({ min: 0, max: 0.12, noNaN: true })), fc.integer({ min: 1, max: 5000 }))
  .map((drawn) => ({
    ...Object.fromEntries(KINDS.map((kind, i) => [kind, drawn[i]])),
    lateByMs: drawn[KINDS.length]!,
  }));

const sorted = (lines: readonly unknown[]) => lines.map((line) => JSON.stringify(line)).sort();

describe('disorder', () => {
  test('gives every event once, but for what it tells of', () => {
    fc.assert(
      fc.property(disorders, fc.integer({ min: 1, max: 600 }), fc.integer(), (disorder, count, salt) => {
        const { came, truths } = disorderly(disorder, count, { simulated: true, salt });
        const told = (kind: string) => truths.filter((truth) => truth.disorder === kind).length;
        expect(came.length).toBe(count - told('missing') + told('duplicate'));
        expect(came.filter((one) => one.disorder !== null).length).toBe(truths.length - told('missing'));
      }),
      { numRuns: 60 },
    );
  });

  test('does the same to each key’s events whoever else’s come between', () => {
    fc.assert(
      fc.property(disorders, fc.integer(), (disorder, salt) => {
        const wishes = { simulated: true, salt };
        const count = 400;
        const together = disorderly(disorder, 2 * count, { ...wishes, keys: ['a', 'b'] });
        const apart = ['a', 'b'].map((key) => disorderly(disorder, count, { ...wishes, keys: [key] }));
        // Timestamps differ between the two, as the made-up source stamps every event with its place.
        const fates = (truths: readonly (typeof together.truths)[number][]) =>
          sorted(
            truths.map(({ id, disorder: kind, key, sequence, skewMs }) => ({
              id,
              kind,
              key,
              sequence,
              skewMs,
            })),
          );
        expect(fates(apart.flatMap(({ truths }) => truths))).toEqual(fates(together.truths));
      }),
      { numRuns: 40 },
    );
  });

  test('gives the same records to whoever compares, if in another order', () => {
    fc.assert(
      fc.property(disorders, fc.integer({ min: 1, max: 600 }), fc.integer(), (disorder, count, salt) => {
        const wishes = { simulated: true, salt };
        const held = disorderly(disorder, count, wishes);
        const inTurn = disorderly(disorder, count, { ...wishes, holds: false });
        expect(sorted(inTurn.came)).toEqual(sorted(held.came));
      }),
      { numRuns: 40 },
    );
  });
});
