/** `npm run bench -- --against …` from its flags to its tables; what was found is kept row by row. */
import { contest, DEFAULT_ROWS, RIVALS, termsOf } from './against.js';
import { goalsTable, longText, matchesTable, shortText, writeInto } from './against-table.js';
import { merged, readMatches, writeMatches } from './matches.js';

/** Every pair of every match, so that anybody can do the arithmetic again. */
const RESULTS = 'test/bench/against.jsonl';

/** What `--help` says of them. */
export const RIVALS_TEXT = Object.entries(RIVALS)
  .map(([name, { doc }]) => `                       ${name.padEnd(13)} ${doc}`)
  .join('\n');
export const ROWS_TEXT = DEFAULT_ROWS.join(',');

export interface AgainstFlags {
  readonly against?: string | undefined;
  readonly rows?: string | undefined;
  readonly workers: string;
  readonly kafka?: string | undefined;
  readonly pairs: string;
  /** About how long each run takes; 5 unless given. */
  readonly seconds?: string | undefined;
}

/** Keeps what was found beside what was found before on this machine. */
export async function againstAll(flags: AgainstFlags, look: Parameters<typeof goalsTable>[1]): Promise<void> {
  const { against, rows, workers, kafka, pairs, seconds } = flags;
  const known = Object.keys(RIVALS);
  const rivals = against === 'all' ? known : (against ?? 'java').split(',');
  const unknown = rivals.filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new Error(`--against: expected some of ${known.join(', ')}, or all, got ${unknown.join(', ')}`);
  const played = contest({
    rivals,
    rows: (rows?.split(',') ?? DEFAULT_ROWS).map(termsOf),
    workers: workers.split(',').map(Number),
    pairs: Number(pairs),
    seconds: Number(seconds ?? 5),
    broker: kafka,
    print: (line) => void process.stdout.write(`${line}\n`),
  });
  for await (const matches of played) {
    process.stdout.write(`${matchesTable(matches, look)}\n`);
    if (matches.length > 0) writeMatches(RESULTS, merged(readMatches(RESULTS), matches));
  }
  process.stdout.write(`${goalsTable(readMatches(RESULTS), look)}\n`);
}

/** Puts what is known of this machine into the documents. */
export function writeDocuments(): void {
  const matches = readMatches(RESULTS);
  writeInto('docs/speed.md', 'against', longText(matches));
  writeInto('README.md', 'against', shortText(matches));
}
