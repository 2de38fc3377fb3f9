/** Whatever a broker answers: no crash, no hang, no growth, and words for people. `npm run fuzz` goes on for longer. */
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { TARGETS } from '../fuzz/targets.js';

describe('whatever comes over the wire', () => {
  it.each([...TARGETS])('$name: ends in time, in words, and in bounded memory', async ({ runs, open }) => {
    const { property, close } = await open();
    try {
      await fc.assert(property, { numRuns: runs });
    } finally {
      await close();
    }
  });
});
