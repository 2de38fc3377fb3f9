/**
 * A real Kafka without Docker: Maven fetches the jars into .cache, and one node in KRaft mode runs on free loopback
 * ports. Kafka's own tools come from the same jars; they also serve against the sandbox.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Ended, ended, fetched, freePort, type Need, output, programPath, root, run } from './tools.js';

export const KAFKA_VERSION = '4.1.0';

/** For tests that start a Kafka or run one of its tools. */
export const javaAndMaven: Need = {
  name: 'java and maven',
  remedy: 'install a JDK 17 or newer and Maven (on Debian: apt-get install default-jdk-headless maven)',
  async ready() {
    for (const program of ['java', 'mvn']) {
      if (programPath(program) === undefined) throw new Error(`${program} is not on the PATH`);
    }
    await kafkaJars();
  },
};

/** The folder of Kafka's jars, fetched on first use. */
export function kafkaJars(): Promise<string> {
  return fetched(`kafka-${KAFKA_VERSION}`, async (folder) => {
    const pom = join(root, 'test/support/kafka/pom.xml');
    const goal = ['dependency:copy-dependencies', `-DoutputDirectory=${folder}`, '-DincludeScope=runtime'];
    const result = await run('mvn', ['-q', '-B', '-f', pom, ...goal], { timeoutMs: 300_000 });
    if (result.code !== 0) throw new Error(`Maven could not fetch Kafka's jars\n${result.stdout}`);
  });
}

/** Kafka's tools by the name of their class. */
export const KAFKA_TOOLS = {
  ConfigCommand: 'kafka.admin.ConfigCommand',
  ConsoleProducer: 'org.apache.kafka.tools.ConsoleProducer',
  ConsoleConsumer: 'org.apache.kafka.tools.consumer.ConsoleConsumer',
  ConsumerGroupCommand: 'org.apache.kafka.tools.consumer.group.ConsumerGroupCommand',
  ConsumerPerformance: 'org.apache.kafka.tools.ConsumerPerformance',
  GetOffsetShell: 'org.apache.kafka.tools.GetOffsetShell',
  ProducerPerformance: 'org.apache.kafka.tools.ProducerPerformance',
  StorageTool: 'kafka.tools.StorageTool',
  TopicCommand: 'org.apache.kafka.tools.TopicCommand',
} as const;

export type KafkaTool = keyof typeof KAFKA_TOOLS;

/** The tools live a second each: cheap compilation and collection start them faster. */
const QUICK_JVM = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Xmx256m'];
const QUIET = '-Dorg.slf4j.simpleLogger.defaultLogLevel=error';

/** Runs one of Kafka's tools to its end; resolves whatever its exit code is. */
export async function runKafkaTool(
  tool: KafkaTool,
  args: readonly string[],
  options: {
    readonly stdin?: string | Buffer;
    readonly timeoutMs?: number;
    readonly jvm?: readonly string[];
  } = {},
): Promise<Ended> {
  const jars = await kafkaJars();
  const jvm = options.jvm ?? QUICK_JVM;
  return run('java', [...jvm, QUIET, '-cp', join(jars, '*'), KAFKA_TOOLS[tool], ...args], options);
}

/** The same, for a tool that must end with 0: what it wrote to standard output. */
export async function kafkaToolOutput(
  tool: KafkaTool,
  args: readonly string[],
  options: Parameters<typeof runKafkaTool>[2] = {},
): Promise<string> {
  const result = await runKafkaTool(tool, args, options);
  if (result.code === 0) return result.stdout;
  throw new Error(`${tool} ${args.join(' ')} ended with ${result.code}\n${result.stderr}\n${result.stdout}`);
}

export interface KafkaOptions {
  /** Lines of server.properties, over those of a single node; an empty value takes a line out. */
  readonly settings?: Readonly<{ [name: string]: string }>;
  /** Options of the Java machine. */
  readonly jvm?: readonly string[];
  /** How the storage is formatted: as that of a controller that stands alone, unless said otherwise. */
  readonly format?: readonly string[];
}

export interface RunningKafka {
  /** host:port, for `--brokers`. */
  readonly brokers: string;
  /** Everything the broker says. */
  readonly logFile: string;
  /** Runs a tool; its `--bootstrap-server` is yours to give, as `brokers`. */
  runTool(tool: KafkaTool, args: readonly string[], stdin?: string): Promise<Ended>;
  /** Ends it at once, as a crash would; the data stay until `stop`. */
  kill(): Promise<void>;
  /** Starts it again after `kill`, on the same data and ports. */
  restart(): Promise<void>;
  /** Ends it and deletes its data. */
  stop(): Promise<void>;
}

/** Formats a storage, starts a broker on it and resolves when it serves; within about 6 s. */
export async function startKafka(options: KafkaOptions = {}): Promise<RunningKafka> {
  const jars = await kafkaJars();
  const folder = await mkdtemp(join(tmpdir(), 'eventmill-kafka-'));
  const port = await freePort();
  const settings = { ...singleNode(port, await freePort(), join(folder, 'data')), ...options.settings };
  const file = join(folder, 'server.properties');
  const wanted = Object.entries(settings).filter(([, value]) => value !== '');
  const lines = wanted.map(([name, value]) => `${name}=${value}\n`);
  await writeFile(file, lines.join(''));
  const classPath = ['-cp', join(jars, '*')];
  // The id is any 16 bytes in base64; a fixed one saves a run of the tool.
  const format = [KAFKA_TOOLS.StorageTool, 'format', '-t', 'ZXZlbnRtaWxsLXRlc3RzAA', '-c', file];
  await output('java', [
    ...QUICK_JVM,
    QUIET,
    ...classPath,
    ...format,
    ...(options.format ?? ['--standalone']),
  ]);
  const logFile = join(folder, 'kafka.log');
  const jvm = options.jvm ?? ['-Xmx1g', '-Xms256m', '-XX:+UseG1GC'];
  const launch = () => launched([...jvm, ...classPath, 'kafka.Kafka', file], logFile);
  let child = launch();
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    await started(child, logFile);
  } catch (error) {
    await ended(child, 0);
    await remove();
    throw error;
  }
  return {
    brokers: `127.0.0.1:${port}`,
    logFile,
    runTool: (tool, args, stdin) => runKafkaTool(tool, args, stdin === undefined ? {} : { stdin }),
    kill: () => ended(child, 0),
    async restart() {
      const from = readFileSync(logFile, 'utf8').length;
      child = launch();
      await started(child, logFile, from);
    },
    async stop() {
      await ended(child);
      await remove();
    },
  };
}

function singleNode(port: number, controllerPort: number, data: string): { [name: string]: string } {
  return {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.bootstrap.servers': `127.0.0.1:${controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
    'log.dirs': data,
    'offsets.topic.replication.factor': '1',
    'offsets.topic.num.partitions': '4',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'share.coordinator.state.topic.replication.factor': '1',
    'share.coordinator.state.topic.min.isr': '1',
    // Groups of one member need not wait for others.
    'group.initial.rebalance.delay.ms': '0',
  };
}

function launched(args: readonly string[], logFile: string): ChildProcess {
  const log = openSync(logFile, 'a');
  const child = spawn('java', args, { stdio: ['ignore', log, log] });
  closeSync(log);
  // A test process that dies must not leave a broker behind.
  const end = (): void => void child.kill('SIGKILL');
  process.once('exit', end);
  child.once('exit', () => process.removeListener('exit', end));
  return child;
}

/** It takes seconds; on a machine that is busy with much else, minutes. */
const START_MS_MAX = 180_000;

/** Waits for the word in what the log says from `from` on. */
async function started(child: ChildProcess, logFile: string, from = 0): Promise<void> {
  const deadline = Date.now() + START_MS_MAX;
  for (;;) {
    const log = readFileSync(logFile, 'utf8').slice(from);
    if (log.includes('Kafka Server started')) return;
    const gone = child.exitCode !== null || child.signalCode !== null;
    if (gone || Date.now() > deadline) {
      const what = gone ? `ended with ${child.exitCode ?? child.signalCode}` : 'did not start in time';
      throw new Error(`Kafka ${what}; its last words:\n${log.split('\n').slice(-25).join('\n')}`);
    }
    await sleep(100);
  }
}
