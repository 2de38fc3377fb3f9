/** What a run came to, for people: a table with a row per profile, and every record accounted for below it. */
import { bottleneck, lateness } from './bottleneck.js';
import { cause } from './causes.js';
import { changesLine } from './changes.js';
import { KINDS } from './disorder.js';
import { bytes, count, milliseconds, perSecond, plural, seconds } from './figures.js';
import { paintWith } from './paint.js';
import { spread } from './spread.js';
import { type Column, type TableLook, table, tableWidth } from './table.js';
import { settledOf } from './tally.js';
import type { LiveSnapshot, ProfileSnapshot, Snapshot } from './types.js';
import { verdict } from './verdict.js';

/** The whole text, without a line end behind it. */
export function conclusion(snapshot: Snapshot, exitCode: number, look: TableLook): string {
  if (snapshot.profiles.length === 0) return ending(snapshot, exitCode, look);
  const details = snapshot.profiles.flatMap((live) => account(live));
  const byHand = changesLine(snapshot.changes);
  if (byHand !== undefined) details.push(byHand);
  return [summaryTable(snapshot, look), ...details, ending(snapshot, exitCode, look)].join('\n');
}

/** Records asked for without acknowledgement were written to the socket; whether they arrived nobody knows. */
export function sentWord(profile: ProfileSnapshot): 'acked' | 'written' {
  return profile.settings.acks === 0 ? 'written' : 'acked';
}

/** Records that went out as far as the profile promises. */
export function sentCount(profile: ProfileSnapshot): number {
  return profile.settings.acks === 0 ? profile.records : profile.acked;
}

/** Every due record has one fate; those that are under way or not made yet are unacknowledged until they have another. */
export function conservation(live: LiveSnapshot): string {
  const { profile, pending } = live;
  const { due, records, acked, failed, expired, dropped, unacknowledged } = profile;
  const unmade = due - settledOf(profile) - pending;
  const open = pending !== 0 || unmade !== 0;
  const parts = [
    `${count(acked)} acked`,
    `${count(failed)} failed`,
    `${count(expired)} expired`,
    `${count(dropped)} dropped`,
    `${count(unacknowledged)} ${profile.settings.acks === 0 && !open ? 'written, unacknowledged' : 'unacknowledged'}`,
  ];
  const detail: string[] = [];
  if (open && records > acked) detail.push(`${count(records - acked)} written`);
  if (pending !== 0) detail.push(`${count(pending)} pending`);
  if (unmade !== 0) detail.push(`${count(unmade)} not made`);
  const details = detail.length === 0 ? '' : ` (${detail.join(', ')})`;
  return `${profile.name}: ${count(due)} due = ${parts.join(' + ')}${details}`;
}

interface Cell extends Column {
  readonly of: (live: LiveSnapshot) => string;
  /** Left out of the table when it says nothing about any profile. */
  readonly when?: (live: LiveSnapshot) => boolean;
  /** Whether it tells how fast, rather than what became of the records. */
  readonly speed?: true;
}

const CELLS: readonly Cell[] = [
  { title: 'profile', align: 'left', of: name },
  { title: 'due', of: ({ profile }) => count(profile.due) },
  {
    title: 'acked',
    of: ({ profile }) => count(profile.acked),
    when: ({ profile }) => profile.settings.acks !== 0,
  },
  {
    title: 'written',
    of: ({ profile }) => (profile.settings.acks === 0 ? count(sentCount(profile)) : '–'),
    when: ({ profile }) => profile.settings.acks === 0,
  },
  { title: 'failed', of: ({ profile }) => count(profile.failed), when: ({ profile }) => profile.failed > 0 },
  {
    title: 'expired',
    of: ({ profile }) => count(profile.expired),
    when: ({ profile }) => profile.expired > 0,
  },
  {
    title: 'dropped',
    of: ({ profile }) => count(profile.dropped),
    when: ({ profile }) => profile.dropped > 0,
  },
  {
    title: 'given up',
    of: ({ profile }) => (profile.settings.acks === 0 ? '–' : count(profile.unacknowledged)),
    when: ({ profile }) => profile.settings.acks !== 0 && profile.unacknowledged > 0,
  },
  { title: 'retries', of: ({ profile }) => count(profile.retries) },
  { title: 'rate', speed: true, of: ({ profile }) => perSecond(profile.recordsPerSecond) },
  { title: 'p50', speed: true, of: (live) => latency(live, 'p50') },
  { title: 'p99', speed: true, of: (live) => latency(live, 'p99') },
  { title: 'max', speed: true, of: (live) => latency(live, 'max') },
  { title: 'data', speed: true, of: ({ profile }) => bytes(profile.bytes) },
  { title: 'wire', speed: true, of: ({ profile }) => bytes(profile.wireBytes) },
];

/** One table, or where that is too wide two: what became of the records, and how fast. */
function summaryTable(snapshot: Snapshot, look: TableLook): string {
  const cells = CELLS.filter((cell) => cell.when === undefined || snapshot.profiles.some(cell.when));
  const rowsOf = (some: readonly Cell[]) =>
    snapshot.profiles.map((live) => some.map((cell) => cell.of(live)));
  const width = look.width ?? Number.POSITIVE_INFINITY;
  if (tableWidth(cells, rowsOf(cells), look.framed) <= width) return table(cells, rowsOf(cells), look);
  const fates = cells.filter((cell) => cell.of === name || !cell.speed);
  const speeds = cells.filter((cell) => cell.of === name || cell.speed);
  return [fates, speeds].map((some) => table(some, rowsOf(some), look)).join('\n');
}

function name({ profile }: LiveSnapshot): string {
  return profile.name;
}

/** Latency from due to acknowledged, or written; a dash while nothing was: what failed has none. */
export function latency(live: LiveSnapshot, which: 'p50' | 'p99' | 'max'): string {
  const { total } = live.profile.latencyMs;
  return total.count === 0 ? '–' : milliseconds(total[which]);
}

function account(live: LiveSnapshot): string[] {
  const { profile } = live;
  const lines = [conservation(live)];
  for (const [code, records] of Object.entries(profile.errors))
    lines.push(`  ${plural(records, 'record')}: ${cause(code)}`);
  for (const [code, retries] of Object.entries(live.retriesByCode))
    lines.push(`  retried ${retries === 1 ? 'once' : `${count(retries)} times`}: ${cause(code)}`);
  lines.push(...spread(profile).map((line) => `  ${line}`));
  const limit = bottleneck(profile);
  if (limit !== undefined) lines.push(`  ${limit}`);
  const late = lateness(profile);
  if (late !== undefined) lines.push(`  ${late}`);
  if (profile.digest !== undefined) lines.push(`  ${digestLine(profile.digest)}`);
  if (profile.backfill !== undefined)
    lines.push(...backfillLines(profile.backfill).map((line) => `  ${line}`));
  if (profile.disorder !== undefined) lines.push(`  ${disorderLine(profile.disorder)}`);
  if (profile.verify !== undefined) lines.push(...verdict(profile.verify).map((line) => `  ${line}`));
  return lines;
}

function digestLine({ all, topics }: NonNullable<LiveSnapshot['profile']['digest']>): string {
  const each = Object.entries(topics);
  const parts = each.length < 2 ? '' : ` (${each.map(([topic, digest]) => `${topic} ${digest}`).join(', ')})`;
  return `digest ${all}${parts}`;
}

function backfillLines(backfill: NonNullable<LiveSnapshot['profile']['backfill']>): string[] {
  return Object.entries(backfill).map(([source, { start, events, reached, liveFrom }]) => {
    const past = `${source}: ${plural(events, 'event')} of the past from ${utc(start)} on`;
    return liveFrom === undefined
      ? `${past}; it came as far as ${utc(reached ?? start)} and not to the present`
      : `${past}, live since ${utc(liveFrom)}`;
  });
}

/** To the second. */
function utc(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}

function disorderLine(disorder: NonNullable<LiveSnapshot['profile']['disorder']>): string {
  const told = KINDS.flatMap((kind) => {
    const events = disorder[kind] ?? 0;
    return events === 0 ? [] : [`${count(events)} ${kind}${kind === 'missing' ? ' (never due)' : ''}`];
  });
  return `disorder as asked for: ${told.join(', ')}`;
}

function ending(snapshot: Snapshot, exitCode: number, look: TableLook): string {
  const paint = paintWith(look.color);
  const time = seconds(snapshot.elapsedSeconds);
  if (exitCode === 0) return paint.green(`Done after ${time}.`);
  if (exitCode === 130)
    return paint.yellow(`Interrupted after ${time}; what was made has been flushed and counted.`);
  return paint.red(`Failed after ${time}.`);
}
