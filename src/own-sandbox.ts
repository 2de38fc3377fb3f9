/** The sandbox of a run that names no broker. */
import type { Faulty } from './controls.js';
import { EventmillError } from './errors.js';
import { plural, seconds } from './figures.js';
import { DEFAULT_PARTITIONS } from './lanes.js';
import { READER } from './reader.js';
import type { RunRequest } from './request.js';
import type { Sandbox } from './sandbox/index.js';
import type { Clock } from './types.js';

/** What a connection that is cut in one way or another looks like. */
const UNREACHED = ['BROKER_UNREACHABLE', 'ADVERTISED_UNREACHABLE', 'AUTHENTICATION'];

export class OwnSandbox {
  /** The specs that it was started with. */
  readonly faults: readonly string[];
  readonly #sandbox: Sandbox;
  readonly #clock: Clock;
  #cuedAt: number | undefined;

  /** Rejects with the sandbox's own EventmillError. */
  static async start(request: RunRequest, clock: Clock): Promise<OwnSandbox> {
    const { startSandbox } = await import('./sandbox/index.js');
    const { sandbox: wishes = {}, workload, partitions } = request;
    const faults = [...workload.faults, ...(wishes.faults ?? [])];
    const sandbox = await startSandbox({
      partitions: partitions ?? DEFAULT_PARTITIONS,
      faults,
      faultsAwaitCue: true,
      seed: workload.seed,
      ...(request.verify ? { holdFor: READER } : {}),
      ...(wishes.memoryBytes === undefined ? {} : { memoryBytes: wishes.memoryBytes }),
      ...(wishes.nodes === undefined ? {} : { nodes: wishes.nodes }),
      ...(wishes.minInsyncReplicas === undefined ? {} : { minInsyncReplicas: wishes.minInsyncReplicas }),
    });
    return new OwnSandbox(sandbox, faults, clock);
  }

  private constructor(sandbox: Sandbox, faults: readonly string[], clock: Clock) {
    this.#sandbox = sandbox;
    this.faults = faults;
    this.#clock = clock;
  }

  get brokers(): readonly string[] {
    return this.#sandbox.brokers;
  }

  /** For people. */
  get line(): string {
    const what = this.brokers.length > 1 ? 'brokers' : 'broker';
    return `${what}: ${this.brokers.join(', ')} (the sandbox, in this process; --brokers names a real one)`;
  }

  /** The same, for whoever changes its faults. */
  get faulty(): Faulty {
    return {
      setFaults: (specs) => this.#sandbox.setFaults(specs),
      // Only who wants faults pays for reading them.
      lastMs: async (specs) =>
        specs.length === 0
          ? Number.POSITIVE_INFINITY
          : (await import('./sandbox/faults.js')).faultsLastMs(specs),
    };
  }

  /** Processor time (s) of its thread. */
  async cpuSeconds(): Promise<number> {
    return (await this.#sandbox.stats()).cpuSeconds ?? 0;
  }

  close(): Promise<void> {
    return this.#sandbox.close();
  }

  // ---------------------------------------------------------------- its faults

  /** The first record is due: the times of faults count from now on, however long it took to get here. False: they did before. */
  async cue(): Promise<boolean> {
    if (this.#cuedAt !== undefined) return false;
    await this.#sandbox.cue();
    this.#cuedAt = this.#clock.now();
    return true;
  }

  /** A line for each fault that never struck, and why. */
  async idleFaults(): Promise<string[]> {
    const { faults, requests } = await this.#sandbox.stats();
    const idle = Object.keys(faults).filter((spec) => faults[spec] === 0);
    if (idle.length === 0) return [];
    const { parseFaults } = await import('./sandbox/faults.js');
    const passed = this.#cuedAt === undefined ? 0 : (this.#clock.now() - this.#cuedAt) / 1000;
    return parseFaults(idle).map(({ spec, api, atMs = 0, everyMs }) => {
      const due = Math.max(atMs, everyMs) / 1000;
      const tooLate = `it was to begin ${seconds(due)} after the first record, and all was over after ${seconds(passed)}`;
      const asked = api === 'broker' ? 'Produce' : api;
      const why = due > passed ? tooLate : unfitted(asked, requests[asked] ?? 0);
      return `the fault ${spec} never struck: ${why}`;
    });
  }

  /** Where the sandbox cannot be reached its faults are to blame, and not its address. Other errors are as they are. */
  blame(error: unknown): unknown {
    if (!(error instanceof EventmillError) || this.faults.length === 0) return error;
    if (!UNREACHED.includes(error.code)) return error;
    const problem = `the sandbox could not be reached before the first record, with its faults ${this.faults.join(' ')}`;
    const remedy = 'have them begin with the records (at=0, at=1s), or strike less often (count, every)';
    return new EventmillError('BROKER_UNREACHABLE', `${problem}; ${remedy}`, { cause: error });
  }
}

function unfitted(api: string, came: number): string {
  if (api === 'any') return 'no request fitted it';
  return came === 0 ? `no ${api} request came` : `${plural(came, `${api} request`)} came, and none fitted it`;
}
