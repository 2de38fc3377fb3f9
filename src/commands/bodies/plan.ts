/** From the flags of `run` to what it would do. */
import type { Context, Invocation } from '../../command.js';
import { loadPlan } from '../../config/plan.js';
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
  const { json, crashAfter: _, pulse: __, ...flags } = given;
  const { stdout, environment, clock } = context;
  const plan = await loadPlan({
    workload,
    profiles: DEFAULT_PROFILES,
    flags,
    env: environment,
    now: clock.now(),
    checkFaults,
  });
  const { settings, profiles, warnings } = plan;
  const told = await forecast({
    workload: plan.workload,
    profiles,
    brokers: settings.brokers,
    ...(settings.partitions === undefined ? {} : { partitions: settings.partitions }),
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
