/** The sandbox of a run that names no broker. */
import type { Faulty } from './controls.js';
import { DEFAULT_PARTITIONS } from './lanes.js';
import { READER } from './reader.js';
import type { RunRequest } from './request.js';
import type { Sandbox } from './sandbox/index.js';

export interface OwnSandbox {
  readonly sandbox: Sandbox;
  /** The same, for whoever changes its faults. */
  readonly faulty: Faulty;
  /** The specs that it was started with. */
  readonly faults: readonly string[];
  /** For people. */
  readonly line: string;
}

/** Rejects with the sandbox's own EventmillError. */
export async function startOwnSandbox(request: RunRequest): Promise<OwnSandbox> {
  const { startSandbox } = await import('./sandbox/index.js');
  const { sandbox: wishes = {}, workload, partitions } = request;
  const faults = [...workload.faults, ...(wishes.faults ?? [])];
  const sandbox = await startSandbox({
    partitions: partitions ?? DEFAULT_PARTITIONS,
    faults,
    seed: workload.seed,
    ...(request.verify ? { holdFor: READER } : {}),
    ...(wishes.memoryBytes === undefined ? {} : { memoryBytes: wishes.memoryBytes }),
    ...(wishes.nodes === undefined ? {} : { nodes: wishes.nodes }),
    ...(wishes.minInsyncReplicas === undefined ? {} : { minInsyncReplicas: wishes.minInsyncReplicas }),
  });
  const what = sandbox.brokers.length > 1 ? 'brokers' : 'broker';
  const where = sandbox.brokers.join(', ');
  return {
    sandbox,
    faulty: {
      setFaults: (specs) => sandbox.setFaults(specs),
      // Only who wants faults pays for reading them.
      lastMs: async (specs) =>
        specs.length === 0
          ? Number.POSITIVE_INFINITY
          : (await import('./sandbox/faults.js')).faultsLastMs(specs),
    },
    faults,
    line: `${what}: ${where} (the sandbox, in this process; --brokers names a real one)`,
  };
}
