import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { keyHash } from '../../src/partition.js';

/** Written by Partitions.java beside this file. */
const JAVA = JSON.parse(readFileSync(new URL('./partitions.json', import.meta.url), 'utf8')) as [
  string,
  number,
][];

it('hashes keys as Java does, so that they go to the same partitions', () => {
  const ours = JAVA.map(([key]) => {
    const bytes = Buffer.from(`#${key}`);
    return [key, keyHash(bytes, 1, bytes.length - 1)];
  });
  expect(ours).toEqual(JAVA);
  expect(JAVA.length).toBe(120);
});
