/** A comparison under way: trial after trial, each into topics of its own, saved as it comes. */
import type { Context } from '../../../command.js';
import { closingReasons } from '../../../compare/closing.js';
import { saveReport } from '../../../compare/folder.js';
import { type Beginning, reportOf } from '../../../compare/report.js';
import { nextSlot, type Slot, trialsLeft } from '../../../compare/rounds.js';
import type { Reason, Report, Trial } from '../../../compare/types.js';
import { readClient } from '../../../config/client.js';
import { EventmillError } from '../../../errors.js';
import { DEFAULT_PARTITIONS } from '../../../lanes.js';
import { brokerProcesses } from '../../../load.js';
import { type Sandbox, startSandbox } from '../../../sandbox/index.js';
import { deleteTopics } from '../../../topics/deletion.js';
import type { TrialRequest } from '../../../trial.js';
import type { Workload } from '../../../types.js';
import type { Asked } from './asked.js';
import { trialInChild, type Watched } from './child.js';
import type { Contender } from './contenders.js';
import { GAUGE_MS, type Gauged } from './gauge.js';

export interface Hooks {
  /** A trial begins; `left`: whose trials are still to be made, this one included. */
  begins(slot: Slot, left: readonly string[]): void;
  ended(trial: Trial, left: readonly string[]): void;
  warn(line: string): void;
}

export class Comparison {
  readonly #asked: Asked;
  #beginning: Beginning;
  readonly #context: Context;
  readonly #hooks: Hooks;
  readonly #trials: Trial[];
  readonly #abort = new AbortController();

  /** `made`: trials of an interrupted comparison that this one goes on with. */
  constructor(asked: Asked, beginning: Beginning, made: readonly Trial[], context: Context, hooks: Hooks) {
    this.#asked = asked;
    this.#beginning = beginning;
    this.#trials = [...made];
    this.#context = context;
    this.#hooks = hooks;
  }

  get interrupted(): boolean {
    return this.#abort.signal.aborted;
  }

  /** The trial under way is given up; what is done is kept. */
  interrupt(): void {
    this.#abort.abort();
  }

  /** A second of each, of which nothing is kept; undefined when interrupted. Throws an EventmillError as `run` does. */
  async gauge(): Promise<Gauged[] | undefined> {
    const gauged: Gauged[] = [];
    for (const contender of this.#asked.contenders) {
      if (this.interrupted) return undefined;
      const { workload, candidate } = contender;
      const limits = { ...workload.limits, durationMs: GAUGE_MS };
      const slot = { candidate: candidate.name, round: 0, position: 1, attempt: 1 };
      try {
        const one = await this.#measure({ ...contender, workload: { ...workload, limits } }, slot);
        gauged.push({ candidate: candidate.name, ...one });
      } catch (error) {
        if (this.interrupted) return undefined;
        throw error;
      }
    }
    return gauged;
  }

  /** What is expected to be needed in all, seconds. */
  plan(secondsPlanned: number | null): void {
    this.#beginning = { ...this.#beginning, design: { ...this.#beginning.design, secondsPlanned } };
  }

  /** Throws an EventmillError that the very first trial met before anything was sent. */
  async run(): Promise<Report> {
    const { report: folder, contenders, trials: rounds } = this.#asked;
    const names = contenders.map(({ candidate }) => candidate.name);
    for (;;) {
      const slot = nextSlot(names, rounds, this.#trials);
      if (slot === undefined || this.interrupted) return this.report(slot === undefined);
      this.#hooks.begins(slot, trialsLeft(names, rounds, this.#trials));
      const trial = await this.#make(slot);
      if (trial === null) continue;
      this.#trials.push(trial);
      if (folder !== undefined) saveReport(folder, this.report(false));
      this.#hooks.ended(trial, trialsLeft(names, rounds, this.#trials));
    }
  }

  report(finished: boolean): Report {
    const now = new Date(this.#context.clock.now()).toISOString();
    return reportOf(this.#beginning, this.#trials, finished ? now : null, this.#asked);
  }

  /** Null when it was interrupted. */
  async #make(slot: Slot): Promise<Trial | null> {
    const contender = this.#asked.contenders.find(({ candidate }) => candidate.name === slot.candidate)!;
    const startedAt = new Date(this.#context.clock.now()).toISOString();
    const base = { ...slot, startedAt };
    try {
      const { watched, wallSeconds } = await this.#measure(contender, slot);
      const closedOut = this.#reasons(contender, watched);
      const { live, metrics, series, reasons } = watched.outcome;
      const failures = reasons.length > 0 ? { failures: reasons } : {};
      const figures = { profile: live.profile, metrics, series, load: watched.load };
      return { ...base, closedOut, ...failures, figures, wallSeconds };
    } catch (error) {
      if (this.interrupted) return null;
      // Before anything was made it is a mistake of the command line, or of the world around; later it is one trial's.
      if (!(error instanceof EventmillError) || this.#trials.length === 0) throw error;
      const words = error.message;
      return { ...base, closedOut: [{ code: 'TRIAL_FAILED', words }], failures: [words], figures: null };
    }
  }

  #reasons(contender: Contender, { outcome, load }: Watched): Reason[] {
    const faults = [...contender.workload.faults, ...this.#asked.settings.sandboxFault];
    const throttlingAsked = faults.some((fault) => fault.includes('throttle'));
    const atRate = contender.workload.sources.some(({ rate }) => rate.kind !== 'max');
    return closingReasons(
      { live: outcome.live, series: outcome.series, load, atRate, throttlingAsked },
      this.#trials,
    );
  }

  /** All of a trial, and how long that took. */
  async #measure(contender: Contender, slot: Slot): Promise<Omit<Gauged, 'candidate'>> {
    const { clock } = this.#context;
    const startedAt = clock.now();
    const watched = await this.#watch(contender, slot);
    return { watched, wallSeconds: (clock.now() - startedAt) / 1000 };
  }

  async #watch(contender: Contender, slot: Slot): Promise<Watched> {
    const { settings } = this.#asked;
    const sandbox = await this.#sandboxFor(contender);
    const brokers = contender.needsBrokers ? (sandbox?.brokers ?? settings.brokers) : [];
    const request = this.#requestOf(contender, slot, brokers);
    try {
      return await trialInChild(request, {
        // The sandbox is this process itself, whose time is known.
        brokers: sandbox !== undefined ? [] : brokerProcesses(brokers),
        warn: this.#hooks.warn,
        clock: this.#context.clock,
        abort: this.#abort.signal,
      });
    } finally {
      if (sandbox !== undefined) await sandbox.close();
      else if (brokers.length > 0 && !this.#asked.keepTopics) await this.#tidyUp(request);
    }
  }

  /** A new one for each trial: nobody inherits another's memory, threads or count of faults. */
  async #sandboxFor({ workload, needsBrokers }: Contender): Promise<Sandbox | undefined> {
    const { settings, sandboxMemory } = this.#asked;
    if (settings.brokers.length > 0 || !needsBrokers) return undefined;
    return startSandbox({
      partitions: settings.partitions ?? DEFAULT_PARTITIONS,
      faults: [...workload.faults, ...settings.sandboxFault],
      seed: workload.seed,
      memoryBytes: sandboxMemory,
      ...(settings.sandboxNodes === undefined ? {} : { nodes: settings.sandboxNodes }),
    });
  }

  #requestOf({ workload, profile }: Contender, slot: Slot, brokers: readonly string[]): TrialRequest {
    const { settings, warmupMs } = this.#asked;
    const { commandConfig, partitions, replicationFactor } = settings;
    const { round, attempt } = slot;
    const suffix = `${this.#beginning.runId}.${profile.name.slice(0, 50)}.${round}${attempt > 1 ? `-${attempt}` : ''}`;
    const into = (tail: string): Workload => ({
      ...workload,
      sources: workload.sources.map((source) => ({ ...source, topic: `${source.topic}.${tail}` })),
    });
    return {
      profile,
      brokers,
      workload: into(suffix),
      warmup: warmupMs === 0 ? null : { ...into(`${suffix}.warmup`), limits: { durationMs: warmupMs } },
      ...(commandConfig === undefined || brokers.length === 0 ? {} : { commandConfig }),
      ...(partitions === undefined ? {} : { partitions }),
      ...(replicationFactor === undefined ? {} : { replicationFactor }),
    };
  }

  /** The topics are this trial's alone: their names hold the comparison's own id. */
  async #tidyUp({ workload, warmup, brokers }: TrialRequest): Promise<void> {
    const topics = [workload, ...(warmup === null ? [] : [warmup])].flatMap(({ sources }) =>
      sources.flatMap(({ topic }) => (topic === undefined ? [] : [topic])),
    );
    const { security } = readClient(this.#asked.settings, () => {});
    try {
      await deleteTopics(brokers, [...new Set(topics)], this.#context.clock, security);
    } catch (error) {
      if (!(error instanceof EventmillError)) throw error;
      this.#hooks.warn(`topics of this comparison are left (${topics.join(', ')}): ${error.message}`);
    }
  }
}
