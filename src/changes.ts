/** What was changed by hand in a run, in words. */
import { milliseconds, times } from './figures.js';
import type { Change } from './types.js';

const SHOWN_MAX = 12;

/** Such as `rate × 2`, `paused`, `faults: produce:delay=200ms`. */
export function changeText({ rateFactor, faults }: Change): string {
  if (rateFactor === 0) return 'paused';
  if (rateFactor === 1) return 'rate as configured';
  if (rateFactor !== undefined) return `rate ${times(rateFactor)}`;
  return faults === undefined || faults.length === 0 ? 'no faults' : `faults ${faults.join(' ')}`;
}

/** One line, so that nobody takes the figures for those of a run that was left alone; undefined for one that was. */
export function changesLine(changes: readonly Change[] | undefined): string | undefined {
  if (changes === undefined || changes.length === 0) return undefined;
  const shown = changes.slice(-SHOWN_MAX);
  const left = changes.length - shown.length;
  const before = left === 0 ? '' : `${left} changes before, `;
  const texts = shown.map((change) => `${changeText(change)} at ${milliseconds(change.atSeconds * 1000)}`);
  return `changed by hand: ${before}${texts.join(', ')}`;
}
