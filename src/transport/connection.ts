/**
 * One socket to one broker: frames out, frames in, answers matched to requests first in, first out. Anything odd (a
 * wrong correlation id, an absurd length, an answer that does not come in time) destroys it, and a destroyed
 * connection is never used again: a late answer must not meet another request.
 */
import { connect, type Socket } from 'node:net';
import { formatAddress } from '../address.js';
import { FrameSplitter } from '../protocol/frames.js';
import { beginRequest, type RequestKind } from '../protocol/messages.js';
import { ProtocolError } from '../protocol/reader.js';
import type { Writer } from '../protocol/writer.js';
import type { Clock, Timer } from '../types.js';
import { ConnectionError, ConnectionLost } from './connection-error.js';
import { faultOf } from './faults.js';

export interface ConnectionOptions {
  readonly host: string;
  readonly port: number;
  readonly clientId: string;
  readonly clock: Clock;
  readonly connectTimeoutMs: number;
  /** Makes the socket; for TLS one that is secured. Defaults to plain TCP. */
  readonly dial?: ((host: string, port: number) => Socket) | undefined;
  /** Runs before anything else is sent; for SASL. */
  readonly authenticate?: ((connection: Connection) => Promise<void>) | undefined;
}

interface Waiting {
  readonly correlationId: number;
  deadline: number;
  readonly resolve: (body: Buffer) => void;
  readonly reject: (error: ConnectionError) => void;
}

/** The largest answer believed: a Fetch of 50 MiB with room to spare. */
const MAX_FRAME_BYTES = 128 * 1024 * 1024;
/** Kafka throttles for seconds; a broker that asks for days is asked again, and may say so again. */
const THROTTLE_MS_MAX = 60_000;

export class Connection {
  readonly address: string;
  /** Bytes handed to the socket, with all framing. */
  wireBytes = 0;
  readonly #socket: Socket;
  readonly #clientId: string;
  readonly #clock: Clock;
  readonly #waiting: Waiting[] = [];
  readonly #frames = new FrameSplitter(MAX_FRAME_BYTES);
  #nextId = 1;
  #timer: Timer | null = null;
  #timerAt = Number.POSITIVE_INFINITY;
  #failure: ConnectionError | null = null;
  #retireAt = Number.POSITIVE_INFINITY;
  #posts = 0;
  #onQuiet: (() => void)[] = [];
  #throttledUntil = 0;
  #throttled: Promise<void> | null = null;
  #throttleTimer: Timer | null = null;
  #listens: () => void = () => {};

  /** Dials and authenticates; rejects with a ConnectionError. */
  static async open(options: ConnectionOptions): Promise<Connection> {
    const address = formatAddress(options);
    const dial = options.dial ?? ((host, port) => connect({ host, port, noDelay: true }));
    const socket = dial(options.host, options.port);
    await new Promise<void>((resolve, reject) => {
      const timer = options.clock.after(options.connectTimeoutMs, () => {
        socket.destroy();
        reject(
          new ConnectionError(
            'NETWORK_EXCEPTION',
            `${address} did not answer within ${options.connectTimeoutMs} ms`,
          ),
        );
      });
      socket.once('encrypted' in socket ? 'secureConnect' : 'connect', () => {
        timer.cancel();
        resolve();
      });
      socket.once('error', (cause: NodeJS.ErrnoException) => {
        timer.cancel();
        reject(failure(address, options.host, cause));
      });
    });
    const connection = new Connection(socket, address, options);
    try {
      await options.authenticate?.(connection);
    } catch (error) {
      connection.destroy(`${address}: not authenticated`, error);
      throw error;
    }
    return connection;
  }

  constructor(
    socket: Socket,
    address: string,
    options: Pick<ConnectionOptions, 'host' | 'clientId' | 'clock'>,
  ) {
    this.address = address;
    this.#socket = socket;
    this.#clientId = options.clientId;
    this.#clock = options.clock;
    socket.on('data', (chunk) => this.#read(chunk));
    socket.on('error', (cause) => this.#fail(failure(address, options.host, cause, ConnectionLost)));
    const closed = () =>
      this.#fail(new ConnectionLost('NETWORK_EXCEPTION', `${address} closed the connection`));
    socket.on('close', closed).on('end', closed);
  }

  /** By TLS. */
  get secured(): boolean {
    return 'encrypted' in this.#socket;
  }

  get alive(): boolean {
    return this.#failure === null;
  }

  /** Its session is about to end (KIP-368): what is under way may end well, and nothing more should be sent. */
  get retired(): boolean {
    return this.#clock.now() >= this.#retireAt;
  }

  /** To be used for so long from now on. */
  retireAfter(ms: number): void {
    this.#retireAt = this.#clock.now() + ms;
  }

  /** Resolves once nothing is under way, be it because all was given up. */
  async drained(): Promise<void> {
    while (this.#failure === null && (this.#waiting.length > 0 || this.#posts > 0)) {
      await new Promise<void>((resolve) => this.#onQuiet.push(resolve));
    }
  }

  /** While the broker throttles us (KIP-219): resolves when it listens again. Whoever waits comes first then. */
  get throttled(): Promise<void> | null {
    return this.#throttled;
  }

  /** The peer does not read as fast as we write. */
  get congested(): boolean {
    return this.#socket.writableNeedDrain;
  }

  /** A request with its header; fill in the body and pass it to `request`. */
  begin(kind: RequestKind): { header: Writer; correlationId: number } {
    const correlationId = this.#nextId;
    this.#nextId = (this.#nextId + 1) & 0x7fffffff;
    return { header: beginRequest(kind, correlationId, this.#clientId), correlationId };
  }

  /** Sends a small request and resolves with what `read` makes of its answer's body, behind the correlation id. */
  async ask<T>(
    kind: RequestKind,
    write: (to: Writer) => void,
    timeoutMs: number,
    read: (body: Buffer) => T,
  ): Promise<T> {
    const { header, correlationId } = this.begin(kind);
    write(header);
    header.patchLength(0);
    const body = await this.request([header.finish()], correlationId, timeoutMs);
    try {
      return read(body);
    } catch (cause) {
      if (!(cause instanceof ProtocolError)) throw cause;
      // Whatever else comes on this connection cannot be believed either.
      this.destroy(`${this.address} gave an answer that cannot be read: ${cause.message}`, cause);
      throw this.#failure;
    }
  }

  /** Sends a whole frame and resolves with its answer's body. */
  request(frame: readonly Buffer[], correlationId: number, timeoutMs: number): Promise<Buffer> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      const deadline = this.#clock.now() + timeoutMs;
      this.#waiting.push({ correlationId, deadline, resolve, reject });
      this.#write(frame);
      if (deadline < this.#timerAt) this.#keepTime();
    });
  }

  /** Sends a whole frame that will have no answer; resolves once the socket has taken it all, which destroys the connection if it takes longer than `timeoutMs`. */
  post(frame: readonly Buffer[], timeoutMs: number): Promise<void> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#posts++;
      const timer = this.#clock.after(timeoutMs, () =>
        this.destroy(`${this.address} did not read in time`, undefined, 'REQUEST_TIMED_OUT'),
      );
      this.#write(frame, (error) => {
        timer.cancel();
        this.#posts--;
        this.#tellQuiet();
        // Node reports a write that the socket's end cut short as done.
        if (this.#failure !== null) reject(this.#failure);
        else if (error)
          reject(new ConnectionError('NETWORK_EXCEPTION', `${this.address}: ${error.message}`, error));
        else resolve();
      });
    });
  }

  /**
   * The broker will not read from us for so long (KIP-219): what is under way may take that much longer, and what is
   * not should wait for `throttled`.
   */
  throttle(askedMs: number): void {
    const ms = Math.min(askedMs, THROTTLE_MS_MAX);
    if (ms <= 0) return;
    for (const waiting of this.#waiting) waiting.deadline += ms;
    const now = this.#clock.now();
    this.#throttledUntil = Math.max(this.#throttledUntil, now + ms);
    this.#throttled ??= new Promise((resolve) => {
      this.#listens = resolve;
    });
    this.#throttleTimer?.cancel();
    this.#throttleTimer = this.#clock.after(this.#throttledUntil - now, () => this.#endThrottle());
  }

  #endThrottle(): void {
    this.#throttleTimer?.cancel();
    this.#throttled = null;
    this.#listens();
  }

  /** Ends it now; everything that waits is told why. */
  destroy(why: string, cause?: unknown, code: ConnectionError['code'] = 'NETWORK_EXCEPTION'): void {
    this.#fail(new ConnectionError(code, why, cause));
  }

  #fail(failure: ConnectionError): void {
    if (this.#failure !== null) return;
    this.#failure = failure;
    this.#timer?.cancel();
    this.#socket.destroy();
    this.#endThrottle();
    for (const waiting of this.#waiting.splice(0)) waiting.reject(failure);
    this.#tellQuiet();
  }

  #tellQuiet(): void {
    if (this.#onQuiet.length === 0 || this.#waiting.length > 0) return;
    for (const resolve of this.#onQuiet.splice(0)) resolve();
  }

  #write(frame: readonly Buffer[], done?: (error?: Error | null) => void): void {
    this.#socket.cork();
    for (let i = 0; i < frame.length; i++) {
      this.wireBytes += frame[i]!.length;
      if (i === frame.length - 1 && done !== undefined) this.#socket.write(frame[i]!, done);
      else this.#socket.write(frame[i]!);
    }
    this.#socket.uncork();
  }

  #read(chunk: Buffer): void {
    try {
      this.#frames.push(chunk, (frame) => this.#answer(frame));
    } catch (cause) {
      this.destroy(`${this.address}: ${cause instanceof Error ? cause.message : cause}`, cause);
    }
  }

  #answer(frame: Buffer): void {
    if (this.#failure !== null) return;
    const waiting = this.#waiting.shift();
    const id = frame.length >= 4 ? frame.readInt32BE(0) : -1;
    if (waiting === undefined || waiting.correlationId !== id) {
      if (waiting !== undefined) this.#waiting.unshift(waiting);
      this.destroy(`${this.address} answered request ${id}, expected ${waiting?.correlationId ?? 'none'}`);
      return;
    }
    waiting.resolve(frame.subarray(4));
    this.#tellQuiet();
  }

  /** One timer for all that waits, set for the earliest deadline there is. */
  #keepTime(): void {
    this.#timer?.cancel();
    let earliest = Number.POSITIVE_INFINITY;
    for (const waiting of this.#waiting) earliest = Math.min(earliest, waiting.deadline);
    this.#timerAt = earliest;
    if (earliest === Number.POSITIVE_INFINITY) return;
    const now = this.#clock.now();
    if (earliest <= now) {
      this.destroy(`${this.address} did not answer in time`, undefined, 'REQUEST_TIMED_OUT');
      return;
    }
    this.#timer = this.#clock.after(earliest - now, () => this.#keepTime());
  }
}

function failure(address: string, host: string, cause: unknown, Kind = ConnectionError): ConnectionError {
  const { words, verdict } = faultOf(cause, host);
  return new Kind('NETWORK_EXCEPTION', `${address}: ${words}`, cause, verdict);
}
