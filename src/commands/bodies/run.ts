/** From the flags of `run` to a run and its exit code. */
import type { Context, FlagValues, Invocation } from '../../command.js';
import { bytes } from '../../config/formats.js';
import { loadPlan, type Plan } from '../../config/plan.js';
import { EventmillError } from '../../errors.js';
import type { RunRequest } from '../../run.js';
import { FlagReader } from './flag-reader.js';
import { Session } from './session.js';

const DEFAULT_WORKLOAD = 'demo';
const DEFAULT_PROFILES = ['async'];
/** One batch of the largest kind must fit. */
const SANDBOX_MEMORY = bytes(1024 * 1024, Number.MAX_SAFE_INTEGER);

export async function runCommand(
  { arguments: [workload], flags }: Invocation,
  context: Context,
): Promise<number> {
  const { own, others } = split(flags);
  const reader = new FlagReader(own);
  const memoryBytes = reader.read('sandboxMemory', SANDBOX_MEMORY.parse, undefined);
  const plan = await planBeside(
    reader,
    loadPlan({
      workload: workload ?? DEFAULT_WORKLOAD,
      profiles: DEFAULT_PROFILES,
      flags: others,
      env: context.environment,
      now: context.clock.now(),
    }),
  );
  const drivers = plan.profiles.map((profile) => profile.settings.driver);
  const recordsOnStdout = drivers.includes('stdout');
  const { settings } = plan;
  if (drivers.includes('file') && settings.out === undefined) {
    throw new EventmillError(
      'USAGE',
      '--out: expected a folder for the driver file, got nothing; add --out FOLDER',
    );
  }
  const session = await Session.open({ ...settings, recordsOnStdout, reporter: reporterOf(own) }, context);
  try {
    for (const warning of plan.warnings) session.log.warn(warning);
    const { exitCode } = await session.follow(requestOf(plan, memoryBytes));
    await session.close(settings.metricsHold);
    return exitCode;
  } finally {
    await session.close();
  }
}

/** Flags that are this command's alone, and those that the settings of a run know. */
function split(flags: FlagValues): { own: FlagValues; others: FlagValues } {
  const { reporter, sandboxMemory, ...others } = flags;
  return {
    own: {
      ...(reporter === undefined ? {} : { reporter }),
      ...(sandboxMemory === undefined ? {} : { sandboxMemory }),
    },
    others,
  };
}

function reporterOf({ reporter }: FlagValues): string | undefined {
  return typeof reporter === 'string' ? reporter : undefined;
}

function requestOf({ settings, profiles, workload }: Plan, memoryBytes: number | undefined): RunRequest {
  const { brokers, sandboxFault, partitions, replicationFactor, createTopics, out, envelope, verify } =
    settings;
  return {
    workload,
    profiles,
    createTopics,
    envelope,
    verify,
    sandbox: { faults: sandboxFault, ...(memoryBytes === undefined ? {} : { memoryBytes }) },
    ...(brokers.length === 0 ? {} : { brokers }),
    ...(partitions === undefined ? {} : { partitions }),
    ...(replicationFactor === undefined ? {} : { replicationFactor }),
    ...(out === undefined ? {} : { folder: out }),
  };
}

/** Loads the plan, and tells its mistakes together with those of the flags read here. */
async function planBeside(reader: FlagReader, planned: Promise<Plan>): Promise<Plan> {
  try {
    const plan = await planned;
    reader.settle();
    return plan;
  } catch (error) {
    if (error instanceof EventmillError) reader.settleWith(error);
    throw error;
  }
}
