/** A workload's JSON, what is made, read into a checked and frozen Workload. */
import type { Disorder, Limits, RateSpec, SourceTime, Workload, WorkloadSource } from '../types.js';
import { disorder } from './disorder.js';
import {
  bytes,
  duration,
  expected,
  type Format,
  integer,
  list,
  orNull,
  type Parsed,
  parseTopic,
  seed,
  text,
} from './formats.js';
import { isObject, type JsonObject } from './json.js';
import type { Mistakes } from './mistakes.js';
import { DEFAULT_RATE, readRateSpec } from './rate-spec.js';
import { deepFreeze, readSettings, type Schema } from './schema.js';
import { LIVE, time } from './source-time.js';

const DURATION_MAX = 3650 * 86_400_000;

/** The limits of a run, in a file and as flags. A duration of 0 means until interrupted. */
export const LIMIT_FORMATS = {
  duration: duration(0, DURATION_MAX),
  count: integer(1, Number.MAX_SAFE_INTEGER),
  bytes: bytes(1, Number.MAX_SAFE_INTEGER),
} as const;

interface WorkloadFile {
  readonly doc: string;
  readonly seed: number;
  readonly duration: number | undefined;
  readonly count: number | undefined;
  readonly bytes: number | undefined;
  readonly faults: readonly string[];
  readonly sources: JsonObject;
}

const WORKLOAD_SCHEMA: Schema<WorkloadFile> = {
  doc: { doc: 'One sentence for `eventmill list`', default: '', format: { takes: 'text', parse: readText } },
  seed: { doc: 'The same seed makes the same events', default: 1, format: seed },
  duration: {
    doc: 'Wall time after which no more is made',
    default: undefined,
    format: LIMIT_FORMATS.duration,
  },
  count: { doc: 'Records to make, over all sources', default: undefined, format: LIMIT_FORMATS.count },
  bytes: { doc: 'Bytes of keys and values to make', default: undefined, format: LIMIT_FORMATS.bytes },
  faults: {
    doc: 'Faults to inject',
    default: [],
    format: list(text('a fault such as "produce:delay=50ms"')),
  },
  sources: { doc: 'What is made, by name', default: {}, format: object('an object of sources by name') },
};

interface SourceFile {
  readonly generator: string;
  readonly topic: string | undefined;
  readonly key: string | null | undefined;
  readonly serializer: string;
  readonly rate: unknown;
  readonly time: SourceTime;
  readonly valueBytes: number | undefined;
  readonly disorder: Disorder | undefined;
  readonly options: JsonObject;
}

function sourceSchema(now: number): Schema<SourceFile> {
  return {
    generator: { doc: 'Its generator', default: '', format: text('the name of a generator, or a path') },
    topic: {
      doc: "Its topic; else the generator's",
      default: undefined,
      format: { takes: 'a topic', parse: parseTopic },
    },
    key: {
      doc: 'The field that is the key',
      default: undefined,
      format: orNull(text("a field's name"), 'null'),
    },
    serializer: {
      doc: 'How values are written',
      default: 'json',
      format: text('the name of a serializer, or a path'),
    },
    rate: {
      doc: 'How many, when',
      default: undefined,
      format: { takes: 'a rate', parse: (raw) => ({ value: raw }) },
    },
    time: { doc: "The model's time", default: LIVE, format: time(now) },
    valueBytes: { doc: 'Pads values to this size', default: undefined, format: bytes(1, 64 * 2 ** 20) },
    disorder: {
      doc: 'What goes wrong with its events, by probability: { "late": 0.01, … }',
      default: undefined,
      format: disorder,
    },
    options: { doc: "The generator's own settings", default: {}, format: object('an object of options') },
  };
}

/** A name for a source or a profile: it goes into topics, labels of metrics and flags. */
export const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/;

/**
 * Reads a workload; `where` (its file) begins each mistake, `now` is in epoch ms. Gives undefined when it is no object
 * at all; what else is wrong is in `mistakes`, whose owner must not let the result be used then.
 */
export async function readWorkload(
  raw: unknown,
  name: string,
  where: string,
  now: number,
  mistakes: Mistakes,
): Promise<Workload | undefined> {
  if (!isObject(raw)) {
    mistakes.addLine(`${where}: ${expected('an object with "sources"', raw).problem}`);
    return undefined;
  }
  const { values: file } = readSettings(
    WORKLOAD_SCHEMA,
    [{ label: (key) => `${where}: ${key}`, values: raw }],
    mistakes,
  );
  if (Object.keys(file.sources).length === 0 && isObject(raw['sources'] ?? {})) {
    mistakes.addLine(
      `${where}: sources: expected at least one source, such as { "ticks": { "generator": "stock" } }`,
    );
  }
  const sources: WorkloadSource[] = [];
  for (const [sourceName, given] of Object.entries(file.sources)) {
    const at = `${where}: sources.${sourceName}`;
    if (!NAME.test(sourceName)) {
      mistakes.addLine(
        `${where}: sources: ${expected('names of letters, digits, "_", "." and "-"', sourceName).problem}`,
      );
    } else if (!isObject(given)) {
      mistakes.addLine(`${at}: ${expected('an object with "generator"', given).problem}`);
    } else {
      sources.push(await readSource(given, sourceName, at, now, mistakes));
    }
  }
  const { doc, seed, faults } = file;
  return deepFreeze({ name, doc, seed, limits: limitsOf(file), faults, sources });
}

/** Only the limits that are there; a duration of 0 is none. */
export function limitsOf(given: {
  readonly duration: number | undefined;
  readonly count: number | undefined;
  readonly bytes: number | undefined;
}): Limits {
  return {
    ...(given.duration ? { durationMs: given.duration } : {}),
    ...(given.count === undefined ? {} : { count: given.count }),
    ...(given.bytes === undefined ? {} : { bytes: given.bytes }),
  };
}

async function readSource(
  given: JsonObject,
  name: string,
  at: string,
  now: number,
  mistakes: Mistakes,
): Promise<WorkloadSource> {
  const { values: file } = readSettings(
    sourceSchema(now),
    [{ label: (key) => `${at}.${key}`, values: given }],
    mistakes,
  );
  if (given['generator'] === undefined) {
    mistakes.addLine(`${at}.generator: expected the name of a generator, or a path, got nothing`);
  }
  let rate: RateSpec | undefined = DEFAULT_RATE;
  if (given['rate'] !== undefined) rate = await readRateSpec(given['rate'], `${at}.rate`, mistakes);
  const { generator, serializer, time, options } = file;
  return {
    name,
    generator,
    serializer,
    rate: rate ?? DEFAULT_RATE,
    time,
    options,
    ...(file.topic === undefined ? {} : { topic: file.topic }),
    ...(file.key === undefined ? {} : { key: file.key }),
    ...(file.valueBytes === undefined ? {} : { valueBytes: file.valueBytes }),
    ...(file.disorder === undefined ? {} : { disorder: file.disorder }),
  };
}

// ---------------------------------------------------------------- formats of a workload alone

function readText(raw: unknown): Parsed<string> {
  return typeof raw === 'string' ? { value: raw } : expected('text', raw);
}

function object(takes: string): Format<JsonObject> {
  return { takes, parse: (raw) => (isObject(raw) ? { value: raw } : expected(takes, raw)) };
}
