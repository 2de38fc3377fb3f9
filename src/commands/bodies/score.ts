/** From a manifest and a consumer's claims to a table and an exit code. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Context, Invocation } from '../../command.js';
import { share } from '../../config/disorder.js';
import { KINDS } from '../../disorder.js';
import { EventmillError } from '../../errors.js';
import { count, NOTHING, plural } from '../../figures.js';
import { wantsColor } from '../../paint.js';
import { type Claim, type KindScore, Score, type ScoreResult, type TruthLine } from '../../score.js';
import { type Column, type TableLook, table } from '../../table.js';
import { FlagReader } from './flag-reader.js';

/** Mistakes of a file that are named; the first ones say enough. */
const NAMED_MAX = 5;

export async function scoreCommand(
  { arguments: claims, flags }: Invocation,
  context: Context,
): Promise<number> {
  const reader = new FlagReader(flags);
  const least = reader.read('least', share.parse, undefined);
  const profile = reader.read('profile', (value) => ({ value }), undefined);
  const manifest = reader.read('manifest', (value) => ({ value }), '');
  if (manifest === '') reader.wrong('manifest', 'expected the file that run --manifest wrote, got nothing');
  reader.settle();
  const accepted = reader.has('accepted');
  const score = new Score(accepted ? 'accepted' : 'caught');
  await readManifest(score, manifest, profile, context);
  const mistakes: string[] = [];
  for (const file of claims) mistakes.push(...(await readClaims(score, file, context)));
  refuse(mistakes);
  const result = score.result();
  const rates = ratesOf(result);
  if (reader.has('json')) context.stdout.write(`${JSON.stringify({ ...result, ...rates }, null, 2)}\n`);
  else context.stdout.write(`${forPeople(result, accepted, lookOf(context, flags['color'] !== false))}\n`);
  const short = [
    // What cannot be judged has not passed.
    ...(least !== undefined && rates.caughtShare === null
      ? [
          `${manifest}: expected an event to catch, got none; let the run make more, or ask for more --disorder`,
        ]
      : []),
    ...(least !== undefined && rates.caughtShare !== null && rates.caughtShare < least
      ? [`${percent(rates.caughtShare)} were caught, less than ${percent(least)}`]
      : []),
    ...(least !== undefined && rates.rightShare !== null && rates.rightShare < least
      ? [`${percent(rates.rightShare)} of what was caught deserved it, less than ${percent(least)}`]
      : []),
  ];
  for (const reason of short) context.stderr.write(`error: ${reason}\n`);
  return short.length > 0 ? 1 : 0;
}

// ---------------------------------------------------------------- reading

async function readManifest(
  score: Score,
  file: string,
  profile: string | undefined,
  context: Context,
): Promise<void> {
  const mistakes: string[] = [];
  const profiles = new Set<string>();
  for await (const { at, value } of objectsOf(file, context, mistakes)) {
    const line = value as Partial<TruthLine>;
    const known = KINDS.some((kind) => kind === line.disorder);
    if (typeof line.id !== 'string' || !known || typeof line.profile !== 'string') {
      mistakes.push(
        `${at}: expected a line of a manifest with id, disorder and profile, got ${shown(value)}; name the file that run --manifest wrote`,
      );
      continue;
    }
    profiles.add(line.profile);
    if (profile === undefined || profile === line.profile) score.expect(line as TruthLine);
  }
  const names = [...profiles].join(', ');
  if (profile !== undefined && !profiles.has(profile))
    mistakes.push(
      `--profile: expected one of the manifest's profiles (${names || 'it has none'}), got ${profile}`,
    );
  if (profile === undefined && profiles.size > 1)
    mistakes.push(`--profile: expected one of ${names}, as ${file} has the events of several, got nothing`);
  refuse(mistakes);
}

/** Returns what is wrong with a file. */
async function readClaims(score: Score, file: string, context: Context): Promise<readonly string[]> {
  const mistakes: string[] = [];
  for await (const { at, value } of objectsOf(file, context, mistakes)) {
    const { id, key, sequence, disorder } = value as Partial<Claim>;
    const named = typeof id === 'string' || (typeof key === 'string' && typeof sequence === 'number');
    if (!named) {
      mistakes.push(`${at}: expected an id, or a key and a sequence number, got ${shown(value)}`);
    } else if (disorder !== undefined && !KINDS.includes(disorder)) {
      mistakes.push(`${at}: disorder: expected one of ${KINDS.join(', ')}, got ${shown(disorder)}`);
    } else score.claim(value as Claim);
  }
  return mistakes;
}

interface Line {
  /** File and line. */
  readonly at: string;
  readonly value: object;
}

/** The JSON objects of a file, one a line; lines that are none become mistakes. */
async function* objectsOf(file: string, context: Context, mistakes: string[]): AsyncGenerator<Line> {
  const input = file === '-' ? context.stdin : createReadStream(file);
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  let number = 0;
  try {
    for await (const line of lines) {
      number++;
      if (line.trim() === '') continue;
      const at = `${file}:${number}`;
      const value = parsed(line);
      if (typeof value === 'object' && value !== null) yield { at, value };
      else mistakes.push(`${at}: expected a JSON object, got ${shown(line)}`);
    }
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === undefined) throw cause;
    throw new EventmillError('NOT_FOUND', `${file}: expected a file that can be read, got ${code}`, {
      cause,
    });
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

function refuse(mistakes: readonly string[]): void {
  if (mistakes.length === 0) return;
  const more = mistakes.length - NAMED_MAX;
  const lines = [
    ...mistakes.slice(0, NAMED_MAX),
    ...(more > 0 ? [`and ${plural(more, 'more mistake')}`] : []),
  ];
  throw new EventmillError('USAGE', lines.join('\n'));
}

// ---------------------------------------------------------------- telling

interface Rates {
  /** Of the events that something was done to, 0 … 1; null of none. */
  readonly caughtShare: number | null;
  /** Of the claims, those of such events; null of none, and where that is not known. */
  readonly rightShare: number | null;
}

function ratesOf({ events, caught, claims, falseAlarms }: ScoreResult): Rates {
  return {
    caughtShare: events === 0 ? null : caught / events,
    rightShare: falseAlarms === null || claims === 0 ? null : 1 - falseAlarms / claims,
  };
}

const COLUMNS: readonly Column[] = [
  { title: 'disorder', align: 'left' },
  { title: 'events' },
  { title: 'caught' },
  { title: 'mistaken' },
  { title: 'missed' },
  { title: 'share' },
  { title: 'false alarms' },
];

function forPeople(result: ScoreResult, accepted: boolean, look: TableLook): string {
  const { kinds, events, caught, falseAlarms, claims } = result;
  const rowOf = ({ kind, events: of, caught: right, mistaken, missed, falseAlarms: alarms }: KindScore) => [
    kind,
    count(of),
    count(right),
    accepted ? NOTHING : count(mistaken),
    count(missed),
    of === 0 ? NOTHING : percent((right + mistaken) / of),
    accepted ? NOTHING : count(alarms),
  ];
  const { caughtShare, rightShare } = ratesOf(result);
  const inPercent = (share: number | null, words = '') =>
    share === null ? '' : ` (${percent(share)}${words})`;
  const sum = `${count(caught)} of ${plural(events, 'event')} caught${inPercent(caughtShare)}`;
  const alarms =
    falseAlarms === null
      ? `${count(claims)} accepted; whether good ones were refused is not known`
      : `${plural(claims, 'claim')}, ${plural(falseAlarms, 'false alarm')}${inPercent(rightShare, ' deserved')}`;
  return `${table(COLUMNS, kinds.map(rowOf), look)}\n${sum}; ${alarms}`;
}

/** Rounded towards failure, so that 100 % means all. */
function percent(part: number): string {
  return `${Math.floor(part * 1000 + 1e-9) / 10} %`;
}

function lookOf({ stdout, environment }: Context, color: boolean): TableLook {
  const framed = stdout.isTTY === true;
  const colored = wantsColor(stdout, environment, color);
  return { framed, color: colored, ...(framed ? { width: stdout.columns ?? 80 } : {}) };
}
