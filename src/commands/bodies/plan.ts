/** From the flags of `run` to what it would do. */
import type { Context, FlagValues, Invocation } from '../../command.js';
import { loadPlan, type Plan } from '../../config/plan.js';
import { forecast } from '../../forecast/forecast.js';
import { forecastText } from '../../forecast/text.js';
import { wantsColor } from '../../paint.js';
import { drained } from './drain.js';
import { checkFaults } from './fault-check.js';
import { DEFAULT_PROFILES, DEFAULT_WORKLOAD } from './run.js';

export async function printPlan(
  { arguments: [workload = DEFAULT_WORKLOAD], flags: given }: Invocation,
  context: Context,
): Promise<number> {
  const { json, crashAfter, pulse: _, ...flags } = given;
  const { stdout, environment, clock } = context;
  const { plan, crashAfterMs } = await read(workload, flags, crashAfter, context);
  const { settings, profiles, warnings, security } = plan;
  const { workers, shard, partitions } = settings;
  // A process that is killed has no other end.
  const limits = crashAfterMs === undefined ? plan.workload.limits : { durationMs: crashAfterMs };
  const told = await forecast({
    workload: { ...plan.workload, limits },
    profiles,
    brokers: settings.brokers,
    workers,
    ...(shard === undefined ? {} : { shard }),
    ...(partitions === undefined ? {} : { partitions }),
    circumstances: {
      ...settings,
      security: security?.protocol,
      faults: settings.brokers.length > 0 ? [] : plan.workload.faults,
      ...(crashAfterMs === undefined ? {} : { crashAfterMs }),
    },
    warnings,
    clock,
  });
  const text =
    json === true
      ? `${JSON.stringify(told, null, 2)}\n`
      : forecastText(told, {
          framed: stdout.isTTY === true,
          color: wantsColor(stdout, environment, settings.color !== false),
          ...(stdout.columns === undefined ? {} : { width: stdout.columns }),
        });
  if (!stdout.write(text)) await drained(stdout, context.closed);
  return 0;
}

/** What a run with these flags would be, with all that it would refuse. */
async function read(
  workload: string,
  flags: FlagValues,
  crashAfter: FlagValues[string] | undefined,
  context: Context,
): Promise<{ readonly plan: Plan; readonly crashAfterMs?: number }> {
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
