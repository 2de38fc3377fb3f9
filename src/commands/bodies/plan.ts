/** From the flags of `run` to what it would do. */
import type { Context, Invocation } from '../../command.js';
import { forecast } from '../../forecast/forecast.js';
import { forecastText } from '../../forecast/text.js';
import { wantsColor } from '../../paint.js';
import { drained } from './drain.js';
import { readRun } from './run.js';

export async function printPlan(
  { arguments: words, flags: given }: Invocation,
  context: Context,
): Promise<number> {
  const { json, ...flags } = given;
  const { stdout, environment, clock } = context;
  const { plan, crashAfterMs } = await readRun({ arguments: words, flags }, context);
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
