/** What the settings of a profile mean together: impossible pairs, and pairs that are merely odd. */
import { isPath, listParts, loadPart } from '../parts.js';
import type { CodecPart, Profile, ProfileSettings } from '../types.js';
import { expected, nearestTo } from './formats.js';
import type { Mistakes } from './mistakes.js';

/** Kafka keeps the last five batches of an idempotent producer, so that more in flight could not be told apart. */
const IDEMPOTENT_IN_FLIGHT_MAX = 5;

/** Takes down every impossible pair, each with its remedy. `name` is the profile's. */
export function checkPairs(name: string, settings: ProfileSettings, mistakes: Mistakes): void {
  for (const problem of impossiblePairs(settings)) mistakes.addLine(`profile ${name}: ${problem}`);
}

function* impossiblePairs(s: ProfileSettings): Generator<string> {
  if (s.deliveryTimeoutMs < s.lingerMs + s.requestTimeoutMs) {
    yield `deliveryTimeoutMs needs at least lingerMs + requestTimeoutMs (${s.lingerMs} + ${s.requestTimeoutMs}), got ` +
      `${s.deliveryTimeoutMs}; raise it to ${s.lingerMs + s.requestTimeoutMs} or lower requestTimeoutMs`;
  }
  for (const buffer of ['bufferBytes', 'partitionBufferBytes'] as const) {
    if (s.batchBytes <= s[buffer]) continue;
    yield `batchBytes must fit into ${buffer} (${s[buffer]}), got ${s.batchBytes}; lower batchBytes or raise ${buffer}`;
  }
  if (s.retryBackoffMs > s.retryBackoffMsMax) {
    yield `retryBackoffMs must be at most retryBackoffMsMax (${s.retryBackoffMsMax}), got ${s.retryBackoffMs}; ` +
      'lower retryBackoffMs or raise retryBackoffMsMax';
  }
  if (s.idempotent && s.acks !== 'all') {
    yield `idempotent needs acks all, got ${s.acks}; set acks to all or idempotent to false`;
  }
  if (s.idempotent && s.retriesMax === 0) {
    yield 'idempotent needs retriesMax of at least 1, got 0; raise retriesMax or set idempotent to false';
  }
  if (s.idempotent && s.driver !== 'kafkajs' && s.inFlightMax > IDEMPOTENT_IN_FLIGHT_MAX) {
    yield `idempotent needs inFlightMax of at most ${IDEMPOTENT_IN_FLIGHT_MAX}, got ${s.inFlightMax}; ` +
      'lower inFlightMax or set idempotent to false';
  }
  if (s.driver === 'kafkajs') yield* kafkajsPairs(s);
}

/** What the public API of kafkajs cannot honour (its concurrent sends take the same sequence number). */
function* kafkajsPairs(s: ProfileSettings): Generator<string> {
  if (s.idempotent && s.inFlightMax > 1) {
    yield `the driver kafkajs loses records when idempotent with several requests under way, got inFlightMax ` +
      `${s.inFlightMax}; set inFlightMax to 1 or idempotent to false`;
  }
  if (s.compressionLevel !== null) {
    yield `the driver kafkajs has no compressionLevel, got ${s.compressionLevel}; set it to null or driver to kafka`;
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
  if (settings.mode !== 'sync' || settings.lingerMs === 0) return [];
  return [
    `profile ${name}: mode sync waits for each record, so lingerMs ${settings.lingerMs} only delays it; set lingerMs to 0`,
  ];
}
