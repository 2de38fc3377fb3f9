/**
 * CPU time of the client side: the whole process less the threads that are none of the producer's: the sandbox, which
 * stands for a broker elsewhere, and those that read back. Beside it what the machine did meanwhile, as a thread that
 * waits for a processor looks like one that works.
 */
import { brokerProcesses, loadBetween, type Work, workSoFar } from './load.js';
import type { Clock, MachineLoad, Timer } from './types.js';

/** Threads that tell their own CPU seconds. */
export type Others = readonly (() => Promise<number>)[];

const EVERY_MS = 1000;

/** What is told: seconds used since the start, and the machine's load since then. */
type Tell = (seconds: number, machine: MachineLoad) => void;

export interface CpuMeterOptions {
  readonly clock: Clock;
  readonly others: Others;
  /** Addresses; those on this machine are no other programs. */
  readonly brokers: readonly string[];
  readonly tell: Tell;
}

/** Tells about once a second and when stopped. */
export class CpuMeter {
  readonly #clock: Clock;
  readonly #others: Others;
  readonly #tell: Tell;
  readonly #brokers: readonly number[] | null;
  readonly #before: NodeJS.CpuUsage;
  readonly #othersBefore: number;
  readonly #workBefore: Work;
  #timer: Timer | null = null;
  #stopped = false;

  static async start(options: CpuMeterOptions): Promise<CpuMeter> {
    const meter = new CpuMeter(options, await cpuOf(options.others));
    meter.#again();
    return meter;
  }

  private constructor({ clock, others, brokers, tell }: CpuMeterOptions, before: number) {
    this.#clock = clock;
    this.#others = others;
    this.#tell = tell;
    const processes = brokerProcesses(brokers);
    // The sandbox is a thread of this process.
    this.#brokers = processes?.filter((pid) => pid !== process.pid) ?? null;
    this.#othersBefore = before;
    this.#workBefore = workSoFar(this.#brokers);
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
    const own = (user + system) / 1e6;
    const machine = loadBetween(this.#workBefore, workSoFar(this.#brokers), own);
    const others = (await cpuOf(this.#others)) - this.#othersBefore;
    this.#tell(Math.max(0, own - others), machine);
  }
}

async function cpuOf(others: Others): Promise<number> {
  const seconds = await Promise.all(others.map((tell) => tell()));
  return seconds.reduce((sum, one) => sum + one, 0);
}
