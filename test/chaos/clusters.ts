/** Real Kafkas to be hurt: one node, which can be reached through a proxy too, or three brokers that keep two copies in sync. */
import { type RunningKafka, startKafka } from '../support/kafka.js';
import { freePort } from '../support/tools.js';
import { TcpProxy } from './proxy.js';

/** How many brokers there are. */
export type Size = 'one node' | '3 nodes';

export interface ClusterParts {
  /** For `--brokers`. */
  readonly brokers: string;
  /** Those that can be killed. */
  readonly nodes: readonly RunningKafka[];
  /** What the nodes need, and lives on when they are hurt. */
  readonly others?: readonly { stop(): Promise<void> }[];
  readonly proxy?: TcpProxy;
}

export class Cluster {
  readonly brokers: string;
  readonly #parts: ClusterParts;
  readonly #down = new Set<number>();

  static start(size: Size): Promise<Cluster> {
    return size === 'one node' ? oneNode() : threeNodes();
  }

  constructor(parts: ClusterParts) {
    this.#parts = parts;
    this.brokers = parts.brokers;
  }

  /** The network to the broker that fails; only one node has it. */
  get proxy(): TcpProxy {
    return this.#parts.proxy!;
  }

  get size(): number {
    return this.#parts.nodes.length;
  }

  /** With -9. */
  async kill(index: number): Promise<void> {
    this.#down.add(index);
    await this.#parts.nodes[index]!.kill();
  }

  /** Resolves when it serves again. */
  async restart(index: number): Promise<void> {
    this.#down.delete(index);
    await this.#parts.nodes[index]!.restart();
  }

  /** Brings back all that are down. */
  async heal(): Promise<void> {
    for (const index of [...this.#down]) await this.restart(index);
  }

  async stop(): Promise<void> {
    const { proxy, nodes, others = [] } = this.#parts;
    await proxy?.close();
    for (const part of [...nodes, ...others]) await part.stop();
  }
}

/** A listener of its own, advertised as the proxy's, so that a client which has come through the proxy stays behind it. */
async function oneNode(): Promise<Cluster> {
  const [proxy, port, controllerPort, hiddenPort] = [
    await TcpProxy.open(),
    await freePort(),
    await freePort(),
    await freePort(),
  ];
  const at = `127.0.0.1:${port}`;
  const node = await startKafka({
    settings: {
      'controller.quorum.bootstrap.servers': `127.0.0.1:${controllerPort}`,
      listeners: `PLAINTEXT://${at},CONTROLLER://127.0.0.1:${controllerPort},PROXIED://127.0.0.1:${hiddenPort}`,
      'advertised.listeners': `PLAINTEXT://${at},PROXIED://127.0.0.1:${proxy.port}`,
      'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,PROXIED:PLAINTEXT',
    },
  });
  proxy.lead(hiddenPort);
  return new Cluster({ brokers: at, nodes: [node], proxy });
}

/** Several of them share one machine. */
const SMALL = ['-Xmx384m', '-Xms128m', '-XX:+UseSerialGC'];

/** A controller of its own, so that any broker can be killed, and three brokers. */
async function threeNodes(): Promise<Cluster> {
  const controllerPort = await freePort();
  const controller = await startKafka({
    jvm: SMALL,
    settings: {
      'process.roles': 'controller',
      'node.id': '100',
      'controller.quorum.bootstrap.servers': `127.0.0.1:${controllerPort}`,
      listeners: `CONTROLLER://127.0.0.1:${controllerPort}`,
      'advertised.listeners': '',
    },
  });
  const ports = [await freePort(), await freePort(), await freePort()];
  // Together, since a second of Java each adds up.
  const begun = await Promise.allSettled(
    ports.map((port, index) => startBroker(index + 1, port, controllerPort)),
  );
  const nodes = begun.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const brokers = ports.map((port) => `127.0.0.1:${port}`).join(',');
  const cluster = new Cluster({ brokers, nodes, others: [controller] });
  const failed = begun.find((one) => one.status === 'rejected');
  if (failed === undefined) return cluster;
  await cluster.stop();
  throw failed.reason;
}

function startBroker(id: number, port: number, controllerPort: number): Promise<RunningKafka> {
  return startKafka({
    jvm: SMALL,
    format: ['--no-initial-controllers'],
    settings: {
      'process.roles': 'broker',
      'node.id': String(id),
      'controller.quorum.bootstrap.servers': `127.0.0.1:${controllerPort}`,
      listeners: `PLAINTEXT://127.0.0.1:${port}`,
      'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
      'default.replication.factor': '3',
      'min.insync.replicas': '2',
      'offsets.topic.replication.factor': '3',
      'broker.session.timeout.ms': '3000',
    },
  });
}
