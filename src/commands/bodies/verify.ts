/** From a summary, or from a topic and a seed, to verdicts and an exit code. */
import type { Context, Invocation } from '../../command.js';
import { parseTopic, seed } from '../../config/formats.js';
import { loadWorkload } from '../../config/load.js';
import { EventmillError } from '../../errors.js';
import { verifyShortcomings } from '../../judge.js';
import { laneTopic } from '../../lanes.js';
import { type PreparedSource, prepareSources } from '../../prepare.js';
import { createRandom } from '../../random.js';
import { ReadBack } from '../../read-back.js';
import { READER } from '../../reader.js';
import { expectedOf } from '../../replay.js';
import { WHOLE } from '../../shard.js';
import { greet } from '../../transport/greet.js';
import type { Bootstrap, ProfileSettings, Summary, VerifyResult, Workload } from '../../types.js';
import { verdict } from '../../verdict.js';
import { clientOf, environmentFlags } from './client-flags.js';
import { FlagReader } from './flag-reader.js';
import { readSummary } from './read-summary.js';

const DEFAULT_BROKERS: readonly string[] = ['127.0.0.1:9092'];
const DEFAULT_WORKLOAD = 'demo';

/** One profile, or one topic. */
interface Checked {
  readonly name: string;
  readonly verify: VerifyResult;
  /** In what it falls short. */
  readonly reasons: readonly string[];
}

export async function verifyCommand({ flags }: Invocation, context: Context): Promise<number> {
  const reader = new FlagReader({ ...environmentFlags(context.environment), ...flags });
  const { brokers, security, warnings } = clientOf(reader);
  const text = (raw: string) => ({ value: raw });
  const summary = reader.read('summary', text, undefined);
  const topic = reader.read('topic', parseSourceTopic, undefined);
  const workload = reader.read('workload', text, undefined);
  const seedAsked = reader.read('seed', seed.parse, undefined);
  if (summary === undefined && topic === undefined)
    reader.wrong(
      'summary',
      "expected the file that a run's --summary wrote, got nothing; or give --topic NAME --seed N --workload W",
    );
  if (summary !== undefined && (topic ?? workload ?? seedAsked) !== undefined)
    reader.wrong(
      'summary',
      'it says topics, workload and seed itself; leave --topic, --workload and --seed out',
    );
  reader.settle();
  for (const warning of warnings) context.stderr.write(`warning: ${warning}\n`);
  const asked: Bootstrap = { brokers, security };
  const stopped = new Promise<null>((resolve) => {
    context.signals.handle({ first: () => resolve(null), second: () => resolve(null) });
  });
  const checking =
    summary !== undefined
      ? checkSummary(await readSummary(summary, `--summary ${summary}`), summary, asked, context)
      : checkTopic(topic!, workload ?? DEFAULT_WORKLOAD, seedAsked, asked, context);
  const checked = await Promise.race([checking, stopped]);
  if (checked === null) return 130;
  tell(checked, reader.has('json'), context);
  return checked.some(({ reasons }) => reasons.length > 0) ? 1 : 0;
}

function tell(checked: readonly Checked[], json: boolean, { stdout, stderr }: Context): void {
  if (json) {
    stdout.write(`${JSON.stringify({ profiles: checked }, null, 2)}\n`);
    return;
  }
  for (const { name, verify, reasons } of checked) {
    const [sum, ...details] = verdict(verify);
    stdout.write(`${[`${name}: ${sum}`, ...details].join('\n')}\n`);
    for (const reason of reasons) stderr.write(`error: ${name}: ${reason}\n`);
  }
}

/** Where to read. A cluster that cannot be reached says so now: later on it would be waited for. */
async function reached(
  { brokers: named, security }: Bootstrap,
  others: readonly string[],
  { clock }: Context,
): Promise<Bootstrap> {
  const brokers = named.length > 0 ? named : others;
  if (brokers.length === 0) return { brokers, security };
  const answered = await greet({ brokers, clientId: READER, clock, security });
  return { brokers: [...new Set([answered, ...brokers])], security };
}

// ---------------------------------------------------------------- from a summary

async function checkSummary(
  summary: Summary,
  path: string,
  asked: Bootstrap,
  context: Context,
): Promise<Checked[]> {
  if (summary.sandbox && asked.brokers.length === 0) {
    throw new EventmillError(
      'USAGE',
      `--summary ${path}: the run wrote into a sandbox of its own, which has ended with it; use run --verify, or give the sandbox a process of its own (eventmill sandbox) and --brokers to both`,
    );
  }
  const workload: Workload = {
    name: summary.workload,
    doc: '',
    seed: summary.seed,
    limits: {},
    faults: [],
    sources: summary.sources,
  };
  const prepared = await prepareSources(workload, createRandom(summary.seed));
  const { shard = WHOLE, workers = 1 } = summary;
  const authors = { shard, of: shard.of * workers };
  const at = await reached(asked, summary.brokers.split(',').filter(Boolean), context);
  const checked: Checked[] = [];
  for (const profile of summary.profiles) {
    const expected = prepared.map((source) =>
      expectedOf(source, laneTopic(source.topic, profile, summary.profiles.length), shard),
    );
    const { settings, topics, name } = profile;
    checked.push(
      await finish(name, settings, ReadBack.ofClaims(settings, expected, topics, at, context.clock, authors)),
    );
  }
  return checked;
}

// ---------------------------------------------------------------- from a topic and a seed

interface SourceTopic {
  readonly source?: string;
  readonly topic: string;
}

function parseSourceTopic(raw: string) {
  const at = raw.indexOf('=');
  const topic = parseTopic(raw.slice(at + 1));
  if ('problem' in topic) return topic;
  const found: SourceTopic =
    at > 0 ? { source: raw.slice(0, at), topic: topic.value } : { topic: topic.value };
  return { value: found };
}

async function checkTopic(
  { source, topic }: SourceTopic,
  workloadName: string,
  seedAsked: number | undefined,
  asked: Bootstrap,
  context: Context,
): Promise<Checked[]> {
  const loaded = await loadWorkload(workloadName, context.clock.now());
  const workload = { ...loaded, seed: seedAsked ?? loaded.seed };
  const prepared = await prepareSources(workload, createRandom(workload.seed));
  const made = madeFor(prepared, source, topic);
  if (made.length === 0) {
    const known = prepared.map((one) => `${one.source.name} (${one.topic})`).join(', ');
    const got = source === undefined ? topic : `${source}=${topic}`;
    throw new EventmillError(
      'USAGE',
      `--topic: expected a topic of the workload ${workload.name}, or SOURCE=NAME with one of its sources ${known}, got ${got}`,
    );
  }
  // With another rate the run may have made the events of different keys in another order.
  const expected = made.map((one) => ({ ...expectedOf(one, topic), ordered: false }));
  const strict = { acks: 'all', idempotent: true } as const;
  const at = await reached(asked, DEFAULT_BROKERS, context);
  const checked = await finish(topic, strict, ReadBack.ofTopic(expected, topic, at, context.clock));
  const { read, corrupted } = checked.verify;
  // Another seed makes some of the same: the second event of a store's first order says little that is its own.
  if (read > 10 * corrupted) return [checked];
  const reason = `${read === 0 ? 'nothing in it is' : 'much in it is not'} what the seed ${workload.seed} makes; check --seed and --workload`;
  return [{ ...checked, reasons: [...checked.reasons, reason] }];
}

/** The sources that write to a topic, under its own name or with a profile's behind it. */
function madeFor(
  prepared: readonly PreparedSource[],
  source: string | undefined,
  topic: string,
): readonly PreparedSource[] {
  if (source !== undefined) return prepared.filter((one) => one.source.name === source);
  return prepared.filter((one) => topic === one.topic || topic.startsWith(`${one.topic}.`));
}

async function finish(
  name: string,
  settings: Pick<ProfileSettings, 'acks' | 'idempotent'>,
  opening: Promise<ReadBack>,
): Promise<Checked> {
  const readBack = await opening;
  try {
    const verify = await readBack.finish();
    return { name, verify, reasons: verifyShortcomings(verify, settings) };
  } finally {
    readBack.close();
  }
}
