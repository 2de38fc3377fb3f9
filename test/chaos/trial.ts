/** One scenario with some profiles: the run, what is done to it, and what is then found. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { topicOffsets } from '../../src/topics/index.js';
import type { ProfileSnapshot, Summary, VerifyResult } from '../../src/types.js';
import type { Cluster } from './clusters.js';
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
const GIVE_UP_MS = 8000;
const GIVE_UP = ['--set', `deliveryTimeoutMs=${GIVE_UP_MS}`, '--set', 'requestTimeoutMs=2000'];
/** Silent connections are found out within this. */
const PATIENCE = ['--set', 'requestTimeoutMs=3000'];
const GRACE_MS = 10_000;

/** Profiles that are not among those that come along. */
const OWN: { readonly [name: string]: object } = {
  'acks-1': { doc: 'The leader alone acknowledges', acks: 1, idempotent: false },
};

export async function tryOut(scenario: Scenario, terms: Terms): Promise<Finding[]> {
  const folder = mkdtempSync(join(tmpdir(), 'eventmill-chaos-'));
  const cluster = await scenario.start();
  try {
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
    const findings: Finding[] = [];
    for (const [index, claimed] of profiles.entries()) {
      const summary = found[index] === undefined ? claimed : { ...claimed, verify: found[index] };
      const wrong = judge(scenario, terms, summary, exit, seconds);
      if (summary.verify !== undefined) {
        wrong.push(...miscounted(scenario, summary, await stored(summary, cluster.brokers)));
      }
      findings.push({ profile: summary.name, seconds, exit, summary, wrong });
    }
    return findings;
  } finally {
    await cluster.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function startRun(
  { end }: Scenario,
  { profiles, rate, durationMs }: Terms,
  { brokers }: Cluster,
  folder: string,
  summary: string,
): ChildProcess {
  const paths = profiles.map((name) => {
    if (OWN[name] === undefined) return name;
    const path = join(folder, `${name}.json`);
    writeFileSync(path, JSON.stringify(OWN[name]));
    return path;
  });
  const words = ['run', 'demo', '--brokers', brokers, '--profile', paths.join(','), '--rate', `${rate}/s`];
  words.push('--duration', `${durationMs}ms`, '--summary', summary, '--metrics-port', 'off', '--quiet');
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

/** The first records have been acknowledged: from then on a profile's promises hold. */
async function producing(file: string, child: ChildProcess): Promise<void> {
  while (child.exitCode === null) {
    await sleep(100);
    try {
      const { profiles } = JSON.parse(readFileSync(file, 'utf8')) as Summary;
      if (profiles.length > 0 && profiles.every(({ topics }) => Object.keys(topics).length > 0)) return;
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

function judge(
  { end }: Scenario,
  { durationMs }: Terms,
  profile: ProfileSnapshot,
  exit: number | string,
  seconds: number,
): string[] {
  const wrong: string[] = [];
  const { due, acked, failed, expired, dropped, unacknowledged, settings, verify } = profile;
  const sum = acked + failed + expired + dropped + unacknowledged;
  if (end !== 'killed' && sum !== due) wrong.push(`${due} due, ${sum} accounted for`);
  const expectedExit = { survives: 0, told: 1, flushed: 130, killed: 'SIGKILL' }[end];
  // Without acks all and idempotence a loss is no surprise; whether it ends with 1 is the profile's promise, not this one.
  const mayFall = end === 'survives' && !settings.idempotent;
  if (exit !== expectedExit && !(mayFall && exit === 1)) wrong.push(`exit ${exit}, expected ${expectedExit}`);
  if (end === 'told') {
    const limit = (durationMs + GIVE_UP_MS + GRACE_MS) / 1000;
    if (seconds > limit) wrong.push(`it took ${seconds.toFixed(1)} s to say so, expected ${limit} at most`);
    return wrong;
  }
  if (verify === undefined) return [...wrong, 'nothing was read back'];
  const { lost, duplicated, reordered, corrupted } = verify;
  if (corrupted > 0) wrong.push(`${corrupted} corrupted`);
  if (end === 'survives' && !settings.idempotent) return wrong;
  // The broker was well while eventmill was ended: what it had claimed has to be there, whatever the profile.
  if (lost > 0 || duplicated > 0 || reordered > 0)
    wrong.push('0 lost, 0 duplicated, 0 reordered are promised');
  if (end !== 'killed' && acked + (settings.acks === 0 ? unacknowledged : 0) !== due) {
    wrong.push(`${due} due, ${acked} acknowledged`);
  }
  return wrong;
}

/** How many records the broker itself says that it has. */
async function stored({ topics }: ProfileSnapshot, brokers: string): Promise<number> {
  let sum = 0;
  for (const topic of Object.keys(topics)) {
    for (const { low, high } of await topicOffsets(brokers.split(','), topic)) sum += high - low;
  }
  return sum;
}

/** What verify counted, held against the broker's own count: each record that is there is one due, or an extra copy. */
function miscounted(
  { end }: Scenario,
  { due, acked, unacknowledged, settings, verify }: ProfileSnapshot,
  stored: number,
): string[] {
  const { lost, duplicated, read } = verify!;
  // After a kill there is more than was claimed, and with records given up nobody knows how many were written.
  if (end === 'killed') return stored >= read ? [] : [`${read} read, ${stored} at the broker`];
  if (acked + (settings.acks === 0 ? unacknowledged : 0) !== due) return [];
  if (stored === due - lost + duplicated) return [];
  return [`${due} due - ${lost} lost + ${duplicated} duplicated, but ${stored} at the broker`];
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
