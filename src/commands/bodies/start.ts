/** Signals around the start of a run: one that comes before there is a run must end it too, and soon. */
import type { Run, RunRequest, RunResult } from '../../request.js';
import type { SignalHandlers } from '../../signals.js';
import type { Clock } from '../../types.js';
import { version } from '../../version.js';

/** How long a start that was interrupted may take until it is given up: mostly it is done in a fraction of this. */
const GRACE_MS = 1000;

/** Passes signals on to a run, also those that came before it began. */
export class Start implements SignalHandlers {
  readonly #clock: Clock;
  #run: Run | undefined;
  #signals = 0;
  #giveUp: () => void = () => {};

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  first(): void {
    this.#signals++;
    if (this.#run !== undefined) this.#run.stop();
    else this.#clock.after(GRACE_MS, () => this.#giveUp());
  }

  second(): void {
    this.#signals++;
    if (this.#run !== undefined) this.#run.abort();
    else this.#giveUp();
  }

  /** The run once it has begun, or null where it was interrupted before; rejects as `starting` does. */
  async of(starting: Promise<Run>): Promise<Run | null> {
    const givenUp = new Promise<null>((resolve) => {
      this.#giveUp = () => resolve(null);
    });
    // Should it begin after all, nobody wants it any more.
    const late = starting.then(
      (run) => {
        this.#run = run;
        if (this.#signals === 1) run.stop();
        if (this.#signals > 1) run.abort();
        return run;
      },
      (error: unknown) => {
        // Whoever interrupted it does not want to hear what came of it.
        if (this.#signals === 0) throw error;
        return null;
      },
    );
    return Promise.race([late, givenUp]);
  }
}

/** What is told of a run that was interrupted before there was one. */
export function neverBegun({ workload, profiles, brokers }: RunRequest, now: number): RunResult {
  const snapshot: RunResult['snapshot'] = {
    eventmill: version(),
    phase: 'done',
    seed: workload.seed,
    workload: workload.name,
    driver: [...new Set(profiles.map(({ settings }) => settings.driver))].join(','),
    brokers: brokers?.join(',') ?? '',
    sandbox: false,
    startedAt: new Date(now).toISOString(),
    elapsedSeconds: 0,
    sources: workload.sources.map(({ part: _, ...source }) => source),
    profiles: [],
  };
  return { snapshot, exitCode: 130, reasons: ['interrupted before anything was made'], remarks: [] };
}
