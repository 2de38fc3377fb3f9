/** The summaries of all shards of one run put together, or every reason why they are not that. */
import { EventmillError } from './errors.js';
import { mergeProfiles } from './merge.js';
import type { Shard, Summary, VerifyResult } from './types.js';

/** One shard's summary, and the file that it came from. */
export interface PartOfWhole {
  readonly file: string;
  readonly summary: Summary;
}

/**
 * The whole run's summary. `addVerdicts` adds up what reading back has found, where every shard did it.
 *
 * @throws EventmillError CONFIG with one line for each mistake: a shard missing, given twice, of another run, or no shard at all
 */
export function wholeOf(
  parts: readonly PartOfWhole[],
  addVerdicts: (one: VerifyResult, other: VerifyResult) => VerifyResult,
): Summary {
  const mistakes = [...shardMistakes(parts), ...differences(parts)];
  if (mistakes.length > 0) throw new EventmillError('CONFIG', mistakes.join('\n'));
  const summaries = parts.map(({ summary }) => summary);
  const { eventmill, seed, workload, driver, sources } = summaries[0]!;
  const changes = summaries.flatMap((one) => one.changes ?? []);
  const profiles = summaries[0]!.profiles.map((_, i) => {
    const ofOne = summaries.map((one) => one.profiles[i]!);
    const verdicts = ofOne.flatMap(({ verify }) => verify ?? []);
    const verify = verdicts.length === ofOne.length ? { verify: verdicts.reduce(addVerdicts) } : {};
    try {
      return { ...mergeProfiles(ofOne), ...verify };
    } catch (cause) {
      // A file that somebody else wrote may lack any part of what it is taken for.
      if (!(cause instanceof RangeError || cause instanceof TypeError)) throw cause;
      const text = `profile ${ofOne[0]!.name}: expected figures with histograms, got others (${cause.message}); give the files as run --summary wrote them`;
      throw new EventmillError('CONFIG', text, { cause });
    }
  });
  return {
    eventmill,
    seed,
    workload,
    driver,
    brokers: [...new Set(summaries.flatMap(({ brokers }) => brokers.split(',')))].join(','),
    sandbox: summaries.some(({ sandbox }) => sandbox),
    startedAt: summaries.map(({ startedAt }) => startedAt).sort()[0]!,
    sources,
    // Whoever judges the whole has to know how many producers wrote it.
    workers: parts.length * (summaries[0]!.workers ?? 1),
    ...(changes.length === 0 ? {} : { changes: changes.sort((a, b) => a.atSeconds - b.atSeconds) }),
    profiles,
  };
}

const shown = ({ index, of }: Shard) => `${index}/${of}`;

function shardMistakes(parts: readonly PartOfWhole[]): string[] {
  const mistakes: string[] = [];
  const files = new Map<number, string>();
  const of = parts.find(({ summary }) => summary.shard !== undefined)?.summary.shard?.of ?? 0;
  for (const { file, summary } of parts) {
    const { shard } = summary;
    if (shard === undefined) {
      mistakes.push(`${file}: expected a shard's summary, got that of a whole run; leave it out`);
    } else if (shard.of !== of) {
      mistakes.push(
        `${file}: expected a shard of ${of}, as the first file is, got ${shown(shard)}; leave it out`,
      );
    } else if (files.has(shard.index)) {
      const other = files.get(shard.index);
      mistakes.push(`${file}: expected each shard once, got ${shown(shard)}, as in ${other}; leave one out`);
    } else files.set(shard.index, file);
  }
  const missing = Array.from({ length: of }, (_, index) => index).filter((index) => !files.has(index));
  if (missing.length > 0) {
    const named = missing.slice(0, 10).map((index) => `${index}/${of}`);
    const more = missing.length > named.length ? ` and ${missing.length - named.length} more` : '';
    mistakes.push(`expected all ${of} shards, missing ${named.join(', ')}${more}; add their summaries`);
  }
  return mistakes;
}

/** What all shards of one run have in common, and a word for it. */
const COMMON: readonly (readonly [what: string, of: (summary: Summary) => unknown])[] = [
  ['eventmill', ({ eventmill }) => eventmill],
  ['seed', ({ seed }) => seed],
  ['workload', ({ workload }) => workload],
  ['sources', ({ sources }) => sources],
  ['workers', ({ workers }) => workers ?? 1],
  ['profiles', ({ profiles }) => profiles.map(({ name, settings }) => ({ name, settings }))],
];

function differences(parts: readonly PartOfWhole[]): string[] {
  const [first, ...others] = parts;
  if (first === undefined) return ['expected the summaries of all shards, got none'];
  return others.flatMap(({ file, summary }) =>
    COMMON.flatMap(([what, of]) => {
      const [expected, got] = [JSON.stringify(of(first.summary)), JSON.stringify(of(summary))];
      if (expected === got) return [];
      const told = expected.length + got.length > 160 ? 'others' : `${expected}, got ${got}`;
      return [
        `${file}: ${what}: expected those of ${first.file}${told === 'others' ? ', got others' : `: ${told}`}; give all shards the same command line`,
      ];
    }),
  );
}
