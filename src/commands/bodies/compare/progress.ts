/** What is told while trials are made: a line for each that ended, and on a terminal one that tells the time left. */
import type { Output } from '../../../command.js';
import type { Slot } from '../../../compare/rounds.js';
import type { Design, Trial } from '../../../compare/types.js';
import { inUnit } from '../../../compare/words.js';
import { plural, seconds } from '../../../figures.js';
import type { TimeLeft } from './time-left.js';

const ERASE_LINE = '\r\u001b[2K';

export class Progress {
  readonly #output: Output;
  readonly #trials: number;
  readonly #left: TimeLeft;
  readonly #width: number;

  constructor(output: Output, { trials }: Design, left: TimeLeft, candidates: readonly string[]) {
    this.#output = output;
    this.#trials = trials;
    this.#left = left;
    this.#width = Math.max(...candidates.map((name) => name.length));
  }

  begins({ candidate, round }: Slot, left: readonly string[]): void {
    if (this.#output.isTTY !== true) return;
    const rest = this.#left.for(left);
    const time = rest === null ? '' : `, ${seconds(rest)} left`;
    this.#output.write(`${ERASE_LINE}round ${round} of ${this.#trials}: ${candidate} …${time}`);
  }

  ended(trial: Trial, left: readonly string[]): void {
    const { round, candidate, attempt, figures, closedOut, wallSeconds } = trial;
    if (wallSeconds !== undefined) this.#left.took(candidate, wallSeconds);
    const figure =
      figures === null
        ? 'failed'
        : `${inUnit('recordsPerSecond', figures.metrics.recordsPerSecond)}, p99 ${inUnit('p99Ms', figures.metrics.p99Ms)}`;
    const again = attempt > 1 ? ' (again)' : '';
    const out = closedOut.map(({ words }) => `; closed out: ${words}`).join('');
    const rest = this.#left.for(left);
    const time = rest === null || rest === 0 ? '' : `; ${seconds(rest)} left`;
    this.erase();
    this.#output.write(
      `round ${round} of ${this.#trials}  ${candidate.padEnd(this.#width)}${again}  ${figure}${out}${time}\n`,
    );
  }

  erase(): void {
    if (this.#output.isTTY === true) this.#output.write(ERASE_LINE);
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

/** Where an interrupted comparison goes on. */
export function resumeLine(folder: string, made: number, secondsLeft: number | null): string {
  const time = secondsLeft === null ? '' : `; about ${seconds(secondsLeft)} left`;
  return `going on in ${folder} behind ${plural(made, 'trial')} made before${time}`;
}

/** The same after a second of each. */
export function gaugeLine(secondsPlanned: number | null): string {
  return secondsPlanned === null
    ? 'one of them sent nothing, so that nobody knows how long it takes'
    : `about ${seconds(secondsPlanned)} in all${ANEW}`;
}
