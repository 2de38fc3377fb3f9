/** Whatever happens to a correct stream, the verdict counts exactly that. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judge } from '../../src/verify/findings.js';
import { type Evidence, Verifier } from '../../src/verify/verifier.js';
import { evidence, expectedEvents, madeEvents } from '../support/evidence.js';

type Mishap = 'lose' | 'double' | 'spoil' | 'none';

/** In their order; `gap` events behind the first copy comes the second. */
const mishaps = fc.array(
  fc.tuple(
    fc.constantFrom<Mishap>('lose', 'double', 'spoil', 'none', 'none', 'none'),
    fc.integer({ min: 1, max: 50 }),
  ),
  { minLength: 1, maxLength: 400 },
);

function suffer(records: readonly Evidence[], plan: readonly (readonly [Mishap, number])[]) {
  const later = new Map<number, Evidence[]>();
  const came: Evidence[] = [];
  const counts = { lost: 0, duplicated: 0, corrupted: 0 };
  records.forEach((record, index) => {
    const [mishap, gap] = plan[index % plan.length]!;
    if (mishap === 'lose') counts.lost++;
    else if (mishap === 'spoil') {
      counts.corrupted++;
      came.push({ ...record, value: Buffer.from(record.value!.toString().replace('made', 'Made')) });
    } else came.push(record);
    if (mishap === 'double') {
      counts.duplicated++;
      later.set(index + gap, [...(later.get(index + gap) ?? []), record]);
    }
    came.push(...(later.get(index) ?? []));
    later.delete(index);
  });
  return { came: [...came, ...[...later.values()].flat()], counts };
}

describe('a verdict', () => {
  for (const ordered of [true, false]) {
    test(`counts losses, copies and changes exactly, with ${ordered ? 'the run’s' : 'another'} order`, () => {
      fc.assert(
        fc.property(
          mishaps,
          fc.integer({ min: 1, max: 1000 }),
          fc.integer({ min: 1, max: 40 }),
          (plan, n, keys) => {
            const events = madeEvents(n, (index) => `k${(index * 7) % keys}`);
            const { came, counts } = suffer(
              events.map((event) => evidence(event)),
              plan,
            );
            const verifier = new Verifier([expectedEvents(events, { ordered })]);
            for (const record of came) verifier.see('t', record);
            expect(judge(verifier.findings('t'), { promised: n, excused: 0 })).toMatchObject({
              read: came.length,
              reordered: 0,
              ...counts,
            });
          },
        ),
      );
    });
  }

  test('counts as out of order what stands behind a later one of its key', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 2, maxLength: 300 }), (weights) => {
        const events = madeEvents(weights.length, (index) => `k${index % 5}`);
        const order = weights.map((weight, index) => ({ index, weight: index + (weight % 20) }));
        order.sort((a, b) => a.weight - b.weight || a.index - b.index);
        const seen = new Map<string, number>();
        let late = 0;
        const verifier = new Verifier([expectedEvents(events)]);
        for (const { index } of order) {
          const { key, sequence } = events[index]!;
          if (sequence! < (seen.get(key!) ?? 0)) late++;
          else seen.set(key!, sequence!);
          verifier.see('t', evidence(events[index]!));
        }
        const verdict = judge(verifier.findings('t'), { promised: events.length, excused: 0 });
        expect(verdict).toMatchObject({ lost: 0, duplicated: 0, corrupted: 0, reordered: late });
      }),
    );
  });
});
