/** The figures of profiles as texts: the table's cells and the accounts, for the page and for each of its updates. */
import { cause } from '../causes.js';
import { changesLine } from '../changes.js';
import { conservation, latency, sentCount } from '../conclusion.js';
import { bytes, count, perSecond, seconds } from '../figures.js';
import type { LiveSnapshot, Snapshot } from '../types.js';
import type { Fates, Text } from './shapes.js';

interface Column {
  readonly title: string;
  readonly of: (live: LiveSnapshot, run: Snapshot) => string;
  readonly bad?: (live: LiveSnapshot) => boolean;
}

/** Without the names, which head the rows. */
export const COLUMNS: readonly Column[] = [
  { title: 'Due', of: ({ profile }) => count(profile.due) },
  {
    title: 'Acked',
    of: ({ profile }) => count(sentCount(profile)) + (profile.settings.acks === 0 ? ' (written)' : ''),
  },
  { title: 'Failed', of: (live) => count(lost(live)), bad: (live) => lost(live) > 0 },
  { title: 'Rate', of: ({ profile }) => perSecond(profile.recordsPerSecond) },
  {
    title: 'Asked for',
    of: (live, run) => (isBounded(run) ? perSecond(live.targetRecordsPerSecond) : 'max'),
  },
  { title: 'p50', of: (live) => latency(live, 'p50') },
  { title: 'p99', of: (live) => latency(live, 'p99') },
  { title: 'Buffer', of: (live) => bytes(live.bufferBytes) },
  { title: 'Retries', of: ({ profile }) => count(profile.retries) },
  { title: 'Data', of: ({ profile }) => bytes(profile.bytes) },
  { title: 'Wire', of: ({ profile }) => bytes(profile.wireBytes) },
];

export function rowOf(live: LiveSnapshot, run: Snapshot): Text[] {
  return COLUMNS.map((column) => ({ text: column.of(live, run), bad: column.bad?.(live) === true }));
}

/** Whether any source has a rate, and does not just go as fast as it can. */
export function isBounded({ sources }: Snapshot): boolean {
  return sources.some(({ rate }) => rate.kind !== 'max');
}

/** Every record accounted for, what went wrong, and what a hand has changed. */
export function accountsOf({ profiles, changes }: Snapshot): Text[] {
  const lines = profiles.flatMap((live) => {
    const { name } = live.profile;
    const errors = Object.entries(live.profile.errors).map(([code, records]) =>
      text(`${name}: ${count(records)} × ${cause(code)}`, true),
    );
    const retries = Object.entries(live.retriesByCode).map(([code, times]) =>
      text(`${name}: retried ${times === 1 ? 'once' : `${count(times)} times`}: ${cause(code)}`),
    );
    return [text(conservation(live)), ...errors, ...retries];
  });
  const byHand = changesLine(changes);
  return byHand === undefined ? lines : [...lines, text(byHand)];
}

export function fatesOf({ profile, pending }: LiveSnapshot): Fates {
  const { acked, records, failed, expired, dropped } = profile;
  return { acked, written: records - acked, failed, expired, dropped, pending };
}

const PHASES: Readonly<{ [P in Snapshot['phase']]: string }> = {
  starting: 'Starting,',
  running: 'Running for',
  flushing: 'Flushing what is under way, after',
  verifying: 'Reading everything back, after',
  done: 'Done after',
};

/** Such as `Running for 12 s`. */
export function statusOf({ phase, elapsedSeconds }: Snapshot): string {
  return `${PHASES[phase]} ${seconds(elapsedSeconds)}`;
}

function text(line: string, bad = false): Text {
  return { text: line, bad };
}

function lost({ profile }: LiveSnapshot): number {
  return profile.failed + profile.expired + profile.dropped;
}
