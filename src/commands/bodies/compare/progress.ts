/** What is told while trials are made: a line for each that ended, and on a terminal one that tells the time left. */
import type { Output } from '../../../command.js';
import type { Slot } from '../../../compare/rounds.js';
import type { Design, Trial } from '../../../compare/types.js';
import { inUnit } from '../../../compare/words.js';
import { plural, seconds } from '../../../figures.js';
import type { Clock } from '../../../types.js';

const ERASE_LINE = '\r\u001b[2K';

export class Progress {
  readonly #output: Output;
  readonly #clock: Clock;
  #design: Design;
  readonly #candidates: number;
  readonly #width: number;
  #startedAt = 0;
  #spentMs = 0;
  #made = 0;

  constructor(output: Output, clock: Clock, design: Design, candidates: readonly string[]) {
    this.#output = output;
    this.#clock = clock;
    this.#design = design;
    this.#candidates = candidates.length;
    this.#width = Math.max(...candidates.map((name) => name.length));
  }

  /** What is expected to be needed in all, seconds. */
  plan(secondsPlanned: number | null): void {
    this.#design = { ...this.#design, secondsPlanned };
  }

  begins({ candidate, round }: Slot, left: number): void {
    this.#startedAt = this.#clock.now();
    if (this.#output.isTTY !== true) return;
    const rest = this.#secondsLeft(left);
    const time = rest === null ? '' : `, ${seconds(rest)} left`;
    this.#output.write(`${ERASE_LINE}round ${round} of ${this.#design.trials}: ${candidate} …${time}`);
  }

  ended(trial: Trial, left: number): void {
    this.#spentMs += this.#clock.now() - this.#startedAt;
    this.#made++;
    const { round, candidate, attempt, figures, closedOut } = trial;
    const figure =
      figures === null
        ? 'failed'
        : `${inUnit('recordsPerSecond', figures.metrics.recordsPerSecond)}, p99 ${inUnit('p99Ms', figures.metrics.p99Ms)}`;
    const again = attempt > 1 ? ' (again)' : '';
    const out = closedOut.map(({ words }) => `; closed out: ${words}`).join('');
    const rest = this.#secondsLeft(left);
    const time = rest === null || rest === 0 ? '' : `; ${seconds(rest)} left`;
    this.erase();
    this.#output.write(
      `round ${round} of ${this.#design.trials}  ${candidate.padEnd(this.#width)}${again}  ${figure}${out}${time}\n`,
    );
  }

  erase(): void {
    if (this.#output.isTTY === true) this.#output.write(ERASE_LINE);
  }

  /** By what trials have taken so far, and before the first by what was planned; null where nobody knows. */
  #secondsLeft(left: number): number | null {
    if (this.#made > 0) return (this.#spentMs / 1000 / this.#made) * left;
    const { secondsPlanned, trials } = this.#design;
    return secondsPlanned === null ? null : (secondsPlanned / (trials * this.#candidates)) * left;
  }
}

/** How long it will take, before it begins. */
export function planLine(
  { trials, secondsPlanned, limits, warmupMs, atMax }: Design,
  candidates: number,
): string {
  const each = [
    ...(limits.durationMs === undefined ? [] : [seconds(limits.durationMs / 1000)]),
    ...(limits.count === undefined ? [] : [plural(limits.count, 'record')]),
    ...(limits.bytes === undefined ? [] : [inUnit('memoryBytes', limits.bytes)]),
  ].join(' or ');
  const many = `${plural(candidates * trials, 'trial')} (${plural(candidates, 'candidate')}, ${plural(trials, 'round')})`;
  const how = `each ${each} ${atMax ? 'at full speed' : 'at its rate'} after ${seconds(warmupMs / 1000)} of warm-up`;
  const time =
    secondsPlanned === null
      ? 'how long that takes depends on how fast each is: first a second of each, to tell'
      : `about ${seconds(secondsPlanned)} in all${ANEW}`;
  return `${many}, ${how}; ${time}`;
}

const ANEW = ', and more where disturbed trials have to be made anew';

/** The same after a second of each. */
export function gaugeLine(secondsPlanned: number | null): string {
  return secondsPlanned === null
    ? 'one of them sent nothing, so that nobody knows how long it takes'
    : `about ${seconds(secondsPlanned)} in all${ANEW}`;
}
