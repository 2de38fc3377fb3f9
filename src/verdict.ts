/** What reading back has found, for people. */
import { count, plural } from './figures.js';
import type { VerifyExample, VerifyExamples, VerifyResult } from './types.js';

const WORDS: Readonly<{ [verdict in keyof VerifyExamples]-?: string }> = {
  lost: 'lost',
  duplicated: 'another copy',
  reordered: 'out of order',
  corrupted: 'not what the seed makes',
  misplaced: "outside of its key's partition",
  unknown: 'not recognised',
};

/** The first line is the sum; those behind it, set in, are details. */
export function verdict(verify: VerifyResult): string[] {
  const { read, lost, duplicated, reordered, corrupted } = verify;
  const lines = [
    `read back ${count(read)}: ${count(lost)} lost, ${count(duplicated)} duplicated, ` +
      `${count(reordered)} out of order, ${count(corrupted)} corrupted`,
  ];
  const {
    unread = 0,
    excused = 0,
    misplaced = 0,
    reorderedInPartition = 0,
    foreign = 0,
    examples = {},
    notes = [],
  } = verify;
  if (unread > 0)
    lines.push(`  ${plural(unread, 'record')} could not be read back: the broker stopped answering`);
  if (excused > 0)
    lines.push(`  ${plural(excused, 'record')} not there, as told: failed, expired, dropped or given up on`);
  if (misplaced > 0) lines.push(`  ${plural(misplaced, 'record')} outside of the partition of their key`);
  if (reorderedInPartition > reordered)
    lines.push(`  ${plural(reorderedInPartition, 'record')} behind a later one of the same partition`);
  if (foreign > 0) lines.push(`  ${plural(foreign, 'record')} of others in between, not judged`);
  for (const [name, word] of Object.entries(WORDS))
    for (const example of examples[name as keyof VerifyExamples] ?? [])
      lines.push(`  ${word}: ${shown(example)}`);
  return [...lines, ...notes.map((note) => `  note: ${note}`)];
}

function shown({ key, sequence, partition, offset }: VerifyExample): string {
  const parts = [key === null ? 'no key' : `key ${JSON.stringify(key)}`];
  if (sequence !== null) parts.push(`sequence ${sequence}`);
  if (partition !== undefined) parts.push(`partition ${partition}`);
  if (offset !== undefined) parts.push(`offset ${offset}`);
  return parts.join(', ');
}
