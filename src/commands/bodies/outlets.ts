/** Everything that a run's figures are written to while it goes on and at its end: summary, metrics file, Pushgateway. */
import { EventmillError, errorText } from '../../errors.js';
import { openPushgateway } from '../../metrics/pushgateway.js';
import { openTextfile } from '../../metrics/textfile.js';
import type { Outlet } from '../../outlet.js';
import { openSummary } from '../../summary.js';
import type { Snapshot } from '../../types.js';

export interface OutletOptions {
  /** A file, or none. */
  readonly summary?: string | undefined;
  /** A file, or none. */
  readonly metricsFile?: string | undefined;
  /** An address, or none. */
  readonly pushgateway?: string | undefined;
}

/** So that a process that is killed leaves its last claim: the summary is read by programs, the others by scrapers. */
const SUMMARY_EVERY_MS = 1000;
const FILE_EVERY_MS = 5000;
const PUSH_EVERY_MS = 15_000;
/** Ticks come when they can; one that is early by this counts. */
const EARLY_MS = 125;

interface Scheduled {
  readonly outlet: Outlet;
  readonly everyMs: number;
  wroteAt: number;
  failing: boolean;
}

export class Outlets {
  readonly #all: readonly Scheduled[];

  private constructor(all: readonly Scheduled[]) {
    this.#all = all;
  }

  /** Makes sure that each can be written, and leaves what stands there; throws with a line for each that cannot. */
  static async open(options: OutletOptions, workload: string): Promise<Outlets> {
    const { summary, metricsFile, pushgateway } = options;
    const opened = await Promise.allSettled([
      ...(summary === undefined ? [] : [scheduled(openSummary(summary), SUMMARY_EVERY_MS)]),
      ...(metricsFile === undefined ? [] : [scheduled(openTextfile(metricsFile), FILE_EVERY_MS)]),
      ...(pushgateway === undefined
        ? []
        : [scheduled(openPushgateway(pushgateway, workload), PUSH_EVERY_MS)]),
    ]);
    const problems = opened.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
    for (const problem of problems) if (!(problem instanceof EventmillError)) throw problem;
    if (problems.length > 0)
      throw new EventmillError('NOT_WRITABLE', problems.map((problem) => errorText(problem)).join('\n'));
    return new Outlets(opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])));
  }

  /** Writes to those whose time has come. What fails is told once: the next time may do. */
  update(snapshot: Snapshot, now: number, warn: (message: string) => void): void {
    for (const one of this.#all) {
      if (now - one.wroteAt < one.everyMs - EARLY_MS) continue;
      one.wroteAt = now;
      one.outlet.update(snapshot).catch((error: unknown) => {
        if (!one.failing) warn(errorText(error));
        one.failing = true;
      });
    }
  }

  /** Writes to all; resolves with what went wrong, in words. */
  async finish(snapshot: Snapshot): Promise<string[]> {
    const ends = await Promise.allSettled(this.#all.map(({ outlet }) => outlet.finish(snapshot)));
    return ends.flatMap((end) => (end.status === 'rejected' ? [errorText(end.reason)] : []));
  }
}

async function scheduled(opening: Promise<Outlet>, everyMs: number): Promise<Scheduled> {
  return { outlet: await opening, everyMs, wroteAt: Number.NEGATIVE_INFINITY, failing: false };
}
