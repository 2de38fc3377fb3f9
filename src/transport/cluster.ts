/**
 * Who leads what, and the one connection to each broker. Dials and metadata requests are shared: whoever asks while
 * one is under way waits for the same, so that order on a cold connection is the order of asking.
 *
 * Long because dialling, asking and knowing who leads change one state, and each waits for the others.
 */
import { formatAddress, parseAddress } from '../address.js';
import { EventmillError } from '../errors.js';
import { CODES, errorInfo } from '../protocol/codes.js';
import { METADATA, readMetadata, type TopicMetadata, writeMetadata } from '../protocol/messages.js';
import type { Clock, Security } from '../types.js';
import { Connection, type ConnectionOptions } from './connection.js';
import { ConnectionError } from './connection-error.js';
import { firstUnled } from './leaders.js';
import { advertisedFault, noLoginFault, unreachableFault, verdictOf } from './refusals.js';
import { authenticator } from './sasl.js';
import { tlsDial } from './tls.js';
import { checkVersions } from './versions.js';

/** Between looks at who leads, while that is not settled. */
const POLL_MS = 100;

export interface ClusterOptions {
  /** Bootstrap servers, host:port. */
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly clock: Clock;
  /** For dialling one broker. */
  readonly connectTimeoutMs: number;
  /** For metadata and other small requests. */
  readonly requestTimeoutMs: number;
  readonly security?: Security | undefined;
  /** How long a topic may be unknown, which a new one is for a moment; as long as dialling unless given. */
  readonly unknownTopicMs?: number;
  /** Lets the broker create missing topics, if it is set up to; false by default. */
  readonly autoCreateTopics?: boolean;
}

interface Node {
  readonly id: number;
  readonly host: string;
  readonly port: number;
  connection: Connection | null;
  dialling: Promise<Connection> | null;
}

export class Cluster {
  readonly #options: ClusterOptions;
  readonly #secured: Pick<ConnectionOptions, 'dial' | 'authenticate'>;
  readonly #nodes = new Map<number, Node>();
  readonly #topics = new Set<string>();
  /** topic → leader of each partition, −1 for none. */
  readonly #leaders = new Map<string, Int32Array>();
  #bootstrap: Connection | null = null;
  #refreshing: Promise<void> | null = null;
  #closed = false;
  #closedBytes = 0;

  constructor(options: ClusterOptions) {
    this.#options = options;
    const { tls = null, sasl = null } = options.security ?? {};
    this.#secured = {
      dial: tls === null ? undefined : tlsDial(tls),
      authenticate: sasl === null ? undefined : authenticator(sasl),
    };
  }

  /** Bytes sent on all connections, with all framing. */
  get wireBytes(): number {
    let bytes = this.#closedBytes + (this.#bootstrap?.wireBytes ?? 0);
    for (const node of this.#nodes.values()) bytes += node.connection?.wireBytes ?? 0;
    return bytes;
  }

  /**
   * Finds the cluster and these topics, and dials every broker that leads one of their partitions. Throws
   * BROKER_UNREACHABLE, ADVERTISED_UNREACHABLE, TOPIC or UNSUPPORTED. Resolves with the address that answered first.
   */
  async connect(topics: readonly string[]): Promise<string> {
    for (const topic of topics) this.#topics.add(topic);
    const first = await this.#reachAny();
    try {
      await this.#untilLed();
    } catch (cause) {
      throw unreachableFault(this.#options.security?.sasl ? cause : noLoginFault(cause, first.address));
    }
    await this.#reachLeaders(topics);
    return first.address;
  }

  partitionCount(topic: string): number {
    return this.#leaders.get(topic)?.length ?? 0;
  }

  /** The broker that leads a partition, as far as known; −1 for none. */
  leaderOf(topic: string, partition: number): number {
    return this.#leaders.get(topic)?.[partition] ?? -1;
  }

  /**
   * The connection to a broker, dialled if need be, once it may be sent to. Rejects with a ConnectionError. Whoever
   * asks first gets it first, whatever there is to wait for.
   */
  async connection(id: number): Promise<Connection> {
    for (;;) {
      const node = this.#nodes.get(id);
      if (node === undefined || this.#closed) {
        throw new ConnectionError('NETWORK_EXCEPTION', `broker ${id} is not known (any more)`);
      }
      // Before anything else: those who wait here already must not be overtaken through a newer connection.
      const throttled = node.connection?.throttled;
      if (throttled) await throttled;
      else if (node.dialling === null && isUsable(node.connection)) return node.connection;
      else return this.#dial(node);
    }
  }

  /**
   * Drain, then dial: a connection whose session ends still carries requests, and one sent on a new connection could
   * arrive before them.
   */
  #dial(node: Node): Promise<Connection> {
    const { connection: old } = node;
    node.dialling ??= (old?.alive ? old.drained() : Promise.resolve())
      .then(() => {
        old?.destroy(`${old.address}: its session is over`);
        return this.#open(node.host, node.port);
      })
      .then((connection) => {
        this.#closedBytes += old?.wireBytes ?? 0;
        node.connection = connection;
        if (this.#closed) connection.destroy('closed');
        return connection;
      })
      .finally(() => {
        node.dialling = null;
      });
    return node.dialling;
  }

  /** The connection to a broker if there is one now. */
  connected(id: number): Connection | null {
    const connection = this.#nodes.get(id)?.connection ?? null;
    return connection?.alive ? connection : null;
  }

  /** Any connection that answers. */
  async any(): Promise<Connection> {
    return this.#reachAny();
  }

  /** Asks again who leads what. Rejects with a ConnectionError when nobody answers. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#loadMetadata()
      .then(() => {})
      .finally(() => {
        this.#refreshing = null;
      });
    return this.#refreshing;
  }

  close(): void {
    this.#closed = true;
    this.#bootstrap?.destroy('closed');
    for (const node of this.#nodes.values()) node.connection?.destroy('closed');
  }

  // ----------------------------------------------------------------

  #open(host: string, port: number): Promise<Connection> {
    return Connection.open({ ...this.#options, ...this.#secured, host, port });
  }

  /** A connection that is open, or else to the first bootstrap server that answers: many take a connection and say nothing. */
  async #reachAny(): Promise<Connection> {
    if (this.#closed) throw new ConnectionError('NETWORK_EXCEPTION', 'closed');
    for (const { connection } of this.#nodes.values()) if (isUsable(connection)) return connection;
    if (isUsable(this.#bootstrap)) return this.#bootstrap;
    const failures: string[] = [];
    const verdicts: (EventmillError | undefined)[] = [];
    let cause: unknown;
    const known = [...this.#nodes.values()].map((node) => ({ host: node.host, port: node.port }));
    for (const { host, port } of [...this.#options.brokers.map(parseAddress), ...known]) {
      try {
        const connection = await this.#open(host, port);
        await checkVersions(connection, this.#options).finally(() => {
          if (!connection.alive) this.#closedBytes += connection.wireBytes;
        });
        this.#closedBytes += this.#bootstrap?.wireBytes ?? 0;
        this.#letGo(this.#bootstrap);
        this.#bootstrap = connection;
        if (this.#closed) connection.destroy('closed');
        return connection;
      } catch (error) {
        const verdict = error instanceof EventmillError ? error : verdictOf(error);
        // Others would refuse us too, and a wrong password tried often may lock the account.
        if (verdict?.code === 'AUTHENTICATION') throw verdict;
        verdicts.push(verdict);
        failures.push(error instanceof Error ? error.message : String(error));
        cause = error;
      }
    }
    const [first] = verdicts;
    if (first !== undefined && !verdicts.includes(undefined)) throw first;
    throw new EventmillError(
      'BROKER_UNREACHABLE',
      `expected a Kafka broker at ${this.#options.brokers.join(', ')}, but ${failures.join('; ')}. Check --brokers, and that the broker is up`,
      { retriable: true, cause },
    );
  }

  /** Ends a connection that nobody will use any more, once what is under way has ended. */
  #letGo(connection: Connection | null): void {
    if (connection?.alive) connection.drained().then(() => connection.destroy('its session is over'));
  }

  /** New topics lack leaders for a moment, seconds with many partitions. */
  async #untilLed(): Promise<void> {
    const { clock, connectTimeoutMs, unknownTopicMs = connectTimeoutMs } = this.#options;
    const begunAt = clock.now();
    for (;;) {
      const topics = await this.#loadMetadata();
      const bad = firstUnled(this.#topics, topics);
      if (bad === undefined) return;
      const error = bad.error !== 0 ? errorInfo(bad.error) : errorInfo(5);
      const patienceMs = bad.error === CODES.UNKNOWN_TOPIC_OR_PARTITION ? unknownTopicMs : connectTimeoutMs;
      if (!error.retriable || clock.now() > begunAt + patienceMs) {
        throw new EventmillError('TOPIC', `topic ${bad.name}: ${error.text} (${error.name})`, {
          retriable: error.retriable,
        });
      }
      await clock.sleep(POLL_MS);
    }
  }

  async #loadMetadata(): Promise<readonly TopicMetadata[]> {
    const connection = await this.#reachAny();
    const { brokers, topics: told } = await connection.ask(
      METADATA,
      (to) => writeMetadata(to, [...this.#topics], this.#options.autoCreateTopics),
      this.#options.requestTimeoutMs,
      readMetadata,
    );
    for (const { id, host, port } of brokers) {
      const known = this.#nodes.get(id);
      if (known !== undefined && known.host === host && known.port === port) continue;
      known?.connection?.destroy(`broker ${id} moved to ${formatAddress({ host, port })}`);
      this.#closedBytes += known?.connection?.wireBytes ?? 0;
      this.#nodes.set(id, { id, host, port, connection: null, dialling: null });
    }
    this.#forget(new Set(brokers.map(({ id }) => id)));
    const topics = told.filter(({ name }) => this.#topics.has(name));
    for (const topic of topics) this.#learn(topic);
    return topics;
  }

  /** Brokers that are not told of any more and not connected: or whoever invents new ones would fill the memory. */
  #forget(told: ReadonlySet<number>): void {
    for (const [id, { connection, dialling }] of this.#nodes) {
      if (told.has(id) || dialling !== null || connection?.alive) continue;
      this.#closedBytes += connection?.wireBytes ?? 0;
      this.#nodes.delete(id);
    }
  }

  #learn(topic: TopicMetadata): void {
    if (topic.error !== 0 || topic.partitions.length === 0) return;
    const known = this.#leaders.get(topic.name);
    // The number of partitions stays what it was at the start: where a key goes must not change in the middle of a run.
    const leaders = known ?? new Int32Array(topic.partitions.length).fill(-1);
    for (const { partition, leader } of topic.partitions)
      if (partition < leaders.length) leaders[partition] = leader;
    this.#leaders.set(topic.name, leaders);
  }

  /**
   * Dials all that lead. One that has just died still leads in what the others say, until they miss it
   * (broker.session.timeout.ms, 9 s): while any of them can be reached at its advertised address, they are asked again.
   */
  async #reachLeaders(topics: readonly string[]): Promise<void> {
    const { clock } = this.#options;
    const deadline = clock.now() + this.#options.connectTimeoutMs;
    for (;;) {
      const leaders = new Set(topics.flatMap((topic) => [...this.#leaders.get(topic)!]));
      const dials = await Promise.allSettled([...leaders].map((id) => this.#reachAdvertised(id)));
      const failed = dials.find((dial) => dial.status === 'rejected')?.reason as EventmillError | undefined;
      if (failed === undefined) return;
      if (failed.code === 'AUTHENTICATION' || clock.now() > deadline) throw failed;
      if (!(await this.#reachesOthers(leaders))) throw failed;
      await clock.sleep(POLL_MS);
      await this.#untilLed().catch((error: unknown) => {
        if (!(error instanceof ConnectionError)) throw error;
      });
    }
  }

  /** Whether any broker can be reached at the address that the cluster gives for it. */
  async #reachesOthers(leaders: ReadonlySet<number>): Promise<boolean> {
    if ([...leaders].some((id) => this.connected(id) !== null)) return true;
    const others = [...this.#nodes.keys()].filter((id) => !leaders.has(id));
    const dials = await Promise.allSettled(others.map((id) => this.connection(id)));
    return dials.some((dial) => dial.status === 'fulfilled');
  }

  async #reachAdvertised(id: number): Promise<void> {
    try {
      await this.connection(id);
    } catch (cause) {
      const verdict = verdictOf(cause);
      if (verdict?.code === 'AUTHENTICATION') throw verdict;
      const node = this.#nodes.get(id);
      const address = node === undefined ? `broker ${id}` : formatAddress(node);
      throw advertisedFault(this.#options.brokers, address, cause);
    }
  }
}

function isUsable(connection: Connection | null): connection is Connection {
  return connection?.alive === true && !connection.retired;
}
