/**
 * A consumer group under the classic protocol: members join, one of them (the leader) assigns partitions, all
 * are told, and any change starts that anew. The states and the answers are those of Kafka's GroupCoordinator.
 * Skipped: what a static member (group.instance.id) that comes back is spared; it causes a rebalance like others.
 * Longer than most files, because the steps of one state machine are easier to check in one place.
 */
import { CODES } from '../protocol/codes.js';
import type { Clock, Timer } from '../types.js';
import { LIMITS } from './limits.js';

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

/** Who speaks for a group: what Heartbeat, SyncGroup and OffsetCommit say of themselves. */
export interface Speaker {
  readonly memberId: string;
  readonly instanceId: string | null;
  readonly generation: number;
}

export type GroupState = 'Empty' | 'PreparingRebalance' | 'CompletingRebalance' | 'Stable';

export interface Member {
  readonly id: string;
  readonly instanceId: string | null;
  readonly clientId: string;
  readonly clientHost: string;
  sessionMs: number;
  rebalanceMs: number;
  protocols: readonly Protocol[];
  assignment: Buffer;
  /** Answers the JoinGroup or SyncGroup under way; meanwhile the session does not run out. */
  join: ((outcome: JoinOutcome) => void) | undefined;
  sync: ((outcome: SyncOutcome) => void) | undefined;
  session: Timer | undefined;
}

const NOTHING = Buffer.alloc(0);

export class Group {
  readonly id: string;
  state: GroupState = 'Empty';
  generation = 0;
  protocolType = '';
  protocol = '';
  leader = '';
  readonly members = new Map<string, Member>();
  /** Those who were given an id and have not joined with it yet. */
  readonly #pending = new Map<string, Timer>();
  readonly #clock: Clock;
  readonly #nextId: (clientId: string) => string;
  /** Ends the waiting for members: to join, or to ask for their assignment. */
  #deadline: Timer | undefined;

  constructor(id: string, clock: Clock, nextId: (clientId: string) => string) {
    this.id = id;
    this.#clock = clock;
    this.#nextId = nextId;
  }

  /** Whether nobody is in it, nor about to be. */
  get idle(): boolean {
    return this.members.size === 0 && this.#pending.size === 0;
  }

  join(request: JoinRequest): Promise<JoinOutcome> | JoinOutcome {
    const { memberId, instanceId } = request;
    if (!this.#takes(request)) return refused(CODES.INCONSISTENT_GROUP_PROTOCOL, memberId);
    const known = this.members.get(memberId);
    if (known !== undefined) {
      return known.instanceId === instanceId || instanceId === null
        ? this.#rejoin(known, request)
        : refused(CODES.FENCED_INSTANCE_ID, memberId);
    }
    if (memberId !== '') {
      const pending = this.#pending.get(memberId);
      if (pending === undefined) return refused(this.#absenceOf(instanceId), memberId);
      pending.cancel();
      this.#pending.delete(memberId);
      return this.#add(memberId, request);
    }
    if (this.members.size + this.#pending.size >= LIMITS.membersPerGroup) {
      return refused(CODES.GROUP_MAX_SIZE_REACHED, memberId);
    }
    const id = this.#nextId(request.clientId);
    if (request.needsId && instanceId === null) {
      const giveUp = (): void => {
        this.#pending.delete(id);
        this.#tryCompleteJoin();
      };
      this.#pending.set(id, this.#clock.after(request.sessionMs, giveUp));
      return refused(CODES.MEMBER_ID_REQUIRED, id);
    }
    const predecessor = this.#withInstance(instanceId);
    if (predecessor !== undefined) this.#drop(predecessor, CODES.FENCED_INSTANCE_ID);
    return this.#add(id, request);
  }

  sync(
    speaker: Speaker,
    assignments: readonly { memberId: string; assignment: Buffer }[],
  ): Promise<SyncOutcome> | SyncOutcome {
    const code = this.#check(speaker);
    if (code !== CODES.NONE) return { code, assignment: NOTHING };
    const member = this.members.get(speaker.memberId)!;
    if (this.state === 'PreparingRebalance') {
      return { code: CODES.REBALANCE_IN_PROGRESS, assignment: NOTHING };
    }
    if (this.state === 'Stable') {
      this.#touch(member);
      return { code: CODES.NONE, assignment: member.assignment };
    }
    return new Promise((resolve) => {
      this.#answerSync(member, CODES.REBALANCE_IN_PROGRESS);
      member.sync = resolve;
      member.session?.cancel();
      if (member.id === this.leader) this.#assign(assignments);
    });
  }

  heartbeat(speaker: Speaker): number {
    const code = this.#check(speaker);
    if (code !== CODES.NONE) return code;
    this.#touch(this.members.get(speaker.memberId)!);
    return this.state === 'PreparingRebalance' ? CODES.REBALANCE_IN_PROGRESS : CODES.NONE;
  }

  leave(memberId: string, instanceId: string | null): number {
    const pending = this.#pending.get(memberId);
    if (pending !== undefined) {
      pending.cancel();
      this.#pending.delete(memberId);
      this.#tryCompleteJoin();
      return CODES.NONE;
    }
    const byInstance = this.#withInstance(instanceId);
    const member = memberId === '' ? byInstance : this.members.get(memberId);
    if (member === undefined) return this.#absenceOf(instanceId);
    if (instanceId !== null && byInstance !== member) return CODES.FENCED_INSTANCE_ID;
    this.#drop(member, CODES.UNKNOWN_MEMBER_ID);
    this.#rebalanceWithout();
    return CODES.NONE;
  }

  /** Whether offsets may be committed by this speaker; one without id and generation may while nobody is in the group. */
  commitCode(speaker: Speaker): number {
    if (speaker.generation < 0 && this.state === 'Empty') return CODES.NONE;
    const code = this.#check(speaker);
    if (code !== CODES.NONE) return code;
    this.#touch(this.members.get(speaker.memberId)!);
    return this.state === 'CompletingRebalance' ? CODES.REBALANCE_IN_PROGRESS : CODES.NONE;
  }

  /** Stops its timers; for the end of the sandbox. */
  close(): void {
    this.#deadline?.cancel();
    for (const timer of this.#pending.values()) timer.cancel();
    for (const member of this.members.values()) member.session?.cancel();
  }

  // -------------------------------------------------------------- who is who

  /** Whether the request has a protocol that all members support. */
  #takes(request: JoinRequest): boolean {
    if (request.protocolType === '' || request.protocols.length === 0) return false;
    if (this.members.size === 0) return true;
    if (request.protocolType !== this.protocolType) return false;
    const all = [...this.members.values()];
    return request.protocols.some(({ name }) => all.every((member) => supports(member, name)));
  }

  #check(speaker: Speaker): number {
    const member = this.members.get(speaker.memberId);
    if (member === undefined) return this.#absenceOf(speaker.instanceId);
    if (speaker.instanceId !== null && this.#withInstance(speaker.instanceId) !== member) {
      return CODES.FENCED_INSTANCE_ID;
    }
    return speaker.generation === this.generation ? CODES.NONE : CODES.ILLEGAL_GENERATION;
  }

  #withInstance(instanceId: string | null): Member | undefined {
    if (instanceId === null) return undefined;
    for (const member of this.members.values()) if (member.instanceId === instanceId) return member;
    return undefined;
  }

  /** What to tell somebody who is not a member: fenced if another has taken the instance's place. */
  #absenceOf(instanceId: string | null): number {
    const taken = this.#withInstance(instanceId) !== undefined;
    return taken ? CODES.FENCED_INSTANCE_ID : CODES.UNKNOWN_MEMBER_ID;
  }

  // -------------------------------------------------------------- joining

  #add(id: string, request: JoinRequest): Promise<JoinOutcome> {
    const { instanceId, clientId, clientHost, sessionMs, rebalanceMs, protocols } = request;
    const settings = { sessionMs, rebalanceMs, protocols, assignment: NOTHING };
    const callbacks = { join: undefined, sync: undefined, session: undefined };
    const member: Member = { id, instanceId, clientId, clientHost, ...settings, ...callbacks };
    if (this.members.size === 0) this.protocolType = request.protocolType;
    this.members.set(id, member);
    return this.#awaitJoin(member);
  }

  #rejoin(member: Member, request: JoinRequest): Promise<JoinOutcome> | JoinOutcome {
    const changed = !sameProtocols(member.protocols, request.protocols);
    member.sessionMs = request.sessionMs;
    member.rebalanceMs = request.rebalanceMs;
    member.protocols = request.protocols;
    // A leader that joins a stable group again wants a rebalance: its view of the topics has changed.
    const calm =
      this.state === 'CompletingRebalance' || (this.state === 'Stable' && member.id !== this.leader);
    if (!calm || changed) return this.#awaitJoin(member);
    this.#touch(member);
    return this.#joined(member);
  }

  #awaitJoin(member: Member): Promise<JoinOutcome> {
    return new Promise((resolve) => {
      // The answer to an older request of the same member would come to a connection that has given up on it.
      member.join?.(refused(CODES.REBALANCE_IN_PROGRESS, member.id));
      member.join = resolve;
      member.session?.cancel();
      if (this.state === 'PreparingRebalance') this.#tryCompleteJoin();
      else this.#rebalance();
    });
  }

  #rebalance(): void {
    for (const member of this.members.values()) {
      this.#answerSync(member, CODES.REBALANCE_IN_PROGRESS);
      member.assignment = NOTHING;
    }
    this.state = 'PreparingRebalance';
    this.#waitAtMost(() => this.#completeJoin());
    this.#tryCompleteJoin();
  }

  #tryCompleteJoin(): void {
    if (this.state !== 'PreparingRebalance' || this.#pending.size > 0) return;
    for (const member of this.members.values()) if (member.join === undefined) return;
    this.#completeJoin();
  }

  /** Begins a generation of those who have joined; the others are out. */
  #completeJoin(): void {
    this.#deadline?.cancel();
    for (const member of [...this.members.values()]) {
      if (member.join === undefined) this.#drop(member, CODES.UNKNOWN_MEMBER_ID);
    }
    this.generation++;
    if (this.members.size === 0) {
      this.state = 'Empty';
      this.protocol = '';
      this.leader = '';
      return;
    }
    this.state = 'CompletingRebalance';
    this.protocol = this.#elected();
    if (!this.members.has(this.leader)) this.leader = this.members.keys().next().value!;
    this.#waitAtMost(() => this.#dropUnsynced());
    for (const member of this.members.values()) {
      const answer = member.join;
      member.join = undefined;
      this.#touch(member);
      answer?.(this.#joined(member));
    }
  }

  #joined(member: Member): JoinOutcome {
    const { generation, protocol, leader } = this;
    const members =
      member.id === leader
        ? [...this.members.values()].map((each) => ({
            id: each.id,
            instanceId: each.instanceId,
            metadata: each.protocols.find(({ name }) => name === protocol)!.metadata,
          }))
        : [];
    return { code: CODES.NONE, memberId: member.id, generation, protocol, leader, members };
  }

  /** The protocol with the most votes among those that all support; each votes for the first it names. */
  #elected(): string {
    const all = [...this.members.values()];
    const candidates = all[0]!.protocols
      .map(({ name }) => name)
      .filter((name) => all.every((member) => supports(member, name)));
    const votes = new Map(candidates.map((name) => [name, 0]));
    for (const member of all) {
      const choice = member.protocols.find(({ name }) => votes.has(name))!.name;
      votes.set(choice, votes.get(choice)! + 1);
    }
    return candidates.reduce((best, name) => (votes.get(name)! > votes.get(best)! ? name : best));
  }

  // -------------------------------------------------------------- assignment

  #assign(assignments: readonly { memberId: string; assignment: Buffer }[]): void {
    this.#deadline?.cancel();
    for (const { memberId, assignment } of assignments) {
      const member = this.members.get(memberId);
      if (member !== undefined) member.assignment = assignment;
    }
    this.state = 'Stable';
    for (const member of this.members.values()) this.#answerSync(member, CODES.NONE);
  }

  #answerSync(member: Member, code: number): void {
    const answer = member.sync;
    if (answer === undefined) return;
    member.sync = undefined;
    this.#touch(member);
    answer({ code, assignment: code === CODES.NONE ? member.assignment : NOTHING });
  }

  /** Somebody joined and never asked for an assignment, perhaps the leader. */
  #dropUnsynced(): void {
    for (const member of [...this.members.values()]) {
      if (member.sync === undefined) this.#drop(member, CODES.UNKNOWN_MEMBER_ID);
    }
    this.#rebalance();
  }

  // -------------------------------------------------------------- leaving

  #touch(member: Member): void {
    if (member.join !== undefined || member.sync !== undefined) return;
    member.session?.cancel();
    member.session = this.#clock.after(member.sessionMs, () => {
      this.#drop(member, CODES.UNKNOWN_MEMBER_ID);
      this.#rebalanceWithout();
    });
  }

  #drop(member: Member, code: number): void {
    member.session?.cancel();
    this.members.delete(member.id);
    member.join?.(refused(code, member.id));
    member.sync?.({ code, assignment: NOTHING });
    member.join = undefined;
    member.sync = undefined;
  }

  #rebalanceWithout(): void {
    if (this.state === 'PreparingRebalance') this.#tryCompleteJoin();
    else if (this.state !== 'Empty') this.#rebalance();
  }

  #waitAtMost(run: () => void): void {
    this.#deadline?.cancel();
    let longest = 0;
    for (const member of this.members.values()) longest = Math.max(longest, member.rebalanceMs);
    this.#deadline = this.#clock.after(longest, run);
  }
}

function supports(member: Member, protocol: string): boolean {
  return member.protocols.some(({ name }) => name === protocol);
}

function sameProtocols(before: readonly Protocol[], now: readonly Protocol[]): boolean {
  return (
    before.length === now.length &&
    before.every(({ name, metadata }, index) => {
      return name === now[index]!.name && metadata.equals(now[index]!.metadata);
    })
  );
}

/** The answer to somebody who is not, or not yet, in a generation. */
export function refused(code: number, memberId: string): JoinOutcome {
  return { code, memberId, generation: -1, protocol: '', leader: '', members: [] };
}
