/** A rate as it stands in a workload, `"500/s"` or `{ "kind": "ramp", … }`, read into its specification. */
import { loadPart } from '../parts.js';
import { constantSpec, maxSpec } from '../rate.js';
import type { RatePart, RateSpec } from '../types.js';
import { expected, parsePerSecond, parseRate, type RateWord } from './formats.js';
import type { Mistakes } from './mistakes.js';
import { readOptions } from './options.js';
import { unknownKey } from './schema.js';

/** For a source whose workload says nothing: slow enough for any laptop, fast enough to watch. */
export const DEFAULT_RATE: RateSpec = constantSpec(50);

const RATE = 'a rate such as "500/s", "max", "natural" or { "kind": "ramp", … }';

export function rateSpecOf(word: RateWord): RateSpec {
  if (word === 'max') return maxSpec();
  return word === 'natural' ? { kind: 'natural' } : constantSpec(word);
}

/** Reads one rate; `where` begins each mistake. The formula is tried out, so that what it refuses is known now. */
export async function readRateSpec(
  raw: unknown,
  where: string,
  mistakes: Mistakes,
): Promise<RateSpec | undefined> {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    const read = typeof raw === 'string' || typeof raw === 'number' ? parseRate(raw) : expected(RATE, raw);
    if ('value' in read) return rateSpecOf(read.value);
    mistakes.addLine(`${where}: ${read.problem}`);
    return undefined;
  }
  const { kind, ...given } = raw as { kind?: unknown; [name: string]: unknown };
  if (typeof kind !== 'string' || kind === '') {
    mistakes.addLine(`${where}.kind: ${expected('the kind of a rate, such as "ramp"', kind).problem}`);
    return undefined;
  }
  if (kind === 'max' || kind === 'natural') return readWordSpec(kind, given, where, mistakes);
  const part = await mistakes.attempt(() => loadPart<RatePart>('rates', kind), `${where}.kind`);
  if (part === undefined) return undefined;
  const before = mistakes.count;
  const options = readOptions(part.options ?? {}, given, where, mistakes);
  if (mistakes.count > before) return undefined;
  await mistakes.attempt(() => part.create(options), where);
  return { kind, options, scale: 1 };
}

/** `{ "kind": "max" }` and `{ "kind": "natural", "mean": "100/s" }`. */
function readWordSpec(
  kind: 'max' | 'natural',
  given: Readonly<{ [name: string]: unknown }>,
  where: string,
  mistakes: Mistakes,
): RateSpec {
  const known = kind === 'natural' ? ['mean'] : [];
  for (const name of Object.keys(given)) {
    if (known.includes(name)) continue;
    const problem = known.length > 0 ? unknownKey(name, known, 'option') : 'max has no options';
    mistakes.addLine(`${where}.${name}: ${problem}`);
  }
  if (kind === 'max') return maxSpec();
  if (given['mean'] === undefined) return { kind };
  const mean = parsePerSecond(given['mean']);
  if ('value' in mean && mean.value > 0) return { kind, mean: mean.value };
  const problem = 'problem' in mean ? mean.problem : expected('a rate above zero', given['mean']).problem;
  mistakes.addLine(`${where}.mean: ${problem}`);
  return { kind };
}
