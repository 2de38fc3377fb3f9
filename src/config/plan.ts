/** All that a command line asks for, read at once: settings, profiles and workload, with every mistake of all of them. */
import { systemClock } from '../clock.js';
import { isPath, listParts, loadPart } from '../parts.js';
import type { GeneratorPart, Profile, Security, Workload, WorkloadSource } from '../types.js';
import { readClient } from './client.js';
import { expected, nearestTo, TOPIC_LENGTH_MAX } from './formats.js';
import { readProfiles, readWorkloadNamed } from './load.js';
import { Mistakes } from './mistakes.js';
import { readOptions } from './options.js';
import { profileWarnings } from './profile-checks.js';
import { rateAskedFor, readRunFlags, withDriver } from './run-flags.js';
import { type RunSettings, readRunSettings } from './run-settings.js';
import { withBackfill } from './source-time.js';
import { checkUse } from './use.js';

export interface Plan {
  readonly settings: RunSettings;
  readonly profiles: readonly Profile[];
  /** With the flags laid over it. */
  readonly workload: Workload;
  /** From `--command-config`, as is the client's name. */
  readonly security?: Security;
  readonly clientId?: string;
  /** One line each. */
  readonly warnings: readonly string[];
}

export interface PlanRequest {
  /** A workload's name or path. */
  readonly workload: string;
  /** When no profile is asked for. */
  readonly profiles: readonly string[];
  /** Commander's, in camel case; the command's own ones are taken out before. */
  readonly flags: Readonly<{ [name: string]: unknown }>;
  readonly env: Readonly<{ [name: string]: string | undefined }>;
  /** Epoch ms: what `-30d` counts from. */
  readonly now?: number;
  /** Whether the driver file may be named, and so a folder for it; true unless given. */
  readonly writesFiles?: boolean;
  /** Throws an EventmillError with a line per spec that a sandbox of so many brokers cannot have. */
  readonly checkFaults?: (specs: readonly string[], nodes: number) => void | Promise<void>;
}

/**
 * Reads everything that a run needs to know before it begins.
 *
 * @throws EventmillError with one line for each mistake in flags, environment, profiles and workload
 */
export async function loadPlan(request: PlanRequest): Promise<Plan> {
  const mistakes = new Mistakes();
  const said = readRunSettings(request.flags, request.env, mistakes);
  const { brokers, warnings: clientWarnings, ...client } = readClient(said, (line) => mistakes.addLine(line));
  const settings = { ...said, brokers };
  const names = settings.profile.length > 0 ? settings.profile : request.profiles;
  const written = await readProfiles(names, settings.set, mistakes);
  const driven = written.map((profile) => withDriver(profile, settings.driver));
  const profiles = driven.map(({ profile }) => profile);
  if (settings.driver !== undefined) checkDriver(settings.driver, mistakes);
  const now = request.now ?? systemClock.now();
  const read = await readWorkloadNamed(request.workload, now, mistakes);
  const begun =
    read === undefined || settings.backfill === undefined
      ? read
      : withBackfill(
          read,
          settings.backfill,
          (source) => rateAskedFor(source, settings.rate) === 'natural',
          now,
          mistakes,
        );
  const workload = begun === undefined ? undefined : await readRunFlags(begun, settings, mistakes);
  const where = fileOf(request.workload, workload?.name);
  if (workload !== undefined) await checkSources(workload, profiles, where, mistakes);
  await checkFaults(request, settings, workload?.faults ?? [], where, mistakes);
  const { writesFiles = true } = request;
  checkUse({ settings, profiles, workload, ...client, writesFiles }, mistakes);
  mistakes.settle();
  const warnings = [
    ...clientWarnings,
    ...driven.flatMap((one) => [...one.warnings, ...profileWarnings(one.profile)]),
    ...(workload as Workload).sources.flatMap(timeWarnings),
    ...faultWarnings(settings, workload as Workload),
  ];
  return Object.freeze({ settings, profiles, workload: workload as Workload, ...client, warnings });
}

/** Settings of one source of which one makes the other idle. */
function timeWarnings({ name, rate, time }: WorkloadSource): string[] {
  if (time.kind === 'simulated' && time.speed !== undefined && rate.kind !== 'natural') {
    return [
      `source ${name}: its time maps the model's calendar onto the clock (speed ${time.speed}), so its rate has no effect`,
    ];
  }
  if (rate.kind === 'natural' && 'mean' in rate && rate.mean !== undefined && (time.speed ?? 1) !== 1) {
    return [
      `source ${name}: the mean of its natural rate sets how fast the model's life passes, so speed ${time.speed} has no effect`,
    ];
  }
  return [];
}

function checkDriver(driver: string, mistakes: Mistakes): void {
  const drivers = listParts('drivers');
  if (isPath(driver) || drivers.includes(driver)) return;
  const what = `one of ${drivers.join(', ')}, or a path`;
  mistakes.add('--driver', undefined, expected(what, driver, nearestTo(driver, drivers)).problem);
}

/** What a workload is called in messages. */
function fileOf(asked: string, name: string | undefined): string {
  return isPath(asked) || asked.endsWith('.json') ? asked : `config/workloads/${name}.json`;
}

/** Faults of the workload and of the flags, by whoever knows how to read them. */
async function checkFaults(
  { checkFaults: check }: PlanRequest,
  { sandboxFault, sandboxNodes = 1 }: RunSettings,
  ofWorkload: readonly string[],
  where: string,
  mistakes: Mistakes,
): Promise<void> {
  if (check === undefined) return;
  if (ofWorkload.length > 0)
    await mistakes.attempt(() => check(ofWorkload, sandboxNodes), `${where}: faults`);
  if (sandboxFault.length > 0)
    await mistakes.attempt(() => check(sandboxFault, sandboxNodes), '--sandbox-fault');
}

/** What is meant for a sandbox and meets a real Kafka: a workload is for both, so that is no mistake. */
function faultWarnings({ brokers }: RunSettings, { faults }: Workload): string[] {
  if (brokers.length === 0 || faults.length === 0) return [];
  return ["the workload's faults are only for the sandbox, and left out since --brokers names a real Kafka"];
}

/** Generators, their options, serializers, and topics whose names grow by the profile's. */
async function checkSources(
  workload: Workload,
  profiles: readonly Profile[],
  where: string,
  mistakes: Mistakes,
): Promise<void> {
  for (const source of workload.sources) {
    const at = `${where}: sources.${source.name}`;
    await mistakes.attempt(() => loadPart('serializers', source.serializer), `${at}.serializer`);
    if (source.generator === '') continue;
    const load = () => loadPart<GeneratorPart>('generators', source.generator);
    const part = await mistakes.attempt(load, `${at}.generator`);
    if (part === undefined) continue;
    readOptions(part.options ?? {}, source.options, `${at}.options`, mistakes);
    const topic = source.topic ?? part.topic;
    for (const { name } of profiles.length > 1 ? profiles : []) {
      if (topic.length + 1 + name.length <= TOPIC_LENGTH_MAX) continue;
      const what = `at most ${TOPIC_LENGTH_MAX} characters in the topic ${topic}.${name}`;
      mistakes.addLine(`${at}.topic: ${expected(what, topic.length + 1 + name.length).problem}`);
    }
  }
}
