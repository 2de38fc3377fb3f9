/** Real Kafkas to be hurt: one node, one behind a proxy, or three brokers that keep two copies in sync. */
import { type RunningKafka, startKafka } from '../support/kafka.js';
import { freePort } from '../support/tools.js';
import { TcpProxy } from './proxy.js';

export interface Cluster {
  /** For `--brokers`. */
  readonly brokers: string;
  /** Those that can be killed and restarted. */
  readonly nodes: readonly RunningKafka[];
  /** Between clients and the broker, if there is one. */
  readonly proxy?: TcpProxy;
  stop(): Promise<void>;
}

/** Several of them share one machine. */
const SMALL = ['-Xmx384m', '-Xms128m', '-XX:+UseSerialGC'];

export async function oneNode(): Promise<Cluster> {
  const kafka = await startKafka();
  return { brokers: kafka.brokers, nodes: [kafka], stop: () => kafka.stop() };
}

export async function behindProxy(): Promise<Cluster> {
  const proxy = await TcpProxy.open();
  const settings = { 'advertised.listeners': `PLAINTEXT://127.0.0.1:${proxy.port}` };
  const kafka = await startKafka({ settings });
  proxy.lead(Number(kafka.brokers.split(':')[1]));
  return {
    brokers: `127.0.0.1:${proxy.port}`,
    nodes: [kafka],
    proxy,
    async stop() {
      await proxy.close();
      await kafka.stop();
    },
  };
}

/** A controller of its own, so that any broker can be killed, and three brokers. */
export async function threeNodes(): Promise<Cluster> {
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
  const nodes: RunningKafka[] = [];
  const stop = async (): Promise<void> => {
    for (const node of [...nodes, controller]) await node.stop();
  };
  try {
    // Together, since a second of Java each adds up.
    const begun = ports.map((port, index) => startBroker(index + 1, port, controllerPort));
    for (const kafka of await Promise.all(begun)) nodes.push(kafka);
  } catch (error) {
    await stop();
    throw error;
  }
  return { brokers: ports.map((port) => `127.0.0.1:${port}`).join(','), nodes, stop };
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
