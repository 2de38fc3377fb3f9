/** From the summaries of all shards to that of the whole, and an exit code. */
import type { Context, Invocation } from '../../command.js';
import { conclusion } from '../../conclusion.js';
import { digestFormat } from '../../config/formats.js';
import { EventmillError } from '../../errors.js';
import { count, milliseconds, perSecond } from '../../figures.js';
import { digestMismatches, profileShortcomings } from '../../judge.js';
import { wantsColor } from '../../paint.js';
import { still } from '../../portrait.js';
import { type Column, type TableLook, table } from '../../table.js';
import type { Snapshot, Summary } from '../../types.js';
import { addResults } from '../../verify/findings.js';
import { type PartOfWhole, wholeOf } from '../../whole.js';
import { WholeFile } from '../../whole-file.js';
import { FlagReader } from './flag-reader.js';
import { readSummary } from './read-summary.js';

const UNSETTLED = 'a shard was killed, or has not ended yet';

export async function mergeCommand(
  { arguments: files, flags }: Invocation,
  context: Context,
): Promise<number> {
  const reader = new FlagReader(flags);
  const path = reader.read('summary', (value) => ({ value }), undefined);
  const expectDigest = reader.read('expectDigest', digestFormat.parse, undefined);
  reader.settle();
  const parts = await readAll(files);
  const whole = wholeOf(parts, addResults);
  const text = `${JSON.stringify(whole, null, 2)}\n`;
  if (path !== undefined) await (await WholeFile.open(path, '--summary')).write(text);
  const others = digestMismatches(whole.profiles.map(still), expectDigest);
  const reasons = [
    ...whole.profiles.flatMap((profile) => profileShortcomings(profile, UNSETTLED)),
    ...others,
  ];
  const exitCode = reasons.length > 0 ? 1 : 0;
  if (reader.has('json')) context.stdout.write(text);
  else
    context.stdout.write(`${forPeople(parts, whole, exitCode, lookOf(context, flags['color'] !== false))}\n`);
  for (const reason of reasons) context.stderr.write(`error: ${reason}\n`);
  return exitCode;
}

/** Reads every file, and tells of all that cannot be read together. */
async function readAll(files: readonly string[]): Promise<PartOfWhole[]> {
  const read = await Promise.allSettled(files.map((file) => readSummary(file, file)));
  const mistakes = read.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
  for (const mistake of mistakes) if (!(mistake instanceof EventmillError)) throw mistake;
  if (mistakes.length > 0)
    throw new EventmillError('CONFIG', mistakes.map((one) => (one as EventmillError).message).join('\n'));
  const parts = files.flatMap((file, i) => {
    const one = read[i]!;
    return one.status === 'fulfilled' ? [{ file, summary: one.value }] : [];
  });
  return parts.sort((a, b) => (a.summary.shard?.index ?? 0) - (b.summary.shard?.index ?? 0));
}

const COLUMNS: readonly Column[] = [
  { title: 'shard', align: 'left' },
  { title: 'profile', align: 'left' },
  { title: 'due' },
  { title: 'acked' },
  { title: 'rate' },
  { title: 'p99' },
];

/** A row for each shard, so that the slow one is seen; then the whole, as a run tells it. */
function forPeople(parts: readonly PartOfWhole[], whole: Summary, exitCode: number, look: TableLook): string {
  const rows = parts.flatMap(({ summary: { shard, profiles } }) =>
    profiles.map((profile) => [
      `${shard?.index}/${shard?.of}`,
      profile.name,
      count(profile.due),
      count(profile.acked),
      perSecond(profile.recordsPerSecond),
      milliseconds(profile.latencyMs.total.p99),
    ]),
  );
  const elapsedSeconds = Math.max(...whole.profiles.map(({ seconds }) => seconds));
  const profiles = whole.profiles.map(still);
  const snapshot: Snapshot = { ...whole, phase: 'done', elapsedSeconds, profiles };
  return `${table(COLUMNS, rows, look)}\n${conclusion(snapshot, exitCode, look)}`;
}

function lookOf({ stdout, environment }: Context, color: boolean): TableLook {
  const framed = stdout.isTTY === true;
  const colored = wantsColor(stdout, environment, color);
  return { framed, color: colored, ...(framed ? { width: stdout.columns ?? 80 } : {}) };
}
