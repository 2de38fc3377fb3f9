import { createRandom } from '../random.js';
import type { Clock } from '../types.js';
import { Cluster } from './cluster.js';
import { threadCpuSeconds } from './cpu.js';
import { type Listener, listen } from './listener.js';
import { Faults } from './plan.js';
import type { SandboxStats, Settings } from './settings.js';

/** A sandbox at work, in whatever thread this runs. */
export interface Server {
  /** host:port of each broker, as a client on this machine reaches it. */
  readonly brokers: readonly string[];
  readonly cluster: Cluster;
  setFaults(specs: readonly string[]): Promise<void>;
  stats(): SandboxStats;
  close(): Promise<void>;
}

const FIRST_NODE_ID = 1;

/** Starts listening. `onBug` hears of errors that no client is to blame for. Rejects with Node's error if it cannot listen. */
export async function serve(
  settings: Settings,
  clock: Clock,
  onBug: (error: unknown) => void,
): Promise<Server> {
  const random = createRandom(settings.seed);
  const { partitions, memoryBytes, autoCreateTopics, host, port, holdFor } = settings;
  const nodeIds = [FIRST_NODE_ID];
  const cluster = new Cluster({ clock, random, nodeIds, partitions, memoryBytes, autoCreateTopics, holdFor });
  const setFaults = async (specs: readonly string[]): Promise<void> => {
    if (specs.length === 0) {
      cluster.faults = undefined;
      return;
    }
    // Loaded only now, as most sandboxes start without faults and should start at once.
    const { parseFaults } = await import('./faults.js');
    cluster.faults = new Faults(parseFaults(specs), random.fork('faults'));
  };
  await setFaults(settings.faults);
  const listeners: Listener[] = [];
  for (const id of nodeIds) {
    const listener = await listen(cluster, { id, host, port }, onBug);
    listeners.push(listener);
    cluster.nodes.push(listener.node);
  }
  return {
    brokers: cluster.nodes.map(({ port }) => addressOf(host, port)),
    cluster,
    setFaults,
    stats: () => statsOf(cluster),
    async close() {
      cluster.groups.close();
      await Promise.all(listeners.map((listener) => listener.close()));
    },
  };
}

/** Listening everywhere includes this machine. */
function addressOf(host: string, port: number): string {
  if (host === '0.0.0.0') return `127.0.0.1:${port}`;
  if (host === '::') return `[::1]:${port}`;
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function statsOf(cluster: Cluster): SandboxStats {
  return {
    topics: cluster.topics.size,
    partitions: cluster.topics.partitions,
    records: cluster.appendedRecords,
    bytes: cluster.appendedBytes,
    heldBytes: cluster.memory.heldBytes,
    evictedRecords: cluster.memory.evictedRecords,
    held: { waits: cluster.memory.hold?.waits ?? 0, stalls: cluster.memory.hold?.stalls ?? 0 },
    connections: cluster.connections,
    requests: Object.fromEntries(cluster.requests),
    faults: cluster.faults?.fired ?? {},
    cpuSeconds: threadCpuSeconds(),
  };
}
