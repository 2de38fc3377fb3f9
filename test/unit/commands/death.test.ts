import { expect, it } from 'vitest';
import { tellDeath } from '../../../src/commands/bodies/death.js';
import type { ProfileCounts } from '../../../src/pulse.js';

const PLAIN = { framed: false, color: false };

function told(counts: Partial<ProfileCounts>, stored: number, ageMs = 0): string {
  const profile = { name: 'p', topics: ['t'], made: 0, acked: 0, written: 0, pending: 0, ...counts };
  // Where lines are broken is another's business.
  const [titles, row, ...sentences] = tellDeath([profile], () => stored, ageMs, PLAIN).split('\n');
  return `${titles}\n${row}\n${sentences.join(' ')}`;
}

it('puts what was made, acknowledged, held and stored beside one another', () => {
  const text = told({ made: 50_000, acked: 48_000, pending: 2000 }, 48_500);
  expect(text.split('\n').slice(0, 2)).toEqual([
    'profile    made  acknowledged  in the buffer  the broker has  died with it',
    'p        50,000        48,000          2,000          48,500         1,500',
  ]);
  expect(text).toContain(
    'p: 2,000 records were in the buffer when it was killed; 500 had reached the broker, and nobody was told; 1,500 records died with the process.',
  );
});

it('says when nothing died', () => {
  expect(told({ made: 7, acked: 6, pending: 1 }, 7)).toContain(
    '1 record was in the buffer when it was killed; 1 had reached the broker, and nobody was told; nothing died with the process.',
  );
  expect(told({ made: 7, acked: 7 }, 7)).toContain(
    'p: 0 records were in the buffer when it was killed; nothing died with the process.',
  );
});

it('calls records without acknowledgements written, and tells those that never arrived', () => {
  const text = told({ made: 100, written: 90, pending: 10 }, 80);
  expect(text).toContain('none (90 written)');
  expect(text).toContain('p: 90 were written, and the broker has 80: 10 records lost on the way or there.');
});

it('does not hide that something acknowledged is missing', () => {
  expect(told({ made: 100, acked: 90, pending: 10 }, 85)).toContain(
    'p: 90 were acknowledged, and the broker has 85: 5 records lost on the way or there.',
  );
});

it('does not hide that the broker has more than was counted', () => {
  const text = told({ made: 100, acked: 99, pending: 1 }, 103);
  expect(text).toContain('p: the broker has 3 records more than were counted');
  expect(text).toMatch(/103 +0\n/);
});

it('says how old the counts are that it goes by, and that they do not know what was made since', () => {
  expect(told({ made: 50_000, acked: 48_000, pending: 2000 }, 48_500, 8)).toContain(
    'p: 2,000 records were in the buffer 8 ms before it was killed; 500 had reached the broker, and nobody was told; 1,500 records died with the process of those counted by then.',
  );
  expect(told({ made: 100, acked: 99, pending: 1 }, 103, 8)).toContain(
    'made in the 8 ms after the last count',
  );
});
