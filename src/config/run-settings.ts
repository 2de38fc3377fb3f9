/**
 * What flags and EVENTMILL_ variables say about one run: where to, which profiles, how much, how it is shown.
 *
 * Long because each flag of a run has its entry in one table.
 */
import { BREAKDOWNS, type BreakdownKind } from '../breakdown.js';
import { LOG_LEVELS, type LogLevel } from '../log.js';
import type { Shard } from '../types.js';
import { type DisorderPart, disorderFlag } from './disorder.js';
import { environmentLayer, flagName } from './environment.js';
import {
  bytes,
  digestFormat,
  expected,
  type Format,
  flag,
  integer,
  list,
  orNull,
  type Pair,
  type Parsed,
  parseBrokers,
  parsePair,
  parseRateFlag,
  parseTopic,
  type RateWord,
  seed,
  text,
  word,
} from './formats.js';
import { Mistakes } from './mistakes.js';
import { type Layer, readSettings, type Schema, type Setting } from './schema.js';
import { type Past, past } from './source-time.js';
import { webAddress } from './web-address.js';
import { LIMIT_FORMATS } from './workload.js';

/** Undefined: not said, so that the workload, the profile or the command decides. */
export interface RunSettings {
  /** Each `host:port`; empty for the sandbox. */
  readonly brokers: readonly string[];
  /** Names or paths of profiles; empty for the command's own choice. */
  readonly profile: readonly string[];
  /** Events per second, `max` or `natural`, for one source or as a total over all. */
  readonly rate: readonly Pair<RateWord>[];
  /** Milliseconds; 0 means until interrupted. */
  readonly duration: number | undefined;
  readonly count: number | undefined;
  readonly bytes: number | undefined;
  readonly seed: number | undefined;
  /** Topics by source. */
  readonly topic: readonly Required<Pair<string>>[];
  /** Fields by source; null for no key. */
  readonly key: readonly Required<Pair<string | null>>[];
  /** Where all sources begin, to go on live once they have come to the present. */
  readonly backfill: Past | undefined;
  /** One kind of disorder, or how much of it, for one source or for all. */
  readonly disorder: readonly Pair<DisorderPart>[];
  /** A file. */
  readonly manifest: string | undefined;
  readonly digest: boolean;
  /** 16 hexadecimal digits. */
  readonly expectDigest: string | undefined;
  readonly partitions: number | undefined;
  readonly replicationFactor: number | undefined;
  readonly createTopics: boolean;
  readonly driver: string | undefined;
  /** `key=value`, for every profile. */
  readonly set: readonly string[];
  /** Null: no metrics (`off`). Undefined: the default port, or the next free one. */
  readonly metricsPort: number | null | undefined;
  readonly metricsHost: string;
  /** Milliseconds. */
  readonly metricsHold: number;
  /** A file. */
  readonly metricsFile: string | undefined;
  /** An address; it may hold a password. */
  readonly pushgateway: string | undefined;
  readonly verify: boolean;
  /** Tables at the end. */
  readonly show: readonly BreakdownKind[];
  /** A file. */
  readonly summary: string | undefined;
  readonly quiet: boolean;
  /** Undefined: as the terminal is. */
  readonly color: boolean | undefined;
  readonly logLevel: LogLevel;
  /** A folder. */
  readonly out: string | undefined;
  readonly envelope: boolean;
  readonly sandboxFault: readonly string[];
  /** Undefined: one. */
  readonly sandboxNodes: number | undefined;
  /** Undefined: one. */
  readonly sandboxMinInsyncReplicas: number | undefined;
  /** Bytes; undefined: the sandbox's own default. */
  readonly sandboxMemory: number | undefined;
  /** A name or a path; undefined: as the output is. */
  readonly reporter: string | undefined;
  readonly workers: number;
  /** Undefined: all of it. */
  readonly shard: Shard | undefined;
  /** A file. */
  readonly commandConfig: string | undefined;
}

/** More threads than any machine has processors are a slip. */
const WORKERS_MAX = 1024;
/** The metrics' port unless another is said. */
export const METRICS_PORT = 9464;

const unset = undefined;

const named = text('a name or a path');
const path = text('a path');
/** A comma, or spaces with another NAME= behind them: a space within a name is a slip, not the end of the name. */
const BEFORE_PAIR = /,|\s+(?=[^\s=,]+=)/;

export const RUN_SCHEMA: Schema<RunSettings> = {
  brokers: setting('A real Kafka; without it the sandbox is started', [], {
    takes: 'HOST:PORT,…',
    parse: (raw) => (Array.isArray(raw) && raw.length === 0 ? { value: [] } : parseBrokers(raw)),
  }),
  profile: setting('Profiles to run side by side, by name or path', [], words(named, /,/)),
  rate: setting(
    'Events per unit of time over all sources, max or natural; or for one source, stock=500/s',
    [],
    oneTotal(words({ takes: '500/s, max, natural or SOURCE=500/s', parse: parseRateFlag })),
  ),
  duration: setting(
    'Wall time after which no more is made; 0 means until interrupted',
    unset,
    LIMIT_FORMATS.duration,
  ),
  count: setting('Records to make, over all sources, per profile', unset, LIMIT_FORMATS.count),
  bytes: setting('Bytes of keys and values to make, per profile', unset, LIMIT_FORMATS.bytes),
  seed: setting('The same seed makes the same events', unset, seed),
  topic: setting(
    'The topic of a source, SOURCE=NAME',
    [],
    words({ takes: 'SOURCE=NAME', parse: parseTopicFlag }, BEFORE_PAIR),
  ),
  key: setting(
    "The field that is the key of a source's records, SOURCE=FIELD, or SOURCE=none",
    [],
    words({ takes: 'SOURCE=FIELD or SOURCE=none', parse: parseKeyFlag }),
  ),
  backfill: setting('How far back all sources begin; once they have caught up they are live', unset, past),
  disorder: setting('What goes wrong with events (docs/data.md)', [], words(disorderFlag)),
  manifest: setting('The file that is told of every event that went wrong', unset, path),
  digest: setting('Whether the digest of what was made is told', false, flag),
  expectDigest: setting('The digest that what was made must have, else exit 1', unset, digestFormat),
  partitions: setting('Partitions of topics that are created (6 unless set)', unset, integer(1, 100_000)),
  replicationFactor: setting(
    "Copies of topics that are created; else the broker's default",
    unset,
    integer(1, 100),
  ),
  createTopics: setting('Whether missing topics are created', true, flag),
  driver: setting("What sends, in place of the profiles' own driver", unset, named),
  set: setting('One profile setting, key=value, for every profile of the run', [], words(text('key=value'))),
  metricsPort: setting(
    `The port of /metrics, or off; unset, ${METRICS_PORT} or the next free one`,
    unset,
    orNull(integer(0, 65_535), 'off'),
  ),
  metricsHost: setting('The address that /metrics listens on', '127.0.0.1', text('a host or an address')),
  metricsHold: setting('How long /metrics stays up at the end, for a last scrape', 0, LIMIT_FORMATS.duration),
  metricsFile: setting('A file for the metrics, as node_exporter reads *.prom', unset, path),
  pushgateway: setting('A Prometheus Pushgateway that is given the metrics', unset, webAddress),
  verify: setting('Whether everything is read back and checked', false, flag),
  show: setting(`Tables at the end: ${BREAKDOWNS.join(', ')}`, [], words(word(...BREAKDOWNS))),
  summary: setting('The file for the summary, JSON', unset, path),
  quiet: setting('No progress, only what went wrong', false, flag),
  color: setting('Colours; unset, as the terminal can', unset, flag),
  logLevel: setting('Messages: error, warn, info or debug', 'info', word(...LOG_LEVELS)),
  out: setting('The folder for the driver file', unset, path),
  envelope: setting(
    'Whether the driver file writes key, timestamp and headers beside each value',
    false,
    flag,
  ),
  sandboxFault: setting(
    'What the sandbox does wrong, API:what[=value][,matcher…]',
    [],
    words(text('API:what[=value]'), /\s/),
  ),
  sandboxNodes: setting('How many brokers the sandbox has (1 unless set)', unset, integer(1, 9)),
  sandboxMinInsyncReplicas: setting(
    'Brokers of the sandbox that must be up for acks all (1 unless set)',
    unset,
    integer(1, 9),
  ),
  sandboxMemory: setting(
    'What the sandbox keeps, the oldest evicted first (256 MiB unless set)',
    unset,
    bytes(1024 * 1024, Number.MAX_SAFE_INTEGER),
  ),
  reporter: setting(
    'What shows progress: terminal, lines, none, or a path; unset, as the output is',
    unset,
    named,
  ),
  workers: setting('Threads that make and send the events of each profile', 1, integer(1, WORKERS_MAX)),
  shard: setting("This process's part of a fleet that makes one run together, I/N from 0/N", unset, {
    takes: 'I/N',
    parse: parseShard,
  }),
  commandConfig: setting(
    "A .properties file with TLS and SASL settings under Kafka's own names",
    unset,
    text('a file'),
  ),
};

/**
 * Reads a run's settings: flags win over the environment, which wins over defaults. `flags` has commander's names in
 * camel case; what is undefined counts as not said.
 *
 * @throws EventmillError CONFIG with one line per mistake
 */
export function loadRunSettings(
  flags: Readonly<{ [name: string]: unknown }>,
  env: Readonly<{ [name: string]: string | undefined }> = {},
): RunSettings {
  const mistakes = new Mistakes();
  const settings = readRunSettings(flags, env, mistakes);
  mistakes.settle();
  return settings;
}

/** The same, with the mistakes put beside those of others. */
export function readRunSettings(
  flags: Readonly<{ [name: string]: unknown }>,
  env: Readonly<{ [name: string]: string | undefined }>,
  mistakes: Mistakes,
): RunSettings {
  const flagLayer: Layer = { label: flagName, values: flags };
  const environment = environmentLayer(Object.keys(RUN_SCHEMA), env, mistakes);
  return readSettings(RUN_SCHEMA, [environment, flagLayer], mistakes).values;
}

// ---------------------------------------------------------------- formats of a run alone

function setting<T>(doc: string, byDefault: T, format: Format<T>): Setting<T> {
  return { doc, default: byDefault, format };
}

/** A list from a flag that may be repeated, or from one text parted by commas or spaces. */
function words<T>(of: Format<T>, part = /[,\s]/): Format<readonly T[]> {
  const inner = list(of);
  const parted = (raw: string) =>
    raw
      .split(part)
      .map((one) => one.trim())
      .filter((one) => one !== '');
  return {
    takes: of.takes,
    parse(raw) {
      const texts = typeof raw === 'string' ? [raw] : raw;
      if (!Array.isArray(texts)) return expected(of.takes, raw);
      const parts = texts.flatMap((one: unknown) => (typeof one === 'string' ? parted(one) : [one]));
      // An empty text was a slip of whoever wrote it, not a wish for the default.
      return texts.length > 0 && parts.length === 0 ? expected(of.takes, raw) : inner.parse(parts);
    },
  };
}

/** Of repeated flags the last total counts; two in one text are a slip, of which neither was meant to be forgotten. */
function oneTotal(of: Format<RunSettings['rate']>): Format<RunSettings['rate']> {
  return {
    takes: of.takes,
    parse(raw) {
      for (const text of Array.isArray(raw) ? raw : [raw]) {
        const read = of.parse(text);
        const totals = 'value' in read ? read.value.filter(({ source }) => source === undefined) : [];
        if (totals.length > 1)
          return expected('one total over all sources', text, 'leave one out, or name a source: stock=5/s');
      }
      return of.parse(raw);
    },
  };
}

function parseTopicFlag(raw: unknown): Parsed<Required<Pair<string>>> {
  const pair = parsePair(raw);
  if ('problem' in pair) return pair;
  const topic = parseTopic(pair.value.value);
  return 'problem' in topic ? topic : { value: { source: pair.value.name, value: topic.value } };
}

function parseKeyFlag(raw: unknown): Parsed<Required<Pair<string | null>>> {
  const pair = parsePair(raw, 'stock=venue');
  if ('problem' in pair) return pair;
  const { name, value } = pair.value;
  return { value: { source: name, value: value === 'none' ? null : value } };
}

const SHARDS_MAX = 10_000;

function parseShard(raw: unknown): Parsed<Shard> {
  const what = `I/N, part I from 0 to N-1 of N, such as 0/4 (N at most ${SHARDS_MAX})`;
  const [, first, second] = typeof raw === 'string' ? (/^(\d+)\/(\d+)$/.exec(raw.trim()) ?? []) : [];
  if (first === undefined || second === undefined) return expected(what, raw);
  const [index, of] = [Number(first), Number(second)];
  if (of < 1 || of > SHARDS_MAX) return expected(what, raw);
  if (index >= of) return expected(what, raw, `parts are counted from 0, so the last one is ${of - 1}/${of}`);
  return { value: { index, of } };
}
