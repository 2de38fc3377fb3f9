/** The tour: a gentle run side by side, then a burst at full speed, one profile after another. */
import type { Context, Invocation } from '../../command.js';
import { sentCount } from '../../conclusion.js';
import { loadPlan, type Plan } from '../../config/plan.js';
import { bytes, milliseconds, NOTHING, perSecond, seconds, times } from '../../figures.js';
import { type Column, table } from '../../table.js';
import type { LiveSnapshot, Reporter, Snapshot } from '../../types.js';
import { Session } from './session.js';

const WORKLOAD = 'demo';
const GENTLE = { profiles: ['durable', 'throughput', 'kafkajs'], flags: { duration: '18s' } };
const BASELINE = 'kafkajs';
const BURST = {
  profiles: [BASELINE, 'async', 'throughput', 'lz4'],
  flags: { duration: '2s', rate: ['max'] },
};

export async function runDemo({ flags }: Invocation, context: Context): Promise<number> {
  const seed = flags['seed'] === undefined ? {} : { seed: flags['seed'] };
  const { env, ignored } = environmentOf(context);
  const gentle = await loadPlan({ workload: WORKLOAD, ...GENTLE, flags: { ...flags, ...GENTLE.flags }, env });
  const burst = await loadPlan({ workload: WORKLOAD, ...BURST, flags: { ...seed, ...BURST.flags }, env: {} });
  const session = await Session.open({ ...gentle.settings, workload: gentle.workload.name }, context);
  try {
    for (const name of ignored) {
      session.log.warn(`${name} has no effect: the demo always runs into a sandbox of its own; use run demo`);
    }
    const first = await session.follow(requestOf(gentle), { facts: tailLine });
    if (first.exitCode !== 0 || context.closed.aborted) return first.exitCode;
    const silent = gentle.settings.quiet;
    const reporter = silent ? session.newReporter() : burstReporter(session);
    const second = await session.follow({ ...requestOf(burst), sideBySide: false }, { reporter });
    if (!silent && second.exitCode === 0 && !context.closed.aborted) session.output.write(NEXT);
    return second.exitCode;
  } finally {
    await session.close();
  }
}

/** Where a real Kafka is, and how to log in there. */
const REAL_KAFKA = ['EVENTMILL_BROKERS', 'EVENTMILL_COMMAND_CONFIG'];

function environmentOf({ environment }: Context) {
  const ignored = REAL_KAFKA.filter((name) => environment[name]);
  const kept = Object.entries(environment).filter(([name]) => !ignored.includes(name));
  return { env: Object.fromEntries(kept), ignored };
}

function requestOf({ workload, profiles }: Plan) {
  return { workload, profiles };
}

function tailLine(snapshot: Snapshot): string[] {
  const topic = Object.keys(snapshot.profiles[0]?.profile.topics ?? {})[0] ?? 'stock_price_updates.durable';
  return [
    'to see the records, in another terminal:',
    `  npx eventmill tail ${topic} --brokers ${snapshot.brokers}`,
    '',
  ];
}

const NEXT = `A glimpse, not a measurement: one short trial each, the broker in the same process.

Next:
  npx eventmill run demo --duration 0                             until you interrupt it
  npx eventmill run demo --brokers localhost:9092 --duration 0    into a real Kafka
  npx eventmill list; npx eventmill --help                        what else there is
`;

// ---------------------------------------------------------------- the burst

const COLUMNS: readonly (Column & { of: (live: LiveSnapshot, baseline: number) => string })[] = [
  { title: 'profile', align: 'left', of: ({ profile }) => profile.name },
  { title: 'records/s', of: ({ profile }) => perSecond(profile.recordsPerSecond).replace('/s', '') },
  { title: 'p99', of: ({ profile }) => milliseconds(profile.latencyMs.total.p99) },
  { title: 'CPU s/million', of: cpuPerMillion },
  { title: 'wire', of: ({ profile }) => bytes(profile.wireBytes) },
  { title: 'wire/record', of: wirePerRecord },
  {
    title: `vs ${BASELINE}`,
    of: ({ profile }, baseline) => times(profile.recordsPerSecond / baseline),
  },
];

function cpuPerMillion({ profile }: LiveSnapshot): string {
  const sent = sentCount(profile);
  return sent === 0 ? NOTHING : seconds((profile.cpuSeconds / sent) * 1e6);
}

function wirePerRecord({ profile }: LiveSnapshot): string {
  const sent = sentCount(profile);
  return sent === 0 ? NOTHING : bytes(profile.wireBytes / sent);
}

/** A line as each profile ends, then the table that shows them apart. */
function burstReporter({ output, color }: Session): Reporter {
  let told = 0;
  const tell = (profiles: readonly LiveSnapshot[]) => {
    for (const { profile } of profiles.slice(told)) {
      output.write(`  ${profile.name}: ${perSecond(profile.recordsPerSecond)}\n`);
      told++;
    }
  };
  return {
    start() {
      output.write('\nNow the same events as fast as they go, one profile after another, 2 s each:\n');
    },
    tick({ profiles }) {
      // One that has begun means that those before it have ended.
      const begun = profiles.findLastIndex(({ profile }) => profile.due > 0);
      tell(profiles.slice(0, Math.max(0, begun)));
    },
    end({ profiles }, exitCode) {
      tell(profiles);
      if (exitCode === 130) return;
      const baseline = profiles.find(({ profile }) => profile.name === BASELINE)?.profile.recordsPerSecond;
      const rows = profiles.map((live) => COLUMNS.map((column) => column.of(live, baseline ?? Number.NaN)));
      const framed = output.isTTY === true;
      const width = framed ? { width: output.columns ?? 80 } : {};
      output.write(`${table(COLUMNS, rows, { framed, color, ...width })}\n`);
    },
  };
}
