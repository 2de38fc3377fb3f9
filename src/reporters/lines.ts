/** For files, pipes and CI logs: whole lines, no escapes, ever more seldom while a run goes on. */
import { conclusion, latency, sentCount, sentWord } from '../conclusion.js';
import { bytes, count, perSecond, seconds } from '../figures.js';
import type { LiveSnapshot, ReporterPart, Snapshot } from '../types.js';

/** Once a second at first, then every 5, 10, 30, 60 s: a log of a day should not be all progress. */
const EVERY_SECONDS: readonly (readonly [until: number, every: number])[] = [
  [10, 1],
  [60, 5],
  [300, 10],
  [3600, 30],
  [Number.POSITIVE_INFINITY, 60],
];

const lines: ReporterPart = {
  doc: 'Prints a plain line for each profile, once a second at first and less often later.',
  create({ output, color }) {
    const print = (line: string) => output.write(`${line}\n`);
    const rates = new Map<string, { at: number; sent: number }>();
    let nextAt = 0;
    return {
      start(_snapshot, facts) {
        for (const fact of facts) print(fact);
      },
      tick(snapshot) {
        const elapsed = snapshot.elapsedSeconds;
        // A tick comes a little early or late; half a tenth must not cost a whole interval.
        if (elapsed < nextAt - 0.05) return;
        const every = EVERY_SECONDS.find(([until]) => elapsed < until)![1];
        nextAt = Math.max(nextAt + every, elapsed + every / 2);
        for (const live of snapshot.profiles) print(progress(snapshot, live, rates));
      },
      end(snapshot, exitCode) {
        print(conclusion(snapshot, exitCode, { framed: false, color }));
      },
    };
  },
};
export default lines;

function progress(
  snapshot: Snapshot,
  live: LiveSnapshot,
  rates: Map<string, { at: number; sent: number }>,
): string {
  const { profile } = live;
  const sent = sentCount(profile);
  const before = rates.get(profile.name) ?? { at: 0, sent: 0 };
  const passed = snapshot.elapsedSeconds - before.at;
  rates.set(profile.name, { at: snapshot.elapsedSeconds, sent });
  const parts = [
    `${count(profile.due)} due`,
    `${count(sent)} ${sentWord(profile)}`,
    passed > 0 ? perSecond((sent - before.sent) / passed) : perSecond(0),
    `p99 ${latency(live, 'p99')}`,
    `buffer ${bytes(live.bufferBytes)}`,
    `${count(profile.retries)} retries`,
  ];
  for (const fate of ['failed', 'expired', 'dropped'] as const)
    if (profile[fate] > 0) parts.push(`${count(profile[fate])} ${fate}`);
  const phase = snapshot.phase === 'running' ? '' : ` ${snapshot.phase}`;
  return `[${seconds(snapshot.elapsedSeconds)}]${phase} ${profile.name}: ${parts.join(', ')}`;
}
