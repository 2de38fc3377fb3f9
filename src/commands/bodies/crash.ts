/**
 * `run --crash-after`: what dies with a process. This one holds the sandbox and lives; another one makes the records, is
 * killed without a word, and then the broker is asked what it has.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Context, FlagValues } from '../../command.js';
import { duration } from '../../config/formats.js';
import { Mistakes } from '../../config/mistakes.js';
import { loadPlan, type Plan } from '../../config/plan.js';
import { EventmillError } from '../../errors.js';
import { milliseconds } from '../../figures.js';
import { DEFAULT_PARTITIONS, laneTopic, loadDrivers } from '../../lanes.js';
import { wantsColor } from '../../paint.js';
import { prepareSources } from '../../prepare.js';
import { type Beat, readBeat } from '../../pulse.js';
import { createRandom } from '../../random.js';
import { type Sandbox, startSandbox } from '../../sandbox/index.js';
import { describeTopics, topicOffsets } from '../../topics/index.js';
import type { Clock } from '../../types.js';
import { tellDeath } from './death.js';
import { checkFaults } from './fault-check.js';

const DEFAULT_PROFILES = ['sync', 'async'];
const AFTER = duration(1, 3_600_000);
/** How often the counts are looked at while the process lives. */
const LOOK_MS = 10;
/** What was on its way to the broker when the process died may still arrive. */
const SETTLE_MS = 250;
const SETTLE_TIMES_MAX = 40;
/** So much longer the other process would run by itself: it is killed so long after its first record, not its start. */
const SPARE_MS = 60_000;
/** What is this process's business, or would end the other one before it is killed. */
const OWN_FLAGS = [
  'brokers',
  'sandboxFault',
  'sandboxNodes',
  'sandboxMemory',
  'sandboxMinInsyncReplicas',
  'show',
  'quiet',
  'reporter',
  'color',
  'logLevel',
  'profile',
  'metricsHold',
];

export interface CrashRequest {
  readonly workload: string;
  readonly flags: FlagValues;
  /** As the flag has it. */
  readonly after: string;
}

/** What a crash is asked for, checked whole; the time is counted from the first record. Throws an EventmillError with a line for each mistake. */
export async function readCrash(
  { workload, flags, after }: CrashRequest,
  context: Context,
): Promise<{ readonly plan: Plan; readonly afterMs: number }> {
  const mistakes = new Mistakes();
  const parsed = AFTER.parse(after);
  if ('problem' in parsed) mistakes.addLine(`--crash-after: ${parsed.problem}`, 'USAGE');
  if (flags['workers'] !== undefined || flags['shard'] !== undefined) {
    const found = '--crash-after: expected a run of one process and one thread, got --workers or --shard';
    mistakes.addLine(`${found}; leave them out`, 'USAGE');
  }
  const { environment: env, clock } = context;
  const now = clock.now();
  const plan = await mistakes.attempt(() =>
    loadPlan({ workload, profiles: DEFAULT_PROFILES, flags, env, now, checkFaults }),
  );
  mistakes.settle();
  await checkSense(plan as Plan);
  return { plan: plan as Plan, afterMs: (parsed as { readonly value: number }).value };
}

export async function crash({ workload, flags, after }: CrashRequest, context: Context): Promise<number> {
  const { environment: env, clock, stderr, stdout, signals } = context;
  // One that comes before there is a process to be killed waits for it, so that it is told in words like any other.
  signals.hold();
  const { plan, afterMs } = await readCrash({ workload, flags, after }, context);
  const topics = await topicsOf(plan);
  for (const warning of plan.warnings) stderr.write(`${warning}\n`);
  const sandbox = plan.settings.brokers.length > 0 ? undefined : await sandboxFor(plan);
  const folder = mkdtempSync(join(tmpdir(), 'eventmill-crash-'));
  try {
    const brokers = sandbox?.brokers ?? plan.settings.brokers;
    const held = await heldBy(brokers, topics, clock);
    const pulse = join(folder, 'pulse.json');
    const words = wordsFor(plan, workload, flags, { brokers, pulse, afterMs });
    // Times of faults count from the first record on, as in any run.
    const ended = await liveAndDie(words, pulse, afterMs, context, () => void sandbox?.cue());
    if (ended === 130 && !plan.settings.quiet) {
      stderr.write('interrupted before the crash: there is nothing to compare\n');
    }
    if (typeof ended === 'number') return ended;
    const stored = await settled(brokers, topics, clock);
    const storedOf = (name: string) => (stored.get(name) ?? 0) - (held.get(name) ?? 0);
    if (!plan.settings.quiet) {
      stdout.write(
        `killed after ${milliseconds(afterMs)}; its last counts are ${milliseconds(ended.age)} older\n`,
      );
      const color = wantsColor(stdout, env, plan.settings.color ?? true);
      const framed = stdout.isTTY === true;
      const width = stdout.columns === undefined ? {} : { width: stdout.columns };
      stdout.write(tellDeath(ended.beat.profiles, storedOf, ended.age, { color, framed, ...width }));
    }
    return 0;
  } finally {
    await sandbox?.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What would end the run another way, or leaves no broker to be asked. */
async function checkSense({ settings, profiles }: Plan): Promise<void> {
  const { duration: lasting, count, bytes, verify } = settings;
  const limits = { duration: lasting, count, bytes };
  const given = Object.entries(limits).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`]));
  if (given.length > 0) fail(`expected no other end of the run, got ${given.join(', ')}; leave that out`);
  if (verify)
    fail('expected a run that is killed, got --verify as well, which comes after its end; leave that out');
  const parts = await loadDrivers(profiles);
  const without = profiles.filter((_, at) => !parts[at]!.needsBrokers).map(({ settings }) => settings.driver);
  if (without.length > 0)
    fail(`expected a driver that talks to a broker, got ${[...new Set(without)].join(', ')}; use kafka`);
}

function fail(problem: string): never {
  throw new EventmillError('USAGE', `--crash-after: ${problem}`);
}

/** The topics of each profile, by its name. */
async function topicsOf({ workload, profiles }: Plan): Promise<Map<string, readonly string[]>> {
  const sources = await prepareSources(workload, createRandom(workload.seed));
  return new Map(
    profiles.map((profile) => {
      const topics = sources.map(({ topic }) => laneTopic(topic, profile, profiles.length));
      return [profile.name, [...new Set(topics)]];
    }),
  );
}

function sandboxFor({ settings, workload }: Plan): Promise<Sandbox> {
  const { sandboxFault, sandboxMemory, sandboxNodes, partitions } = settings;
  const { sandboxMinInsyncReplicas: minInsyncReplicas } = settings;
  return startSandbox({
    partitions: partitions ?? DEFAULT_PARTITIONS,
    faults: [...workload.faults, ...sandboxFault],
    faultsAwaitCue: true,
    seed: workload.seed,
    ...(sandboxMemory === undefined ? {} : { memoryBytes: sandboxMemory }),
    ...(sandboxNodes === undefined ? {} : { nodes: sandboxNodes }),
    ...(minInsyncReplicas === undefined ? {} : { minInsyncReplicas }),
  });
}

/** How many records the topics of each profile have had so far; those that are not there yet none. */
async function heldBy(
  brokers: readonly string[],
  topics: ReadonlyMap<string, readonly string[]>,
  clock: Clock,
): Promise<Map<string, number>> {
  const there = new Set(
    (await describeTopics(brokers, [...topics.values()].flat(), clock)).map(({ name }) => name),
  );
  const held = new Map<string, number>();
  for (const [profile, names] of topics) {
    let sum = 0;
    for (const name of names) {
      if (!there.has(name)) continue;
      for (const { high } of await topicOffsets(brokers, name, clock)) sum += high;
    }
    held.set(profile, sum);
  }
  return held;
}

/** The same once it no longer changes. */
async function settled(...[brokers, topics, clock]: Parameters<typeof heldBy>): Promise<Map<string, number>> {
  let held = await heldBy(brokers, topics, clock);
  for (let times = 0; times < SETTLE_TIMES_MAX; times++) {
    await clock.sleep(SETTLE_MS);
    const later = await heldBy(brokers, topics, clock);
    if ([...later].every(([profile, count]) => held.get(profile) === count)) break;
    held = later;
  }
  return held;
}

/** The other process's command line: the same as ours, but for what is ours alone. */
function wordsFor(
  { settings, profiles }: Plan,
  workload: string,
  flags: FlagValues,
  { brokers, pulse, afterMs }: { brokers: readonly string[]; pulse: string; afterMs: number },
): string[] {
  const words = ['run', workload, '--quiet', '--brokers', brokers.join(','), '--pulse', pulse];
  const names = settings.profile.length > 0 ? settings.profile : profiles.map(({ name }) => name);
  words.push('--profile', names.join(','), '--duration', `${Math.ceil(afterMs) + SPARE_MS}ms`);
  if (flags['metricsPort'] === undefined) words.push('--metrics-port', 'off');
  for (const [name, value] of Object.entries(flags)) {
    if (OWN_FLAGS.includes(name)) continue;
    const kebab = name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    if (typeof value === 'boolean') words.push(value ? `--${kebab}` : `--no-${kebab}`);
    else for (const one of typeof value === 'string' ? [value] : value) words.push(`--${kebab}=${one}`);
  }
  return words;
}

/** Its last counts and how old they were when it was killed, ms; or its exit code, if it ended by itself. */
async function liveAndDie(
  words: readonly string[],
  pulse: string,
  afterMs: number,
  { clock, stderr, signals, environment }: Context,
  begun: () => void,
): Promise<{ beat: Beat; age: number } | number> {
  const cli = fileURLToPath(new URL('../../cli.js', import.meta.url));
  const child = spawn(process.execPath, [cli, ...words], {
    // The channel breaks when this process dies, and that ends the other one: see orphan.ts.
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: withoutSandbox(environment),
  });
  child.stderr!.on('data', (chunk: Buffer) => stderr.write(chunk));
  let interrupted = false;
  const interrupt = () => {
    interrupted = true;
    child.kill('SIGKILL');
  };
  const unhandle = signals.handle({ first: interrupt, second: interrupt });
  try {
    let killAt = Number.POSITIVE_INFINITY;
    while (isAlive(child) && clock.now() < killAt) {
      await clock.sleep(Math.min(LOOK_MS, Math.max(0, killAt - clock.now())));
      if (killAt < Number.POSITIVE_INFINITY) continue;
      if (!readBeat(pulse)?.profiles.some(({ made }) => made > 0)) continue;
      killAt = clock.now() + afterMs;
      begun();
    }
    if (interrupted) return 130;
    if (!isAlive(child)) return endedBefore(child, afterMs);
    const killedAt = clock.now();
    await killed(child);
    const beat = readBeat(pulse);
    if (beat === undefined) throw new Error('the process left no counts that can be read');
    return { beat, age: Math.max(0, killedAt - beat.at) };
  } finally {
    unhandle();
    if (isAlive(child)) child.kill('SIGKILL');
  }
}

/** The exit code of one that said itself what was wrong. Throws for one whose events were over before it could be killed. */
function endedBefore({ exitCode }: ChildProcess, afterMs: number): number {
  if (exitCode !== 0) return exitCode ?? 1;
  throw new EventmillError(
    'INPUT',
    `--crash-after: expected a run that is still going on after ${milliseconds(afterMs)}, but its events came to an end before; crash it earlier, or take a workload without an end (until)`,
  );
}

/** What is said of the sandbox there is for this process alone. */
function withoutSandbox(environment: Context['environment']): Context['environment'] {
  const kept = Object.entries(environment).filter(([name]) => !name.startsWith('EVENTMILL_SANDBOX_'));
  return Object.fromEntries(kept);
}

function isAlive({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}

function killed(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });
}
