/** "Did you mean": the one importer of fastest-levenshtein. */
import { closest, distance } from 'fastest-levenshtein';

/** The candidate that `word` was probably meant to be; undefined when none is near. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  if (candidates.length === 0) return undefined;
  const meant = word.toLowerCase();
  const lower = candidates.map((candidate) => candidate.toLowerCase());
  const found = lower.indexOf(closest(meant, lower));
  const candidate = candidates[found]!;
  // More than a third of the letters wrong is another word, not a slip. Short words may have one wrong.
  const slips = Math.max(1, Math.floor(Math.max(meant.length, candidate.length) / 3));
  if (distance(meant, lower[found]!) <= slips) return candidate;
  return candidates.find((_, index) => meant.length >= 3 && lower[index]!.startsWith(meant));
}
