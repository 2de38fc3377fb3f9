/** For a terminal: a few lines that redraw themselves; the only importer of log-update. */
import { createLogUpdate } from 'log-update';
import { conclusion, latency, sentCount } from '../conclusion.js';
import { bytes, count, perSecond, seconds } from '../figures.js';
import { type Paint, paintWith } from '../paint.js';
import { type Column, line } from '../table.js';
import type { LiveSnapshot, ReporterPart, Snapshot } from '../types.js';

/** Rates are means over about this long: the last quarter second alone would flicker. */
const RATE_WINDOW_SECONDS = 2;
const DEFAULT_COLUMNS = 80;

const terminal: ReporterPart = {
  doc: 'Redraws a live view, four times a second at most; the default on a terminal.',
  create({ output, color }) {
    // With its cursor hidden, log-update would take part in the handling of signals, which cli.ts alone does.
    const draw = createLogUpdate(output, { showCursor: true });
    const paint = paintWith(color);
    const meters = new Map<string, Meter>();
    let drawnAt = Number.NEGATIVE_INFINITY;
    let phase = '';
    return {
      start(_snapshot, facts) {
        for (const fact of facts) output.write(`${fact}\n`);
      },
      tick(snapshot) {
        for (const { profile } of snapshot.profiles)
          meterOf(meters, profile.name).note(snapshot.elapsedSeconds, sentCount(profile));
        const due = snapshot.elapsedSeconds - drawnAt >= 0.24 || snapshot.phase !== phase;
        if (!due) return;
        drawnAt = snapshot.elapsedSeconds;
        phase = snapshot.phase;
        draw(view(snapshot, meters, paint, output.columns ?? DEFAULT_COLUMNS));
      },
      /** A message for people while the view stands: above it, for good. */
      note(message: string) {
        draw.clear();
        output.write(`${message}\n`);
        drawnAt = Number.NEGATIVE_INFINITY;
      },
      end(snapshot, exitCode) {
        draw.clear();
        draw.done();
        const width = output.columns ?? DEFAULT_COLUMNS;
        output.write(`${conclusion(snapshot, exitCode, { framed: true, color, width })}\n`);
      },
    };
  },
};
export default terminal;

/** Records a second over the last moments. */
class Meter {
  readonly #points: { at: number; sent: number }[] = [];

  note(at: number, sent: number): void {
    this.#points.push({ at, sent });
    while (this.#points.length > 2 && at - this.#points[1]!.at >= RATE_WINDOW_SECONDS) this.#points.shift();
  }

  get perSecond(): number {
    const first = this.#points[0];
    const last = this.#points.at(-1);
    if (first === undefined || last === undefined || last.at <= first.at) return 0;
    return (last.sent - first.sent) / (last.at - first.at);
  }
}

function meterOf(meters: Map<string, Meter>, name: string): Meter {
  let meter = meters.get(name);
  if (meter === undefined) {
    meter = new Meter();
    meters.set(name, meter);
  }
  return meter;
}

interface LiveColumn extends Column {
  /** Shown while it fits: 0 always, the highest number goes first. */
  readonly rank: number;
  readonly minWidth: number;
  readonly of: (live: LiveSnapshot, rate: number) => string;
}

const COLUMNS: readonly LiveColumn[] = [
  { title: 'profile', align: 'left', rank: 0, minWidth: 10, of: ({ profile }) => profile.name },
  { title: 'due', rank: 3, minWidth: 9, of: ({ profile }) => count(profile.due) },
  {
    title: 'acked',
    rank: 0,
    minWidth: 9,
    // Without acknowledgements nobody knows more than that it was written.
    of: ({ profile }) => count(sentCount(profile)) + (profile.settings.acks === 0 ? ' written' : ''),
  },
  { title: 'rate', rank: 0, minWidth: 9, of: (_live, rate) => perSecond(rate) },
  { title: 'p99', rank: 1, minWidth: 7, of: (live) => latency(live, 'p99') },
  { title: 'buffer', rank: 4, minWidth: 8, of: (live) => bytes(live.bufferBytes) },
  { title: 'retries', rank: 5, minWidth: 7, of: ({ profile }) => count(profile.retries) },
  {
    // Failed, expired or dropped: the table at the end tells which.
    title: 'missed',
    rank: 2,
    minWidth: 6,
    of: ({ profile }) => count(profile.failed + profile.expired + profile.dropped),
  },
];

function view(snapshot: Snapshot, meters: Map<string, Meter>, paint: Paint, width: number): string {
  const cells = snapshot.profiles.map((live) =>
    COLUMNS.map((column) => column.of(live, meters.get(live.profile.name)?.perSecond ?? 0)),
  );
  const widths = COLUMNS.map((column, at) =>
    Math.max(column.minWidth, column.title.length, ...cells.map((row) => row[at]!.length)),
  );
  const shown = fitting(widths, width);
  const pick = <T>(all: readonly T[]): T[] => shown.map((at) => all[at]!);
  const columns = pick(COLUMNS);
  const rows = snapshot.profiles.map((live, row) => {
    const text = line(columns, pick(cells[row]!), pick(widths)).slice(0, width);
    const { failed, expired, dropped } = live.profile;
    return failed + expired + dropped > 0 ? paint.red(text) : text;
  });
  const titles = line(
    columns,
    columns.map((column) => column.title),
    pick(widths),
  ).slice(0, width);
  return ['', paint.dim(titles), ...rows, paint.dim(status(snapshot).slice(0, width))].join('\n');
}

/** The places of the columns that fit, giving up the least important first. */
function fitting(widths: readonly number[], width: number): number[] {
  let shown = COLUMNS.map((_, at) => at);
  const needed = () => shown.reduce((sum, at) => sum + widths[at]!, 0) + 2 * (shown.length - 1);
  while (needed() > width) {
    const rank = Math.max(...shown.map((at) => COLUMNS[at]!.rank));
    if (rank === 0) break;
    shown = shown.filter((at) => COLUMNS[at]!.rank !== rank);
  }
  return shown;
}

const PHASES: Readonly<{ [P in Snapshot['phase']]: string }> = {
  starting: 'starting',
  running: 'running; Ctrl-C flushes and ends',
  flushing: 'flushing what is under way; Ctrl-C again ends at once',
  verifying: 'reading everything back',
  done: 'done',
};

function status(snapshot: Snapshot): string {
  return `${seconds(snapshot.elapsedSeconds)} · ${PHASES[snapshot.phase]}`;
}
