/** Going on with a comparison that was interrupted: its folder says what was asked for and what has been made. */
import type { Command, FlagValues, Invocation } from '../../../command.js';
import { readCommandLine } from '../../../command-line.js';
import { hadBytes } from '../../../compare/baseline.js';
import { readReport } from '../../../compare/folder.js';
import type { Beginning } from '../../../compare/report.js';
import type { Report } from '../../../compare/types.js';
import { EventmillError } from '../../../errors.js';
import type { Limits } from '../../../types.js';
import { version } from '../../../version.js';

/** What may stand beside --resume: it changes nothing of what is measured. */
const BESIDE = ['resume', 'quiet', 'color', 'logLevel'];

/** The invocation that DIR's report was made by, with this folder as its --report. */
export async function resumed(
  { arguments: words, flags }: Invocation,
  command: Command,
): Promise<Invocation> {
  const folder = flags['resume'];
  if (typeof folder !== 'string') return { arguments: words, flags };
  const others = [
    ...words,
    ...Object.keys(flags)
      .filter((name) => !BESIDE.includes(name))
      .map(flagOf),
  ];
  if (others.length > 0)
    throw new EventmillError(
      'USAGE',
      `--resume ${folder}: the report says itself what was asked for, got ${others.join(', ')} as well; leave that out`,
    );
  const report = readReport(folder, '--resume');
  if (report === undefined)
    throw new EventmillError(
      'NOT_FOUND',
      `--resume ${folder}: expected the folder of an interrupted comparison, got none; start one with --report ${folder}`,
    );
  if (report.finishedAt !== null)
    throw new EventmillError(
      'USAGE',
      `--resume ${folder}: expected a comparison that was interrupted, got one that is finished; start another with --report`,
    );
  const reading = await readCommandLine(report.command, [command], version(), 100);
  if (!('command' in reading))
    throw new EventmillError(
      'CONFIG',
      `--resume ${folder}: expected a command line in its report.json, got ${JSON.stringify(report.command.join(' '))}`,
    );
  const { invocation } = reading;
  const { resume: _, ...beside } = flags;
  return { arguments: invocation.arguments, flags: { ...invocation.flags, ...beside, report: folder } };
}

/** What was made before in the folder and is still wanted; undefined to start anew. Throws when it is of another comparison. */
export function unfinished(
  folder: string,
  beginning: Beginning,
  flag: '--report' | '--resume',
): Report | undefined {
  const report = readReport(folder, flag);
  if (report === undefined || report.finishedAt !== null) return undefined;
  const different = differences(report, beginning);
  if (different.length === 0) return report;
  const remedy =
    flag === '--resume'
      ? 'put that back as it was, or start anew with --report and another folder'
      : `go on with that by --resume ${folder}, or name another folder`;
  throw new EventmillError(
    'USAGE',
    `${flag} ${folder}: holds an unfinished comparison with another ${different.join(', ')}; ${remedy}`,
  );
}

const CANDIDATES = 'set of candidates';

/** What has to be the same, so that old trials and new ones belong together. */
function differences(report: Report, beginning: Beginning): string[] {
  const same = (of: (one: Beginning) => unknown) =>
    JSON.stringify(of(report)) === JSON.stringify(of(beginning));
  const parts: readonly (readonly [name: string, of: (one: Beginning) => unknown])[] = [
    ['version of eventmill', ({ eventmill }) => eventmill],
    ['machine', ({ machine }) => machine],
    ['brokers', ({ brokers, sandbox }) => [brokers, sandbox]],
    ['seed', ({ seed }) => seed],
    ['workload', ({ workloads }) => workloads],
    ['design', (one) => ({ ...one.design, secondsPlanned: null, limits: limitsOf(one) })],
    [CANDIDATES, ({ candidates }) => candidates],
  ];
  return parts
    .filter(([, of]) => !same(of))
    .map(([name]) => (name === CANDIDATES ? `${name}${changedCandidates(report, beginning)}` : name));
}

/** The size that a sandbox can keep follows from the memory that is free, unless it was asked for. */
function limitsOf(one: Beginning): Limits {
  const { bytes, ...limits } = one.design.limits;
  return hadBytes(one) && bytes !== undefined ? { ...limits, bytes } : limits;
}

/** ` (async: lingerMs was 5, is now 20)`: whose settings have changed since; empty where others are compared. */
function changedCandidates({ candidates: before }: Report, { candidates: after }: Beginning): string {
  const changes = after.flatMap(({ name, settings }) => {
    const had = before.find((candidate) => candidate.name === name)?.settings;
    if (had === undefined) return [`${name} is new`];
    const keys = (Object.keys(settings) as (keyof typeof settings)[]).filter(
      (key) => settings[key] !== had[key],
    );
    return keys.map((key) => `${name}: ${key} was ${had[key]}, is now ${settings[key]}`);
  });
  const gone = before.filter(({ name }) => !after.some((candidate) => candidate.name === name));
  const all = [...changes, ...gone.map(({ name }) => `${name} is gone`)];
  return all.length === 0 ? '' : ` (${all.join('; ')})`;
}

/** The command line that asks for the same again. */
export function wordsOf({ arguments: operands, flags }: Invocation): string[] {
  const words = ['compare', ...operands];
  for (const [name, value] of Object.entries(flags) as [string, FlagValues[string]][]) {
    if (typeof value === 'boolean') words.push(value ? flagOf(name) : `--no-${flagOf(name).slice(2)}`);
    else for (const one of typeof value === 'string' ? [value] : value) words.push(`${flagOf(name)}=${one}`);
  }
  return words;
}

function flagOf(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
