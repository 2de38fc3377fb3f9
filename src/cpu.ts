/**
 * CPU time of the client side: the whole process less the threads that are none of the producer's: the sandbox, which
 * stands for a broker elsewhere, and those that read back.
 */
import type { Clock, Timer } from './types.js';

/** Threads that tell their own CPU seconds. */
export type Others = readonly (() => Promise<number>)[];

const EVERY_MS = 1000;

/** Tells the CPU seconds used since its start, about once a second and when stopped. */
export class CpuMeter {
  readonly #clock: Clock;
  readonly #others: Others;
  readonly #tell: (seconds: number) => void;
  readonly #before: NodeJS.CpuUsage;
  readonly #othersBefore: number;
  #timer: Timer | null = null;
  #stopped = false;

  static async start(clock: Clock, others: Others, tell: (seconds: number) => void): Promise<CpuMeter> {
    const meter = new CpuMeter(clock, others, tell, await cpuOf(others));
    meter.#again();
    return meter;
  }

  private constructor(clock: Clock, others: Others, tell: (seconds: number) => void, before: number) {
    this.#clock = clock;
    this.#others = others;
    this.#tell = tell;
    this.#othersBefore = before;
    this.#before = process.cpuUsage();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.cancel();
    await this.#read();
  }

  #again(): void {
    this.#timer = this.#clock.after(EVERY_MS, () => {
      this.#read().then(() => {
        if (!this.#stopped) this.#again();
      });
    });
  }

  async #read(): Promise<void> {
    const { user, system } = process.cpuUsage(this.#before);
    const others = (await cpuOf(this.#others)) - this.#othersBefore;
    this.#tell(Math.max(0, (user + system) / 1e6 - others));
  }
}

async function cpuOf(others: Others): Promise<number> {
  const seconds = await Promise.all(others.map((tell) => tell()));
  return seconds.reduce((sum, one) => sum + one, 0);
}
