/** CPU time of the client side: the whole process less the sandbox's thread, which stands for a broker elsewhere. */
import type { Clock, Timer } from './types.js';

export interface CpuSource {
  stats(): Promise<{ readonly cpuSeconds: number | null }>;
}

const EVERY_MS = 1000;

/** Tells the CPU seconds used since its start, about once a second and when stopped. */
export class CpuMeter {
  readonly #clock: Clock;
  readonly #sandbox: CpuSource | null;
  readonly #tell: (seconds: number) => void;
  readonly #before: NodeJS.CpuUsage;
  readonly #sandboxBefore: number;
  #timer: Timer | null = null;
  #stopped = false;

  static async start(
    clock: Clock,
    sandbox: CpuSource | null,
    tell: (seconds: number) => void,
  ): Promise<CpuMeter> {
    const meter = new CpuMeter(clock, sandbox, tell, await cpuOf(sandbox));
    meter.#again();
    return meter;
  }

  private constructor(
    clock: Clock,
    sandbox: CpuSource | null,
    tell: (seconds: number) => void,
    before: number,
  ) {
    this.#clock = clock;
    this.#sandbox = sandbox;
    this.#tell = tell;
    this.#sandboxBefore = before;
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
    const sandbox = (await cpuOf(this.#sandbox)) - this.#sandboxBefore;
    this.#tell(Math.max(0, (user + system) / 1e6 - sandbox));
  }
}

async function cpuOf(sandbox: CpuSource | null): Promise<number> {
  return (await sandbox?.stats())?.cpuSeconds ?? 0;
}
