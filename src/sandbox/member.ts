import { CODES } from '../protocol/codes.js';
import type { Clock, Timer } from '../types.js';

export interface Protocol {
  readonly name: string;
  readonly metadata: Buffer;
}

export interface JoinRequest {
  /** Empty for a newcomer. */
  readonly memberId: string;
  readonly instanceId: string | null;
  readonly clientId: string;
  readonly clientHost: string;
  readonly sessionMs: number;
  readonly rebalanceMs: number;
  readonly protocolType: string;
  readonly protocols: readonly Protocol[];
  /** KIP-394: a newcomer is first given an id and joins again with it. */
  readonly needsId: boolean;
}

export interface JoinOutcome {
  readonly code: number;
  readonly memberId: string;
  readonly generation: number;
  readonly protocol: string;
  readonly leader: string;
  /** All members, for the leader; otherwise nobody. */
  readonly members: readonly { id: string; instanceId: string | null; metadata: Buffer }[];
}

export interface SyncOutcome {
  readonly code: number;
  readonly assignment: Buffer;
}

const NOTHING = Buffer.alloc(0);

/** The answer to somebody who is not, or not yet, in a generation. */
export function refused(code: number, memberId: string): JoinOutcome {
  return { code, memberId, generation: -1, protocol: '', leader: '', members: [] };
}

/** One consumer in a group, with the request that it may be waiting for and its session. */
export class Member {
  readonly id: string;
  readonly instanceId: string | null;
  readonly clientId: string;
  readonly clientHost: string;
  rebalanceMs = 0;
  protocols: readonly Protocol[] = [];
  assignment: Buffer = NOTHING;
  #sessionMs = 0;
  #session: Timer | undefined;
  #join: ((outcome: JoinOutcome) => void) | undefined;
  #sync: ((outcome: SyncOutcome) => void) | undefined;
  readonly #clock: Clock;
  readonly #onExpire: (member: Member) => void;

  /** `onExpire` is called when nothing was heard of the member for as long as its session lasts. */
  constructor(id: string, request: JoinRequest, clock: Clock, onExpire: (member: Member) => void) {
    this.id = id;
    this.instanceId = request.instanceId;
    this.clientId = request.clientId;
    this.clientHost = request.clientHost;
    this.#clock = clock;
    this.#onExpire = onExpire;
    this.update(request);
  }

  update({ sessionMs, rebalanceMs, protocols }: JoinRequest): void {
    this.#sessionMs = sessionMs;
    this.rebalanceMs = rebalanceMs;
    this.protocols = protocols;
  }

  get joining(): boolean {
    return this.#join !== undefined;
  }

  get syncing(): boolean {
    return this.#sync !== undefined;
  }

  supports(protocol: string): boolean {
    return this.protocols.some(({ name }) => name === protocol);
  }

  metadataFor(protocol: string): Buffer {
    return this.protocols.find(({ name }) => name === protocol)?.metadata ?? NOTHING;
  }

  hasProtocols(protocols: readonly Protocol[]): boolean {
    const same = ({ name, metadata }: Protocol, index: number): boolean =>
      name === protocols[index]!.name && metadata.equals(protocols[index]!.metadata);
    return this.protocols.length === protocols.length && this.protocols.every(same);
  }

  /** It was heard of. While it waits for an answer its session cannot run out. */
  touch(): void {
    this.#session?.cancel();
    if (this.joining || this.syncing) return;
    this.#session = this.#clock.after(this.#sessionMs, () => this.#onExpire(this));
  }

  awaitJoin(answer: (outcome: JoinOutcome) => void): void {
    // An older request of the same member came from a connection that has given up on it.
    this.answerJoin(refused(CODES.REBALANCE_IN_PROGRESS, this.id));
    this.#join = answer;
    this.touch();
  }

  answerJoin(outcome: JoinOutcome): void {
    const answer = this.#join;
    this.#join = undefined;
    this.touch();
    answer?.(outcome);
  }

  awaitSync(answer: (outcome: SyncOutcome) => void): void {
    this.answerSync(CODES.REBALANCE_IN_PROGRESS);
    this.#sync = answer;
    this.touch();
  }

  answerSync(code: number): void {
    const answer = this.#sync;
    if (answer === undefined) return;
    this.#sync = undefined;
    this.touch();
    answer({ code, assignment: code === CODES.NONE ? this.assignment : NOTHING });
  }

  /** It is no longer in the group: whatever it waits for is answered with `code`. */
  leave(code: number): void {
    this.answerJoin(refused(code, this.id));
    this.answerSync(code);
    this.stop();
  }

  stop(): void {
    this.#session?.cancel();
  }
}
