/**
 * What surrounds kafkajs wherever it is used, by its public options alone: sockets that can be counted, drained and
 * cut; broker addresses that it cannot parse; a record of who answered and who did not; and one warning less.
 */
import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { formatAddress, parseAddress } from './address.js';
import type { Sasl, Security } from './types.js';

/** What kafkajs hands to its `socketFactory`. */
export interface Dial {
  readonly host: string;
  readonly port: number;
  readonly ssl?: ConnectionOptions | null;
  readonly onConnect: () => void;
}

/** kafkajs's own default. */
const KEEP_ALIVE_MS = 60_000;
/** All brokers given are tried within this, so that a user hears within ten seconds that none is there. */
const CONNECT_MS_MAX = 9_000;
const CONNECT_MS_EACH_MAX = 3_000;
/** kafkajs's logLevel.NOTHING; its enum would load the library, which is slow. */
const NOTHING = 0;
/**
 * kafkajs logs in anew on the first request within so long of a session's end. Its own default, ten seconds, has it do
 * so on every request of a session that is no longer, and Kafka takes one login a second.
 */
const LOGIN_AHEAD_MS = 1_000;

export class KafkajsShim {
  /** The addresses as kafkajs is to be given them: it cuts them at the first colon, so IPv6 goes by a name of ours. */
  readonly brokers: string[];
  readonly #security: Security | undefined;
  readonly #aliases = new Map<string, string>();
  readonly #sockets = new Set<Socket>();
  readonly #answered = new Set<string>();
  readonly #refused = new Map<string, string>();
  #bytesOfClosed = 0;
  #draining: Promise<void> | undefined;

  constructor(brokers: readonly string[], security?: Security) {
    this.#security = security;
    this.brokers = brokers.map((text, index) => {
      const { host, port } = parseAddress(text);
      if (!host.includes(':')) return `${host}:${port}`;
      const alias = `broker-${index}.invalid`;
      this.#aliases.set(alias, host);
      return `${alias}:${port}`;
    });
  }

  get #connectMs(): number {
    return Math.min(CONNECT_MS_EACH_MAX, Math.floor(CONNECT_MS_MAX / this.brokers.length));
  }

  /** Options for kafkajs's client: every one of them, since its defaults change with NODE_ENV. */
  options(clientId: string, requestTimeoutMs: number) {
    return {
      brokers: this.brokers,
      clientId,
      connectionTimeout: this.#connectMs,
      authenticationTimeout: 10_000,
      reauthenticationThreshold: LOGIN_AHEAD_MS,
      requestTimeout: requestTimeoutMs,
      enforceRequestTimeout: true,
      // Each retry tries the next broker of the list, so this is one round.
      retry: {
        retries: this.brokers.length - 1,
        initialRetryTime: 50,
        maxRetryTime: 1_000,
        factor: 0.2,
        multiplier: 2,
      },
      logLevel: NOTHING,
      logCreator: () => () => {},
      socketFactory: this.dial,
      ...(this.#security?.tls ? { ssl: this.#security.tls() } : {}),
      ...(this.#security?.sasl ? { sasl: saslOf(this.#security.sasl) } : {}),
    };
  }

  /** Dials for kafkajs, which calls it as its `socketFactory`. */
  readonly dial = ({ host: name, port, ssl, onConnect }: Dial): Socket => {
    const host = this.#aliases.get(name) ?? name;
    const address = formatAddress({ host, port });
    const connected = (): void => {
      this.#answered.add(address);
      this.#refused.delete(address);
      this.#hurry(socket);
      onConnect();
    };
    const server = isIP(host) === 0 ? { servername: host } : {};
    const socket = ssl
      ? connectTls({ host, port, ...server, ...ssl }, connected)
      : connectPlain({ host, port }, connected);
    guard(socket);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    if (!this.#answered.has(address)) this.#refused.set(address, 'no answer');
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (!this.#answered.has(address)) this.#refused.set(address, error.code ?? error.message);
    });
    this.#sockets.add(socket);
    socket.on('close', () => {
      this.#bytesOfClosed += socket.bytesWritten;
      this.#sockets.delete(socket);
    });
    return socket;
  };

  /**
   * kafkajs goes on to the next broker of its list from one that refuses a connection, and asks the same again that
   * takes it and says nothing: to kafkajs the silent one is made a lost connection.
   */
  #hurry(socket: Socket): void {
    if (this.brokers.length < 2) return;
    socket.setTimeout(this.#connectMs, () => socket.destroy(new Error('the broker says nothing')));
    socket.once('data', () => socket.setTimeout(0));
  }

  /** Bytes written to all sockets so far. */
  get bytesWritten(): number {
    let bytes = this.#bytesOfClosed;
    for (const socket of this.#sockets) bytes += socket.bytesWritten;
    return bytes;
  }

  /** Some peer does not read what was written to it. */
  get congested(): boolean {
    for (const socket of this.#sockets) if (socket.writableNeedDrain) return true;
    return false;
  }

  /** Resolves once no socket is congested any more, be it because it was closed. */
  drained(): Promise<void> {
    // All who wait share one wait, so that sockets do not collect listeners.
    this.#draining ??= this.#drain().finally(() => {
      this.#draining = undefined;
    });
    return this.#draining;
  }

  async #drain(): Promise<void> {
    for (const socket of [...this.#sockets]) {
      if (!socket.writableNeedDrain) continue;
      await new Promise<void>((resolve) => {
        const done = (): void => {
          socket.off('drain', done).off('close', done);
          resolve();
        };
        socket.on('drain', done).on('close', done);
      });
    }
  }

  /** Addresses that have taken a connection at some time, and those that never have, with the reason. */
  get answered(): ReadonlySet<string> {
    return this.#answered;
  }

  get refused(): ReadonlyMap<string, string> {
    return this.#refused;
  }

  /** Cuts all connections; kafkajs hears of it as of a network error, and dials anew when it needs one. */
  async cut(reason: string): Promise<void> {
    const closed = [...this.#sockets].map((socket) => {
      socket.destroy(new Error(reason));
      return new Promise<void>((resolve) => socket.once('close', () => resolve()));
    });
    await Promise.all(closed);
  }
}

/**
 * kafkajs reads frames in its listener for data, and what it throws there, such as at a frame shorter than its header,
 * would end the process. Here it ends the connection.
 */
function guard(socket: Socket): void {
  const emit = socket.emit;
  socket.emit = (event: string, ...rest: unknown[]): boolean => {
    try {
      return Reflect.apply(emit, socket, [event, ...rest]) as boolean;
    } catch (error) {
      if (event !== 'data') throw error;
      socket.destroy(error instanceof Error ? error : new Error(String(error)));
      return true;
    }
  };
}

/** As kafkajs names the same. */
function saslOf(sasl: Sasl) {
  if (sasl.mechanism === 'OAUTHBEARER') {
    const { token, extensions } = sasl;
    const oauthBearerProvider = async () => ({ value: (await token()).reveal(), extensions });
    return { mechanism: 'oauthbearer' as const, oauthBearerProvider };
  }
  const { username, password } = sasl;
  const login = { username, password: password.reveal() };
  switch (sasl.mechanism) {
    case 'PLAIN':
      return { mechanism: 'plain' as const, ...login };
    case 'SCRAM-SHA-256':
      return { mechanism: 'scram-sha-256' as const, ...login };
    case 'SCRAM-SHA-512':
      return { mechanism: 'scram-sha-512' as const, ...login };
  }
}

let muted = false;

/**
 * kafkajs sets timers in the past, at which Node 22 and later print a warning that its user can do nothing about.
 * Only that warning, and only from there, is kept back.
 */
export function muteTimerWarning(): void {
  if (muted) return;
  muted = true;
  const emit = process.emitWarning;
  process.emitWarning = ((warning: string | Error, ...rest: unknown[]) => {
    const [type] = rest;
    const name = typeof type === 'object' && type !== null ? (type as { type?: string }).type : type;
    if (name === 'TimeoutNegativeWarning' && /[\\/]kafkajs[\\/]/.test(new Error().stack ?? '')) return;
    (emit as (...all: unknown[]) => void).call(process, warning, ...rest);
  }) as typeof process.emitWarning;
}
