/** Flags that contradict each other or would have no effect: whoever gives one believes that it has. */
import type { Profile, Security, Workload } from '../types.js';
import type { Mistakes } from './mistakes.js';
import type { RunSettings } from './run-settings.js';

/** Drivers that write to no Kafka, and so to nothing that can be read back. */
const WITHOUT_BROKER = ['null', 'stdout', 'file'];
const WITH_BROKER = ['kafka', 'kafkajs'];
/** The sandbox has no more copies of a partition, however many nodes. */
const SANDBOX_REPLICAS_MAX = 3;
const WRITING_LINES = ['stdout', 'file'];

export interface Use {
  readonly settings: RunSettings;
  readonly profiles: readonly Profile[];
  /** Undefined where it could not be read. */
  readonly workload: Workload | undefined;
  readonly security?: Security;
  /** False where a command has no folder to name, and refuses the driver file in words of its own. */
  readonly writesFiles: boolean;
}

/** Mistakes are told under the flag that was given. */
export function checkUse(use: Use, mistakes: Mistakes): void {
  for (const line of [...brokerProblems(use), ...threadProblems(use), ...outputProblems(use)])
    mistakes.addLine(line);
}

function* brokerProblems({ settings, profiles }: Use): Iterable<string> {
  const { brokers, verify, createTopics, sandboxFault } = settings;
  const drivers = driversOf(profiles);
  if (verify && drivers.length > 0 && drivers.every((driver) => WITHOUT_BROKER.includes(driver)))
    yield `--verify: nothing can be read back from the driver ${drivers[0]}; leave it out, or take kafka or kafkajs`;
  const { sandboxMinInsyncReplicas: least, sandboxNodes: nodes } = settings;
  if (brokers.length > 0) {
    if (sandboxFault.length > 0)
      yield '--sandbox-fault: a real Kafka (--brokers) has no faults on demand; leave out one of the two';
    if (nodes !== undefined)
      yield '--sandbox-nodes: there is no sandbox beside a real Kafka (--brokers); leave out one of the two';
    if (least !== undefined)
      yield '--sandbox-min-insync-replicas: a real Kafka (--brokers) has its own; leave out one of the two';
    return;
  }
  const most = Math.min(nodes ?? 1, SANDBOX_REPLICAS_MAX);
  if (least !== undefined && least > most) {
    const remedy = (nodes ?? 1) < SANDBOX_REPLICAS_MAX ? 'lower it or raise --sandbox-nodes' : 'lower it';
    const what = (nodes ?? 1) === 1 ? 'one node' : `${nodes} nodes`;
    yield `--sandbox-min-insync-replicas: expected at most ${most}, the replicas of each partition with ${what}, got ${least}; ${remedy}`;
  }
  if (!createTopics && drivers.some((driver) => WITH_BROKER.includes(driver)))
    yield '--no-create-topics: a sandbox begins without topics; leave it out, or name a Kafka that has them with --brokers';
}

/** What several threads cannot do together; a library that asks for it is told by the crew itself. */
function* threadProblems({ settings, profiles, security }: Use): Iterable<string> {
  if (settings.workers === 1) return;
  if (driversOf(profiles).some((driver) => WRITING_LINES.includes(driver)))
    yield '--workers: the drivers file and stdout write in one order, so expected 1; leave it out, or take kafka, kafkajs or null';
  if (security?.sasl?.mechanism === 'OAUTHBEARER')
    yield '--workers: tokens of OAUTHBEARER are asked for in one thread, so expected 1; leave it out, or take another mechanism';
}

function* outputProblems({ settings, profiles, workload, writesFiles }: Use): Iterable<string> {
  const { envelope, out, manifest } = settings;
  const drivers = driversOf(profiles);
  if (envelope && !drivers.some((driver) => WRITING_LINES.includes(driver)))
    yield '--envelope: only the drivers file and stdout write lines; leave it out, or take --driver file or stdout';
  const files = drivers.includes('file');
  if (out !== undefined && !files)
    yield '--out: only the driver file writes into a folder; leave it out, or take --driver file';
  if (out === undefined && files && writesFiles)
    yield '--out: expected a folder for the driver file, got nothing; add --out FOLDER';
  if (manifest !== undefined && workload !== undefined && !disorderly(workload))
    yield '--manifest: nothing is done to any event, so nothing would be told; leave it out, or ask for some --disorder';
}

function driversOf(profiles: readonly Profile[]): string[] {
  return profiles.map(({ settings }) => settings.driver);
}

function disorderly(workload: Workload | undefined): boolean {
  return workload?.sources.some(({ disorder }) => disorder !== undefined) ?? false;
}
