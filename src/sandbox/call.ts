import { CODES } from '../protocol/codes.js';
import type { Api } from './api.js';
import type { Cluster, Node } from './cluster.js';
import type { Plan } from './plan.js';
import { Reply } from './reply.js';

/** The connection as far as an API may see it. */
export interface Caller {
  readonly cluster: Cluster;
  /** All that is served. */
  readonly apis: readonly Api[];
  /** The broker that was called. */
  readonly node: Node;
  /** The caller's address. */
  readonly host: string;
  /** Under which host the caller reaches a broker. */
  hostOf(node: Node): string;
  /** Closes the connection, as Kafka does where it cannot say what is wrong. */
  hangUp(): void;
  /** Calls `run` if the connection is lost first; the function returned takes that back. */
  onClose(run: () => void): () => void;
}

export interface CallHeader {
  readonly version: number;
  readonly correlationId: number;
  readonly clientId: string;
}

/** One request under way. */
export class Call {
  readonly caller: Caller;
  readonly version: number;
  readonly clientId: string;
  /** What a fault asks the client to wait (KIP-219); every answer that can carries it. */
  readonly throttleMs: number;
  readonly #correlationId: number;
  readonly #plan: Plan | undefined;

  constructor(caller: Caller, header: CallHeader, plan: Plan | undefined) {
    this.caller = caller;
    this.version = header.version;
    this.clientId = header.clientId;
    this.#correlationId = header.correlationId;
    this.#plan = plan;
    this.throttleMs = plan?.throttleMs ?? 0;
  }

  get cluster(): Cluster {
    return this.caller.cluster;
  }

  reply(capacity?: number): Reply {
    return new Reply(this.#correlationId, capacity);
  }

  /** An answer that begins with the throttle time where the API's version, from `since` on, has one. */
  throttledReply(since: number): Reply {
    const reply = this.reply();
    if (this.version >= since) reply.int32(this.throttleMs);
    return reply;
  }

  /**
   * Does something and returns its error code, unless a fault wants another one: then that is returned instead,
   * and whether it was done depends on the fault. APIs put everything that changes or reads state through here.
   */
  attempt(act: () => number, topic?: string, partition?: number): number {
    const fault = this.#plan?.errorFor(topic, partition);
    if (fault === undefined) return act();
    if (fault.after) act();
    return fault.code;
  }

  /** Whether a leader that dies before its followers have a copy takes with it what is written here. */
  loses(topic: string, partition: number): boolean {
    return this.#plan?.loses(topic, partition) ?? false;
  }

  /** Whether the called broker coordinates this group. */
  coordinates(group: string): number {
    if (group === '') return CODES.INVALID_GROUP_ID;
    const { cluster, node } = this.caller;
    return cluster.coordinatorOf(group) === node ? CODES.NONE : CODES.NOT_COORDINATOR;
  }
}
