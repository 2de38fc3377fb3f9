import type { Socket } from 'node:net';
import { FrameSplitter } from '../protocol/frames.js';
import { ProtocolError, Reader } from '../protocol/reader.js';
import type { Api } from './api.js';
import { APIS, apiByKey } from './apis.js';
import { Call, type Caller } from './call.js';
import type { Cluster, Node } from './cluster.js';
import { LIMITS } from './limits.js';
import type { Moment, Plan } from './plan.js';
import type { Reply } from './reply.js';

/**
 * One client. As in Kafka, its requests are served one after another, so that a request that waits (a fetch for
 * new data, a join for other members) holds up those behind it, and answers leave in the order of the requests.
 * A socket is not read while too much waits, and no request is served while the client does not read its answers.
 */
export class Connection implements Caller {
  readonly cluster: Cluster;
  readonly apis = APIS;
  readonly node: Node;
  readonly host: string;
  readonly #socket: Socket;
  /** The host to name instead of the brokers' own, when they listen on all addresses. */
  readonly #reachedAt: string | undefined;
  readonly #onBug: (error: unknown) => void;
  readonly #splitter: FrameSplitter;
  readonly #queue: Buffer[] = [];
  readonly #onClose = new Set<() => void>();
  #queuedBytes = 0;
  #countedBytes = 0;
  #busy = false;
  /** A fault has silenced the broker: what comes is read and thrown away. */
  #mute = false;
  #closed = false;

  constructor(
    cluster: Cluster,
    node: Node,
    socket: Socket,
    everywhere: boolean,
    onBug: (error: unknown) => void,
  ) {
    this.cluster = cluster;
    this.node = node;
    this.host = plainAddress(socket.remoteAddress);
    this.#socket = socket;
    this.#reachedAt = everywhere ? plainAddress(socket.localAddress) : undefined;
    this.#onBug = onBug;
    this.#splitter = new FrameSplitter(LIMITS.frameBytes, cluster.assembly.join);
    cluster.connections++;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('drain', () => this.#pump());
    // A lost connection is the client's business; `close` follows.
    socket.on('error', () => {});
    socket.on('close', () => this.#end());
  }

  hostOf(node: Node): string {
    return this.#reachedAt ?? node.host;
  }

  hangUp(): void {
    this.#socket.destroy();
    this.#end();
  }

  onClose(run: () => void): () => void {
    this.#onClose.add(run);
    return () => this.#onClose.delete(run);
  }

  #end(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.cluster.connections--;
    this.cluster.inboundBytes -= this.#countedBytes;
    this.#queue.length = 0;
    for (const run of this.#onClose) run();
    this.#onClose.clear();
  }

  #take(chunk: Buffer): void {
    if (this.#mute || this.#closed) return;
    try {
      this.#splitter.push(chunk, (frame) => {
        this.#queue.push(frame);
        this.#queuedBytes += frame.length;
      });
    } catch (error) {
      this.#fail(error);
      return;
    }
    this.#pump();
    const waiting = this.#queue.at(-1);
    if (waiting !== undefined) this.cluster.assembly.leave(waiting);
  }

  #pump(): void {
    while (!this.#busy && !this.#closed && !this.#mute && !this.#socket.writableNeedDrain) {
      const frame = this.#queue.shift();
      if (frame === undefined) break;
      this.#queuedBytes -= frame.length;
      try {
        this.#serve(frame);
      } catch (error) {
        this.#fail(error);
      }
    }
    this.#account();
    if (this.#closed) return;
    const full = this.#queuedBytes > LIMITS.queuedBytes || this.#queue.length > LIMITS.queuedFrames;
    if (full && !this.#socket.isPaused()) this.#socket.pause();
    else if (!full && this.#socket.isPaused()) this.#socket.resume();
  }

  /** Counts what it holds towards what all connections may hold together. */
  #account(): void {
    if (this.#closed) return;
    const more = this.#splitter.pendingBytes + this.#queuedBytes - this.#countedBytes;
    if (this.cluster.holdInbound(more)) this.#countedBytes += more;
    else this.hangUp();
  }

  #serve(frame: Buffer): void {
    const reader = new Reader(frame);
    const key = reader.int16();
    const version = reader.int16();
    const correlationId = reader.int32();
    const clientId = reader.nullableString() ?? '';
    const api = apiByKey(key);
    if (api === undefined || !speaks(api, version)) {
      this.hangUp();
      return;
    }
    const body = api.read(reader, version);
    this.cluster.count(api.name);
    const plan = this.cluster.faults?.plan({
      api: api.name,
      clientId,
      nodeId: this.node.id,
      subjects: () => api.subjects?.(body) ?? [],
    });
    const call = new Call(this, { version, correlationId, clientId }, plan);
    if (plan !== undefined) {
      this.cluster.assembly.leave(frame);
      this.#await(this.#serveUnderFault(api, body, call, plan));
      return;
    }
    const reply = api.serve(body, call);
    if (!api.copies || reply instanceof Promise) this.cluster.assembly.leave(frame);
    if (reply instanceof Promise) this.#await(reply.then((late) => this.#send(late)));
    else this.#send(reply);
  }

  async #serveUnderFault(api: Api, body: unknown, call: Call, plan: Plan): Promise<void> {
    const { clock } = this.cluster;
    if (plan.delayMs > 0) await clock.sleep(plan.delayMs);
    if (this.#closed) return;
    this.#strike(plan, 'before', api, body);
    if (this.#closed) return;
    if (plan.drop === 'before') return this.hangUp();
    this.#mute = plan.silence === 'before';
    if (this.#mute) return;
    const reply = await api.serve(body, call);
    this.#strike(plan, 'after', api, body);
    this.#mute = plan.silence === 'after';
    if (plan.drop === 'after' || this.#mute) {
      reply?.release();
      if (!this.#mute) this.hangUp();
      return;
    }
    this.#send(reply);
    // KIP-219: the answer goes out at once and says how long the broker will now not listen.
    if (plan.throttleMs > 0) await clock.sleep(plan.throttleMs);
  }

  /** What the plan has in store for brokers, this one among them. */
  #strike(plan: Plan, moment: Moment, api: Api, body: unknown): void {
    for (const fault of plan.strikes) {
      if (fault.after !== (moment === 'after')) continue;
      this.cluster.strike(fault, this.node, api.subjects?.(body) ?? []);
    }
    // The listener has destroyed the socket; what it had under way ends here and now.
    if (!this.node.up) this.#end();
  }

  #await(work: Promise<void>): void {
    this.#busy = true;
    work.then(
      () => {
        this.#busy = false;
        this.#pump();
      },
      (error: unknown) => this.#fail(error),
    );
  }

  #send(reply: Reply | null): void {
    if (reply === null) return;
    if (this.#closed) {
      reply.release();
      return;
    }
    const pieces = reply.pieces();
    const last = pieces.pop()!;
    this.#socket.cork();
    for (const piece of pieces) this.#socket.write(piece);
    this.#socket.write(last, () => reply.release());
    this.#socket.uncork();
  }

  /** Kafka, too, closes the connection on what it cannot read; anything else is a bug of ours and is told. */
  #fail(error: unknown): void {
    if (!(error instanceof ProtocolError)) this.#onBug(error);
    this.hangUp();
  }
}

function speaks({ versions, answersAnyVersion }: Api, version: number): boolean {
  return version >= versions[0] && (version <= versions[1] || answersAnyVersion === true);
}

/** IPv4 addresses as people know them, even on a socket that also speaks IPv6. */
function plainAddress(address: string | undefined): string {
  return (address ?? '').replace(/^::ffff:/, '');
}
