/** What the settings of a profile mean together: impossible pairs, and pairs that are merely odd. */
import { isPath, listParts, loadPart } from '../parts.js';
import type { CodecPart, Profile, ProfileSettings } from '../types.js';
import { expected, nearestTo } from './formats.js';
import type { Mistakes } from './mistakes.js';

/** Kafka keeps the last five batches of an idempotent producer, so that more in flight could not be told apart. */
const IDEMPOTENT_IN_FLIGHT_MAX = 5;

/** Settings that cannot be together. */
interface Pair {
  readonly of: readonly (keyof ProfileSettings)[];
  readonly impossible: (settings: ProfileSettings) => boolean;
  /** What is needed, what was got, how to mend it. */
  readonly problem: (settings: ProfileSettings) => string;
}

const PAIRS: readonly Pair[] = [
  {
    of: ['deliveryTimeoutMs', 'lingerMs', 'requestTimeoutMs'],
    impossible: (s) => s.deliveryTimeoutMs < s.lingerMs + s.requestTimeoutMs,
    problem: ({ lingerMs: linger, requestTimeoutMs: request, deliveryTimeoutMs: delivery }) =>
      `deliveryTimeoutMs needs at least lingerMs + requestTimeoutMs (${linger} + ${request}), got ${delivery}; ` +
      `raise it to ${linger + request} or lower requestTimeoutMs`,
  },
  fits('bufferBytes'),
  fits('partitionBufferBytes'),
  {
    of: ['retryBackoffMs', 'retryBackoffMsMax'],
    impossible: (s) => s.retryBackoffMs > s.retryBackoffMsMax,
    problem: (s) =>
      `retryBackoffMs must be at most retryBackoffMsMax (${s.retryBackoffMsMax}), got ${s.retryBackoffMs}; ` +
      'lower retryBackoffMs or raise retryBackoffMsMax',
  },
  {
    of: ['idempotent', 'acks'],
    impossible: (s) => s.idempotent && s.acks !== 'all',
    problem: (s) => `idempotent needs acks all, got ${s.acks}; set acks to all or idempotent to false`,
  },
  {
    of: ['idempotent', 'retriesMax'],
    impossible: (s) => s.idempotent && s.retriesMax === 0,
    problem: () =>
      'idempotent needs retriesMax of at least 1, got 0; raise retriesMax or set idempotent to false',
  },
  {
    of: ['idempotent', 'inFlightMax', 'driver'],
    impossible: (s) => s.idempotent && s.driver !== 'kafkajs' && s.inFlightMax > IDEMPOTENT_IN_FLIGHT_MAX,
    problem: (s) =>
      `idempotent needs inFlightMax of at most ${IDEMPOTENT_IN_FLIGHT_MAX}, got ${s.inFlightMax}; ` +
      'lower inFlightMax or set idempotent to false',
  },
  {
    // Its concurrent sends would take the same sequence numbers, and records would be lost without a word.
    of: ['idempotent', 'inFlightMax', 'driver', 'guards'],
    impossible: (s) => s.idempotent && s.driver === 'kafkajs' && s.guards && s.inFlightMax > 1,
    problem: (s) =>
      `the driver kafkajs sends one request at a time when idempotent, got inFlightMax ${s.inFlightMax}; ` +
      'set inFlightMax to 1 or idempotent to false',
  },
];

function fits(buffer: 'bufferBytes' | 'partitionBufferBytes'): Pair {
  return {
    of: ['batchBytes', buffer],
    impossible: (s) => s.batchBytes > s[buffer],
    problem: (s) =>
      `batchBytes must fit into ${buffer} (${s[buffer]}), got ${s.batchBytes}; lower batchBytes or raise ${buffer}`,
  };
}

/**
 * Takes down every impossible pair, each with its remedy. `name` is the profile's; settings that are `unread` are not
 * judged, since a default in the place of a mistake would only make another one of it.
 */
export function checkPairs(
  name: string,
  settings: ProfileSettings,
  unread: ReadonlySet<string>,
  mistakes: Mistakes,
): void {
  for (const { of, impossible, problem } of PAIRS) {
    if (of.some((key) => unread.has(key)) || !impossible(settings)) continue;
    mistakes.addLine(`profile ${name}: ${problem(settings)}`);
  }
}

/**
 * Checks the names of driver and codec against what there is, and the level against the codec. `label` begins a
 * mistake about one key.
 */
export async function checkNames(
  settings: ProfileSettings,
  label: (key: string) => string,
  mistakes: Mistakes,
): Promise<void> {
  const { driver, compression, compressionLevel } = settings;
  const drivers = listParts('drivers');
  if (!isPath(driver) && !drivers.includes(driver)) {
    const problem = expected(
      `one of ${drivers.join(', ')}, or a path`,
      driver,
      nearestTo(driver, drivers),
    ).problem;
    mistakes.addLine(`${label('driver')}: ${problem}`);
  }
  const codecs = listParts('codecs');
  if (compression === 'none') {
    if (compressionLevel === null) return;
    const problem = expected(
      'null while compression is none',
      compressionLevel,
      'set compression too',
    ).problem;
    mistakes.addLine(`${label('compressionLevel')}: ${problem}`);
  } else if (!codecs.includes(compression)) {
    const names = ['none', ...codecs];
    const problem = expected(
      `one of ${names.join(', ')}`,
      compression,
      nearestTo(compression, names),
    ).problem;
    mistakes.addLine(`${label('compression')}: ${problem}`);
  } else if (compressionLevel !== null) {
    const { levels } = await loadPart<CodecPart>('codecs', compression);
    const fits = levels !== undefined && compressionLevel >= levels.min && compressionLevel <= levels.max;
    if (fits) return;
    const takes =
      levels === undefined ? `null, as ${compression} has no levels` : `${levels.min} to ${levels.max}`;
    mistakes.addLine(
      `${label('compressionLevel')}: ${expected(`${takes}${levels === undefined ? '' : ` for ${compression}`}`, compressionLevel).problem}`,
    );
  }
}

/** What works and is still probably not meant, one line each. */
export function profileWarnings({ name, settings }: Profile): readonly string[] {
  const { driver, guards, mode, lingerMs } = settings;
  const warnings: string[] = [];
  if (mode === 'sync' && lingerMs > 0) {
    warnings.push(
      `profile ${name}: mode sync waits for each record, so lingerMs ${lingerMs} only delays it; set lingerMs to 0`,
    );
  }
  if (!guards && driver !== 'kafkajs') {
    warnings.push(`profile ${name}: guards are those of the driver kafkajs, and mean nothing to ${driver}`);
  }
  return warnings;
}
