/** One scenario with some profiles: the run, what is done to it, and what is then found. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { topicOffsets } from '../../src/topics/index.js';
import type { ProfileSnapshot, Summary, VerifyResult } from '../../src/types.js';
import type { Cluster } from './clusters.js';
import { GIVE_UP_MS, shortcomings } from './promise.js';
import type { Scenario } from './scenarios.js';

export interface Terms {
  readonly profiles: readonly string[];
  /** Records a second, of each profile. */
  readonly rate: number;
  readonly durationMs: number;
}

export interface Finding {
  readonly profile: string;
  /** From the first acknowledgement to the end of the run, in which everything was read back. */
  readonly seconds: number;
  readonly exit: number | string;
  readonly summary: ProfileSnapshot;
  /** What is not as promised; empty if all is well. */
  readonly wrong: readonly string[];
}

/** For a broker that is gone for good: what has to be waited for must come to an end. */
const GIVE_UP = ['--set', `deliveryTimeoutMs=${GIVE_UP_MS}`, '--set', 'requestTimeoutMs=2000'];
/** Silent connections are found out within this. */
const PATIENCE = ['--set', 'requestTimeoutMs=3000'];

/** Profiles that are not among those that come along. */
const OWN: { readonly [name: string]: object } = {
  'acks-1': { doc: 'The leader alone acknowledges', acks: 1, idempotent: false },
};

/** Topics of its own for each trial: what an earlier one left in a cluster that they share is none of its business. */
let trials = 0;

/** Leaves the cluster as it is then: what is down is brought back before the next trial. */
export async function tryOut(scenario: Scenario, terms: Terms, cluster: Cluster): Promise<Finding[]> {
  const folder = mkdtempSync(join(tmpdir(), 'eventmill-chaos-'));
  try {
    await cluster.heal();
    const summaryFile = join(folder, 'summary.json');
    const child = startRun(scenario, terms, cluster, folder, summaryFile);
    await producing(summaryFile, child);
    const began = performance.now();
    const signal = (name: NodeJS.Signals): void => void child.kill(name);
    await scenario.hurt({ cluster, durationMs: terms.durationMs, signal });
    const exit = await exitOf(child);
    const seconds = (performance.now() - began) / 1000;
    const { profiles } = JSON.parse(readFileSync(summaryFile, 'utf8')) as Summary;
    // What was interrupted is read back by the command that judges a run from what its summary claims.
    const found = scenario.end === 'flushed' || scenario.end === 'killed' ? await verified(summaryFile) : [];
    const mayFail = profiles.some(({ settings }) => !settings.idempotent);
    const findings: Finding[] = [];
    for (const [index, claimed] of profiles.entries()) {
      const summary = found[index] === undefined ? claimed : { ...claimed, verify: found[index] };
      const { durationMs } = terms;
      const there = summary.verify === undefined ? 0 : await settled(summary, cluster.brokers);
      const outcome = { exit, seconds, mayFail, durationMs, stored: there };
      const wrong = shortcomings(scenario.end, summary, outcome);
      findings.push({ profile: summary.name, seconds, exit, summary, wrong });
    }
    return findings;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function startRun(
  { end, proxied }: Scenario,
  { profiles, rate, durationMs }: Terms,
  cluster: Cluster,
  folder: string,
  summary: string,
): ChildProcess {
  const paths = profiles.map((name) => {
    if (OWN[name] === undefined) return name;
    const path = join(folder, `${name}.json`);
    writeFileSync(path, JSON.stringify(OWN[name]));
    return path;
  });
  const brokers = proxied ? `127.0.0.1:${cluster.proxy.port}` : cluster.brokers;
  const words = ['run', 'demo', '--brokers', brokers, '--profile', paths.join(','), '--rate', `${rate}/s`];
  words.push('--duration', `${durationMs}ms`, '--summary', summary, '--metrics-port', 'off', '--quiet');
  trials++;
  for (const source of ['stock', 'pizza']) words.push('--topic', `${source}=${source}-${trials}`);
  words.push(...(end === 'told' ? GIVE_UP : PATIENCE));
  if (end === 'survives') words.push('--verify');
  const child = spawn(process.execPath, ['dist/src/cli.js', ...words], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const leave = (): void => void child.kill('SIGKILL');
  process.once('exit', leave);
  child.once('exit', () => process.off('exit', leave));
  return child;
}

/** Records of each profile have been acknowledged, or, as acks 0 has it, written: all stands, and the time of hurting begins. */
async function producing(file: string, child: ChildProcess): Promise<void> {
  while (child.exitCode === null) {
    await sleep(100);
    try {
      const { profiles } = JSON.parse(readFileSync(file, 'utf8')) as Summary;
      if (profiles.length > 0 && profiles.every(({ records }) => records > 0)) return;
    } catch {
      // Not there yet.
    }
  }
  throw new Error(`the run ended with ${child.exitCode} before it had begun`);
}

function exitOf(child: ChildProcess): Promise<number | string> {
  if (child.exitCode !== null) return Promise.resolve(child.exitCode);
  if (child.signalCode !== null) return Promise.resolve(child.signalCode);
  return new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal ?? 'unknown')));
}

/** What `eventmill verify` finds, by profile. */
async function verified(summaryFile: string): Promise<VerifyResult[]> {
  const words = ['dist/src/cli.js', 'verify', '--summary', summaryFile, '--json'];
  const said = await new Promise<string>((resolve) => {
    execFile(process.execPath, words, { maxBuffer: 16_000_000 }, (_, stdout, stderr) =>
      resolve(stdout || stderr),
    );
  });
  try {
    const { profiles } = JSON.parse(said) as { profiles: { verify: VerifyResult }[] };
    return profiles.map(({ verify }) => verify);
  } catch (cause) {
    throw new Error(`eventmill verify said: ${said}`, { cause });
  }
}

/** A leader that has just come back tells less than it has until its followers have spoken with it: at least what was read is there. */
const SETTLE_MS_MAX = 30_000;

async function settled(profile: ProfileSnapshot, brokers: string): Promise<number> {
  const deadline = performance.now() + SETTLE_MS_MAX;
  for (;;) {
    const there = await stored(profile, brokers);
    if (there >= (profile.verify?.read ?? 0) || performance.now() > deadline) return there;
    await sleep(1000);
  }
}

/** How many records the broker itself says that it has. */
async function stored({ topics }: ProfileSnapshot, brokers: string): Promise<number> {
  let sum = 0;
  for (const topic of Object.keys(topics)) {
    for (const { low, high } of await topicOffsets(brokers.split(','), topic)) sum += high - low;
  }
  return sum;
}
