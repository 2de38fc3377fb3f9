/** Composition: the main thread's side of a thread that reads a lane's topics back. */
import type { Worker } from 'node:worker_threads';
import { EventmillError } from './errors.js';
import type { PlannedLane } from './lanes.js';
import { claimsOf } from './read-back.js';
import type { Answer, ReadingOrder, Said } from './reading.js';
import { plain } from './security/plain.js';
import { startThread } from './thread.js';
import type { Bootstrap, Clock, Timer, VerifyResult, Workload } from './types.js';
import type { Authors } from './verify/verifier.js';

/** Between claims, so that the reader is never far behind what may be read. */
const EVERY_MS = 20;

/** Whether another thread can do it: functions of a program, such as its generators or tokens, stay in theirs. */
export function canReadApart({ sources }: Workload, { security }: Bootstrap): boolean {
  return sources.every(({ part }) => part === undefined) && security?.sasl?.mechanism !== 'OAUTHBEARER';
}

export class ReadApart {
  readonly #lane: PlannedLane['lane'];
  readonly #clock: Clock;
  readonly #warn: (line: string) => void;
  readonly #worker: Worker;
  readonly #verdict: Promise<VerifyResult>;
  #judged: (verify: VerifyResult) => void = () => {};
  #failed: (error: unknown) => void = () => {};
  #ready: () => void = () => {};
  #timer: Timer | null = null;
  #finishing = false;
  #closed = false;
  #cpu: ((seconds: number) => void)[] = [];
  #cpuSeconds = 0;

  /** Begins to follow what a connected lane will write. */
  static async ofLane(
    { lane, topics }: PlannedLane,
    workload: Workload,
    at: Bootstrap,
    clock: Clock,
    warn: (line: string) => void,
    authors?: Authors,
  ): Promise<ReadApart> {
    const order: ReadingOrder = {
      workload,
      settings: lane.profile.settings,
      topics,
      brokers: at.brokers,
      authors,
      security: at.security === undefined ? undefined : plain(at.security),
    };
    const apart = new ReadApart(lane, order, clock, warn);
    const ready = new Promise<void>((resolve) => {
      apart.#ready = resolve;
    });
    try {
      await Promise.race([ready, apart.#verdict]);
    } catch (error) {
      apart.close();
      throw error;
    }
    return apart;
  }

  private constructor(
    lane: PlannedLane['lane'],
    order: ReadingOrder,
    clock: Clock,
    warn: (line: string) => void,
  ) {
    this.#lane = lane;
    this.#clock = clock;
    this.#warn = warn;
    this.#verdict = new Promise((resolve, reject) => {
      this.#judged = resolve;
      this.#failed = reject;
    });
    // Whoever finishes is told; until then a failure only waits.
    this.#verdict.catch(() => {});
    this.#worker = startThread('reading', import.meta.url, 'eventmill-reading', order);
    this.#worker.on('message', (answer: Answer) => this.#hear(answer));
    this.#worker.on('error', (cause) => this.#fail(cause));
    this.#worker.on('exit', () => this.#fail(new Error('it ended without a verdict')));
  }

  /** The run is over: has the rest read and judged. Rejects with what the reader threw. */
  async finish(): Promise<VerifyResult> {
    this.#finishing = true;
    this.#timer?.cancel();
    this.#say({ say: 'finish', claims: claimsOf(this.#lane) });
    return this.#verdict;
  }

  /** Processor time (s) that the thread has used so far, as far as known. */
  cpuSeconds(): Promise<number> {
    if (this.#closed) return Promise.resolve(this.#cpuSeconds);
    return new Promise((resolve) => {
      this.#cpu.push(resolve);
      this.#say({ say: 'cpu' });
    });
  }

  /** Gives up; who waits for a verdict is told that there is none. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#timer?.cancel();
    this.#fail(new Error('it was closed'));
    void this.#worker.terminate();
  }

  #say(said: Said): void {
    this.#worker.postMessage(said);
  }

  #hear(answer: Answer): void {
    if (answer.kind === 'verdict') this.#judged(answer.verify);
    else if (answer.kind === 'failed') this.#fail(new EventmillError(answer.code, answer.text));
    else if (answer.kind === 'cpu') this.#tellCpu(answer.seconds ?? 0);
    else if (answer.kind === 'waiting') this.#warn(answer.line);
    else {
      if (answer.kind === 'ready') this.#ready();
      if (!this.#finishing && !this.#closed) this.#claimLater();
    }
  }

  /** Only one claim is under way at a time, so that a reader that is busy does not gather a heap of them. */
  #claimLater(): void {
    this.#timer = this.#clock.after(EVERY_MS, () =>
      this.#say({ say: 'claims', claims: claimsOf(this.#lane) }),
    );
  }

  #tellCpu(seconds: number): void {
    this.#cpuSeconds = seconds;
    for (const resolve of this.#cpu.splice(0)) resolve(seconds);
  }

  #fail(cause: unknown): void {
    this.#tellCpu(this.#cpuSeconds);
    const known = cause instanceof EventmillError;
    const text = cause instanceof Error ? cause.message : String(cause);
    this.#failed(known ? cause : new EventmillError('INTERNAL', `reading back: ${text}`, { cause }));
  }
}
