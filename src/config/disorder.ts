/** How much disorder a source has, as a workload and as a flag say it: probabilities by kind, and how late and how wrong at most. */
import { ABSENT_KINDS, ABSENT_MAX, KINDS } from '../disorder.js';
import type { Disorder, DisorderKind } from '../types.js';
import { duration, expected, type Format, nearestTo, type Pair, type Parsed, parsePair } from './formats.js';

/** One word of it. */
export type DisorderPart = Disorder;

const NAMES: readonly string[] = [...KINDS, 'lateBy', 'skewBy'];
const TAKES = `an object such as { "late": 0.01, "duplicate": 0.005 }, of ${NAMES.join(', ')}`;
/** A broker refuses timestamps that are more than an hour ahead (message.timestamp.after.max.ms). */
const SKEW_MAX_MS = 59 * 60_000;
const LATE_MAX_MS = 30 * 86_400_000;
const LENGTHS: Readonly<{ [name: string]: Format<number> }> = {
  lateBy: duration(1, LATE_MAX_MS),
  skewBy: duration(1, SKEW_MAX_MS),
};

/** A source's `disorder`. */
export const disorder: Format<Disorder> = {
  takes: TAKES,
  parse(raw) {
    if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return expected(TAKES, raw);
    const parts = Object.entries(raw).map(([name, value]: [string, unknown]) => readPart(name, value));
    const problems = parts.flatMap((part) => ('problem' in part ? [part.problem] : []));
    if (problems.length > 0) return { problem: problems.join('\n') };
    const read = Object.assign({}, ...parts.map((part) => ('value' in part ? part.value : {}))) as Disorder;
    const problem = disorderProblem(read);
    return problem === undefined ? { value: read } : { problem };
  },
};

/** Each event has one fate at most, and of those who do not come in their turn others must take the place. */
export function disorderProblem(disorder: Disorder): string | undefined {
  const sum = (kinds: readonly DisorderKind[]) =>
    kinds.reduce((total, kind) => total + (disorder[kind] ?? 0), 0);
  // A sum of tenths may end in the sixteenth digit.
  if (sum(KINDS) > 1 + 1e-9)
    return expected('probabilities that sum up to 1 at most', round(sum(KINDS))).problem;
  if (sum(ABSENT_KINDS) <= ABSENT_MAX + 1e-9) return undefined;
  return expected(
    `${ABSENT_KINDS.join(', ')} to sum up to ${ABSENT_MAX} at most`,
    round(sum(ABSENT_KINDS)),
    'other events must take their place',
  ).problem;
}

/** `late=0.01`, `late=1%`, `stock.late=0.01`, `lateBy=10s`. */
function parseDisorderFlag(raw: unknown): Parsed<Pair<DisorderPart>> {
  const pair = parsePair(raw, 'late=0.01');
  if ('problem' in pair) return pair;
  const { name, value } = pair.value;
  const dot = name.lastIndexOf('.');
  const part = readPart(name.slice(dot + 1), value);
  if ('problem' in part) return part;
  return { value: dot < 0 ? { value: part.value } : { source: name.slice(0, dot), value: part.value } };
}

/** A flag's word. */
export const disorderFlag: Format<Pair<DisorderPart>> = {
  takes: 'KIND=0.01 or SOURCE.KIND=0.01',
  parse: parseDisorderFlag,
};

function readPart(name: string, raw: unknown): Parsed<DisorderPart> {
  const length = Object.hasOwn(LENGTHS, name) ? LENGTHS[name] : undefined;
  if (length !== undefined) {
    const read = length.parse(raw);
    return 'problem' in read
      ? { problem: `${name}: ${read.problem}` }
      : { value: { [`${name}Ms`]: read.value } };
  }
  if (!KINDS.some((kind) => kind === name)) {
    return expected(`one of ${NAMES.join(', ')}`, name, nearestTo(name, NAMES));
  }
  const read = share.parse(raw);
  return 'problem' in read ? { problem: `${name}: ${read.problem}` } : { value: { [name]: read.value } };
}

/** A part of all. */
export const share: Format<number> = {
  takes: 'a probability from 0 to 1, such as 0.01 or 1%',
  parse(raw) {
    const text = typeof raw === 'number' ? String(raw) : typeof raw === 'string' ? raw.trim() : '';
    const found = /^(\d+(?:\.\d+)?(?:e-\d+)?)(%?)$/i.exec(text);
    if (found === null) return expected(share.takes, raw);
    const value = Number(found[1]) / (found[2] === '%' ? 100 : 1);
    return value <= 1 ? { value } : expected(share.takes, raw);
  },
};

function round(sum: number): number {
  return Math.round(sum * 1e6) / 1e6;
}
