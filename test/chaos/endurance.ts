/** One soak: a run against a sandbox of three brokers in which something fails again and again, watched from outside. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { bytes, milliseconds } from '../../src/figures.js';
import { createRandom } from '../../src/random.js';
import { READER } from '../../src/reader.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js';
import type { ProfileSnapshot, Summary } from '../../src/types.js';
import { growth, type MemorySample, memoryOf } from './memory.js';
import { NODES, rotation } from './rotation.js';

export interface SoakTerms {
  readonly profile: string;
  /** Records a second. */
  readonly rate: number;
  readonly durationMs: number;
  /** Between one fault and the next. */
  readonly faultEveryMs: number;
  /** Between two looks at the memory. */
  readonly sampleEveryMs: number;
  /** Draws the faults. */
  readonly seed: number;
  /** Whether everything is read back meanwhile; where not, only the account and the memory are judged. */
  readonly verify: boolean;
  /** Hears of every fault and every look, for whoever waits. */
  readonly tell: (line: string) => void;
}

/** How often a kind of fault was ordered, and how often one struck. */
interface Strikes {
  ordered: number;
  struck: number;
}

export interface SoakFinding {
  readonly exit: number | string;
  readonly summary: ProfileSnapshot;
  readonly samples: readonly MemorySample[];
  /** By kind, such as `produce:drop`. */
  readonly faults: ReadonlyMap<string, Readonly<Strikes>>;
  /** How often Produce had to wait for the reader, and how often in vain. */
  readonly held: { readonly waits: number; readonly stalls: number };
}

/** So that an answer that never comes is found out between two faults. */
const PATIENCE = ['--set', 'requestTimeoutMs=3000'];

export async function soak(terms: SoakTerms): Promise<SoakFinding> {
  const folder = mkdtempSync(join(tmpdir(), 'eventmill-soak-'));
  const holdFor = terms.verify ? { holdFor: READER } : {};
  const sandbox = await startSandbox({ nodes: NODES, seed: terms.seed, ...holdFor });
  try {
    const file = join(folder, 'summary.json');
    const { child, metrics } = await startRun(terms, sandbox, file);
    const ended = new Promise<number | string>((resolve) => {
      child.once('exit', (code, signal) => resolve(code ?? signal ?? 'unknown'));
    });
    const faults = new Map<string, Strikes>();
    const [samples] = await Promise.all([
      watch(child, metrics, terms),
      disturb(child, sandbox, faults, terms),
    ]);
    const exit = await ended;
    const { held } = await sandbox.stats();
    const summary = (JSON.parse(readFileSync(file, 'utf8')) as Summary).profiles[0]!;
    return { exit, summary, samples, faults, held };
  } finally {
    await sandbox.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A broker is away for three seconds at most, and an answer is missed for as long. */
const LATE_MS_MAX = 60_000;

/** A heap that is this much larger in the end than after the warm-up has grown; anything less is how collections fall. */
const HEAP_GROWTH_MAX = 1.1;

/** In less the events' own world, such as orders under way, is still filling up, and takes memory as it should. */
const JUDGED_MS_MIN = 600_000;

/** A fifth of a soak: buffers, caches and compiled code have found their size by then. */
export const warmUpSeconds = ({ durationMs }: SoakTerms): number => durationMs / 5000;

/** Every way in which a soak fell short of what its profile promises. None: all is well. */
export function broken({ exit, summary, samples }: SoakFinding, terms: SoakTerms): string[] {
  const wrong: string[] = [];
  const { due, acked, failed, expired, dropped, unacknowledged, verify } = summary;
  const sum = acked + failed + expired + dropped + unacknowledged;
  if (sum !== due) wrong.push(`${due} due, ${sum} accounted for`);
  if (acked !== due) wrong.push(`${due} due, ${acked} acknowledged`);
  if (exit !== 0) wrong.push(`exit ${exit}`);
  const lateMs = summary.latencyMs.total.max;
  if (lateMs > LATE_MS_MAX)
    wrong.push(`records were up to ${milliseconds(lateMs)} late: the machine did not keep up`);
  // Each of the demo's two sources rounds its share down.
  const fewest = Math.floor((terms.rate * terms.durationMs) / 1000) - 2;
  if (due < fewest) wrong.push(`${due} due, expected ${fewest}`);
  if (terms.verify) {
    const found = verify === undefined ? 'nothing' : `${verify.read} read`;
    if (verify === undefined || verify.read < due) wrong.push(`${due} due, ${found}`);
    for (const what of ['lost', 'duplicated', 'reordered', 'corrupted'] as const)
      if (verify !== undefined && verify[what] > 0) wrong.push(`${verify[what]} ${what}`);
  }
  const heap = growth(samples, 'heap', warmUpSeconds(terms));
  const judged = terms.durationMs >= JUDGED_MS_MIN && heap !== undefined;
  if (judged && heap.late > HEAP_GROWTH_MAX * heap.early && heap.perMinute > 0)
    wrong.push(`the heap has grown from ${bytes(heap.early)} to ${bytes(heap.late)}`);
  return wrong;
}

/** The run, and where its metrics are. */
async function startRun(
  { profile, rate, durationMs, verify }: SoakTerms,
  { brokers }: Sandbox,
  summary: string,
): Promise<{ child: ChildProcess; metrics: string }> {
  const words = ['run', 'demo', '--brokers', brokers.join(','), '--profile', profile, '--rate', `${rate}/s`];
  words.push('--duration', `${durationMs}ms`, '--summary', summary, ...PATIENCE);
  if (verify) words.push('--verify');
  const child = spawn(process.execPath, ['dist/src/cli.js', ...words, '--metrics-port', '0'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const leave = (): void => void child.kill('SIGKILL');
  process.once('exit', leave);
  child.once('exit', () => process.off('exit', leave));
  const metrics = await new Promise<string>((resolve, reject) => {
    let said = '';
    const hear = (chunk: Buffer): void => {
      // What it says as it goes on is not kept: a soak is long.
      said = (said + chunk.toString('utf8')).slice(-4000);
      const url = /(http:\/\/127\.0\.0\.1:\d+)/.exec(said)?.[1];
      if (url !== undefined) resolve(`${url}/metrics`);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('exit', (code) =>
      reject(new Error(`the run ended with ${code} before it had begun:\n${said}`)),
    );
  });
  return { child, metrics };
}

/** How much longer a fault may wait for a request to strike: as long as a silent connection holds up those behind it. */
const STRIKE_MS_MAX = 5000;

const alive = (child: ChildProcess): boolean => child.exitCode === null && child.signalCode === null;

async function watch(child: ChildProcess, metrics: string, terms: SoakTerms): Promise<MemorySample[]> {
  const samples: MemorySample[] = [];
  const began = performance.now();
  for (let due = 0; due < terms.durationMs; due += terms.sampleEveryMs) {
    await sleep(Math.max(0, began + due - performance.now()));
    if (!alive(child)) break;
    try {
      const text = await (await fetch(metrics)).text();
      const sample = memoryOf(text, (performance.now() - began) / 1000);
      samples.push(sample);
      terms.tell(`memory ${JSON.stringify(sample)}`);
    } catch (error) {
      // The endpoint closes with the run, which may be over a moment before the time is.
      if (alive(child)) terms.tell(`no metrics: ${error}`);
    }
  }
  return samples;
}

/**
 * Sets one fault after another until the run is over. One that has not struck yet, as when the request that it waits for
 * is held up by the one before, is given a while longer. None is left while the rest is read back.
 */
async function disturb(
  child: ChildProcess,
  sandbox: Sandbox,
  counts: Map<string, Strikes>,
  { seed, durationMs, faultEveryMs, tell }: SoakTerms,
): Promise<void> {
  const specs = rotation(createRandom(seed).fork('soak'));
  const end = performance.now() + durationMs;
  await sleep(faultEveryMs);
  while (performance.now() < end && alive(child)) {
    const spec = specs.next().value;
    tell(`fault ${spec}`);
    const setAt = performance.now();
    await sandbox.setFaults([spec]);
    await sleep(faultEveryMs);
    const patience = setAt + faultEveryMs + STRIKE_MS_MAX;
    let struck = await hasStruck(sandbox, spec);
    while (!struck && alive(child) && performance.now() < Math.min(patience, end)) {
      await sleep(50);
      struck = await hasStruck(sandbox, spec);
    }
    const { ordered, struck: before } = counts.get(kindOf(spec)) ?? { ordered: 0, struck: 0 };
    counts.set(kindOf(spec), { ordered: ordered + 1, struck: before + (struck ? 1 : 0) });
  }
  await sandbox.setFaults([]);
}

async function hasStruck(sandbox: Sandbox, spec: string): Promise<boolean> {
  return ((await sandbox.stats()).faults[spec] ?? 0) > 0;
}

/** `produce:drop` of `produce:drop,count=3`. */
function kindOf(spec: string): string {
  return /^[^=,]+/.exec(spec)![0];
}
