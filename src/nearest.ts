/** "Did you mean": the one importer of fastest-levenshtein. */
import { closest, distance } from 'fastest-levenshtein';

/** The candidate that `word` was probably meant to be; undefined when none is near. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  if (candidates.length === 0) return undefined;
  const meant = word.toLowerCase();
  const lower = candidates.map((candidate) => candidate.toLowerCase());
  const found = lower.indexOf(closest(meant, lower));
  const candidate = candidates[found]!;
  // More than a third of the letters wrong is another word, not a slip; but two letters exchanged (which count as two)
  // are one, and a very short word may have one wrong.
  const length = Math.max(meant.length, candidate.length);
  const slips = length < 4 ? 1 : Math.max(2, Math.floor(length / 3));
  if (distance(meant, lower[found]!) <= slips) return candidate;
  return candidates.find((_, index) => meant.length >= 3 && lower[index]!.startsWith(meant));
}
