import { createRandom } from '../random.js';
import { threadCpuSeconds } from '../thread-cpu.js';
import type { Clock } from '../types.js';
import { Brokers } from './brokers.js';
import { Cluster, type Node } from './cluster.js';
import { Listener } from './listener.js';
import { Faults } from './plan.js';
import type { SandboxStats, Settings } from './settings.js';

/** A sandbox at work, in whatever thread this runs. */
export interface Server {
  /** host:port of each broker, as a client on this machine reaches it. */
  readonly brokers: readonly string[];
  readonly cluster: Cluster;
  setFaults(specs: readonly string[]): Promise<void>;
  /** The times of faults that have waited for it count from now on. */
  cue(): void;
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
  const { host, port } = settings;
  const nodes = Array.from({ length: settings.nodes }, (_, index): Node => {
    return { id: FIRST_NODE_ID + index, host, port: port === 0 ? 0 : port + index, up: false };
  });
  const cluster = new Cluster({ ...settings, clock, random, nodes });
  const listeners = nodes.map((node) => new Listener(cluster, node, onBug));
  const brokers = new Brokers(cluster, listeners);
  cluster.strike = (fault, called, subjects) => brokers.strike(fault, called, subjects);
  let awaitsCue = settings.faultsAwaitCue;
  const setFaults = async (specs: readonly string[]): Promise<void> => {
    cluster.faults?.close();
    cluster.faults = undefined;
    if (specs.length === 0) return;
    // Loaded only now, as most sandboxes start without faults and should start at once.
    const { parseFaults } = await import('./faults.js');
    (cluster.faults as Faults | undefined)?.close();
    cluster.faults = new Faults(parseFaults(specs, nodes.length), random.fork('faults'), clock);
    cluster.faults.watch((fault) => brokers.strike(fault));
    if (!awaitsCue) cluster.faults.cue();
  };
  const cue = (): void => {
    if (awaitsCue) cluster.faults?.cue();
    awaitsCue = false;
  };
  const close = async (): Promise<void> => {
    cluster.faults?.close();
    brokers.close();
    cluster.groups.close();
    await Promise.all(listeners.map((listener) => listener.close()));
  };
  try {
    for (const listener of listeners) await listener.open();
    await setFaults(settings.faults);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    brokers: nodes.map((node) => addressOf(host, node.port)),
    cluster,
    setFaults,
    cue,
    stats: () => statsOf(cluster),
    close,
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
