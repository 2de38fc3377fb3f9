/** The faults of a soak: all that the sandbox can be told, each once a round, the same for the same seed. */
import { expect, test } from 'vitest';
import { createRandom } from '../../../src/random.js';
import { WHATS } from '../../../src/sandbox/fault-words.js';
import { parseFault } from '../../../src/sandbox/faults.js';
import { rotation } from '../../chaos/rotation.js';

function take(seed: number, count: number): string[] {
  const specs = rotation(createRandom(seed));
  return Array.from({ length: count }, () => specs.next().value);
}

test('every fault that the sandbox knows has its turn in each round', () => {
  const rounds = take(3, 30);
  const whats = (specs: readonly string[]) => new Set(specs.map((spec) => /:([^=,]+)/.exec(spec)![1]));
  for (const round of [rounds.slice(0, 15), rounds.slice(15)]) {
    expect([...whats(round)].sort()).toEqual(Object.keys(WHATS).sort());
    for (const spec of round) expect(parseFault(spec).spec).toBe(spec);
  }
});

test('a seed draws the same faults again, and another seed others', () => {
  expect(take(7, 20)).toEqual(take(7, 20));
  expect(take(7, 20)).not.toEqual(take(8, 20));
});
