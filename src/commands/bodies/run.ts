/** From the flags of `run` to a run and its exit code. */
import { breakdowns } from '../../breakdown.js';
import type { Context, Invocation } from '../../command.js';
import { loadPlan, type Plan } from '../../config/plan.js';
import type { RunRequest } from '../../request.js';
import { checkFaults } from './fault-check.js';
import { endWithParent } from './orphan.js';
import { Session } from './session.js';

export const DEFAULT_WORKLOAD = 'demo';
export const DEFAULT_PROFILES = ['async'];

/** What a run with these flags would be, checked whole. Throws an EventmillError with a line for each mistake. */
export async function readRun(
  { arguments: [workload = DEFAULT_WORKLOAD], flags: given }: Invocation,
  context: Context,
): Promise<{ readonly plan: Plan; readonly crashAfterMs?: number }> {
  const { crashAfter, pulse: _, ...flags } = given;
  if (typeof crashAfter === 'string') {
    const { readCrash } = await import('./crash.js');
    const { plan, afterMs } = await readCrash({ workload, flags, after: crashAfter }, context);
    return { plan, crashAfterMs: afterMs };
  }
  const { environment: env, clock } = context;
  const plan = await loadPlan({
    workload,
    profiles: DEFAULT_PROFILES,
    flags,
    env,
    now: clock.now(),
    checkFaults,
  });
  return { plan };
}

export async function runCommand(
  { arguments: [workload = DEFAULT_WORKLOAD], flags: given }: Invocation,
  context: Context,
): Promise<number> {
  const { crashAfter, pulse, ...flags } = given;
  if (typeof crashAfter === 'string') {
    const { crash } = await import('./crash.js');
    return crash({ workload, flags, after: crashAfter }, context);
  }
  const { plan } = await readRun({ arguments: [workload], flags: given }, context);
  if (typeof pulse === 'string') endWithParent(pulse);
  const { settings } = plan;
  const drivers = plan.profiles.map((profile) => profile.settings.driver);
  const options = { ...settings, workload: plan.workload.name, recordsOnStdout: drivers.includes('stdout') };
  const session = await Session.open(options, context);
  try {
    for (const warning of plan.warnings) session.log.warn(warning);
    const { exitCode, snapshot } = await session.follow({
      ...requestOf(plan),
      ...(typeof pulse === 'string' ? { pulse } : {}),
    });
    if (settings.show.length > 0 && !settings.quiet) {
      session.output.write(`${breakdowns(snapshot, settings.show, session.look)}\n`);
    }
    await session.close(settings.metricsHold);
    return exitCode;
  } finally {
    await session.close();
  }
}

function requestOf({ settings, profiles, workload, security, clientId }: Plan): RunRequest {
  const {
    brokers,
    sandboxFault,
    sandboxMemory,
    sandboxNodes,
    sandboxMinInsyncReplicas: minInsyncReplicas,
    partitions,
    replicationFactor,
    createTopics,
    out,
    envelope,
    verify,
    shard,
    workers,
    manifest,
    digest,
    expectDigest,
  } = settings;
  return {
    workload,
    profiles,
    createTopics,
    envelope,
    verify,
    sandbox: {
      faults: sandboxFault,
      ...(sandboxMemory === undefined ? {} : { memoryBytes: sandboxMemory }),
      ...(sandboxNodes === undefined ? {} : { nodes: sandboxNodes }),
      ...(minInsyncReplicas === undefined ? {} : { minInsyncReplicas }),
    },
    ...(workers === 1 ? {} : { workers }),
    ...(shard === undefined ? {} : { shard }),
    ...(brokers.length === 0 ? {} : { brokers }),
    ...(security === undefined ? {} : { security }),
    ...(clientId === undefined ? {} : { clientId }),
    ...(partitions === undefined ? {} : { partitions }),
    ...(replicationFactor === undefined ? {} : { replicationFactor }),
    ...(out === undefined ? {} : { folder: out }),
    digest: digest || expectDigest !== undefined,
    ...(expectDigest === undefined ? {} : { expectDigest }),
    ...(manifest === undefined ? {} : { manifest }),
  };
}
