/**
 * A consumer group under the classic protocol: members join, one of them (the leader) assigns partitions, all are
 * told, and any change starts that anew. The states and the answers are those of Kafka's GroupCoordinator.
 * Skipped: what a static member (group.instance.id) that comes back is spared; it causes a rebalance like others.
 * Long because the steps of one state machine are easier to check in one place.
 */
import { CODES } from '../protocol/codes.js';
import type { Clock, Timer } from '../types.js';
import { LIMITS } from './limits.js';
import { type JoinOutcome, type JoinRequest, Member, refused, type SyncOutcome } from './member.js';

/** Who speaks for a group: what Heartbeat, SyncGroup and OffsetCommit say of themselves. */
export interface Speaker {
  readonly memberId: string;
  readonly instanceId: string | null;
  readonly generation: number;
}

export interface Assignment {
  readonly memberId: string;
  readonly assignment: Buffer;
}

/** As DescribeGroups names them. */
export type GroupState = 'Empty' | 'PreparingRebalance' | 'CompletingRebalance' | 'Stable';

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
      return instanceId === null || known.instanceId === instanceId
        ? this.#rejoin(known, request)
        : refused(CODES.FENCED_INSTANCE_ID, memberId);
    }
    if (memberId === '') return this.#welcome(request);
    if (!this.#unpend(memberId)) return refused(this.#absenceOf(instanceId), memberId);
    return this.#add(memberId, request);
  }

  sync(speaker: Speaker, assignments: readonly Assignment[]): Promise<SyncOutcome> | SyncOutcome {
    const code = this.#check(speaker);
    if (code !== CODES.NONE) return { code, assignment: NOTHING };
    const member = this.members.get(speaker.memberId)!;
    member.touch();
    if (this.state === 'PreparingRebalance') {
      return { code: CODES.REBALANCE_IN_PROGRESS, assignment: NOTHING };
    }
    if (this.state === 'Stable') return { code: CODES.NONE, assignment: member.assignment };
    return new Promise((resolve) => {
      member.awaitSync(resolve);
      if (member.id === this.leader) this.#assign(assignments);
    });
  }

  heartbeat(speaker: Speaker): number {
    const code = this.#check(speaker);
    if (code !== CODES.NONE) return code;
    this.members.get(speaker.memberId)!.touch();
    return this.state === 'PreparingRebalance' ? CODES.REBALANCE_IN_PROGRESS : CODES.NONE;
  }

  leave(memberId: string, instanceId: string | null): number {
    if (this.#unpend(memberId)) {
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
    this.members.get(speaker.memberId)!.touch();
    return this.state === 'CompletingRebalance' ? CODES.REBALANCE_IN_PROGRESS : CODES.NONE;
  }

  /** Stops its timers; for the end of the sandbox. */
  close(): void {
    this.#deadline?.cancel();
    for (const timer of this.#pending.values()) timer.cancel();
    for (const member of this.members.values()) member.stop();
  }

  // -------------------------------------------------------------- who is who

  /** Whether the request has a protocol that all members support. */
  #takes({ protocolType, protocols }: JoinRequest): boolean {
    if (protocolType === '' || protocols.length === 0) return false;
    if (this.members.size === 0) return true;
    if (protocolType !== this.protocolType) return false;
    return protocols.some(({ name }) => this.#allSupport(name));
  }

  #allSupport(protocol: string): boolean {
    for (const member of this.members.values()) if (!member.supports(protocol)) return false;
    return true;
  }

  #check(speaker: Speaker): number {
    const member = this.members.get(speaker.memberId);
    if (member === undefined) return this.#absenceOf(speaker.instanceId);
    if (speaker.instanceId !== null && speaker.instanceId !== member.instanceId) {
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

  /** Whether the id was given and not used yet; now it is. */
  #unpend(id: string): boolean {
    this.#pending.get(id)?.cancel();
    return this.#pending.delete(id);
  }

  // -------------------------------------------------------------- joining

  #welcome(request: JoinRequest): Promise<JoinOutcome> | JoinOutcome {
    if (this.members.size + this.#pending.size >= LIMITS.membersPerGroup) {
      return refused(CODES.GROUP_MAX_SIZE_REACHED, '');
    }
    const id = this.#nextId(request.clientId);
    if (request.needsId && request.instanceId === null) {
      const giveUp = (): void => {
        this.#pending.delete(id);
        this.#tryCompleteJoin();
      };
      this.#pending.set(id, this.#clock.after(request.sessionMs, giveUp));
      return refused(CODES.MEMBER_ID_REQUIRED, id);
    }
    const predecessor = this.#withInstance(request.instanceId);
    if (predecessor !== undefined) this.#drop(predecessor, CODES.FENCED_INSTANCE_ID);
    return this.#add(id, request);
  }

  #add(id: string, request: JoinRequest): Promise<JoinOutcome> {
    const member = new Member(id, request, this.#clock, (expired) => {
      this.#drop(expired, CODES.UNKNOWN_MEMBER_ID);
      this.#rebalanceWithout();
    });
    if (this.members.size === 0) this.protocolType = request.protocolType;
    this.members.set(id, member);
    return this.#awaitJoin(member);
  }

  #rejoin(member: Member, request: JoinRequest): Promise<JoinOutcome> | JoinOutcome {
    const changed = !member.hasProtocols(request.protocols);
    member.update(request);
    // A leader that joins a stable group again wants a rebalance: its view of the topics has changed.
    const calm =
      this.state === 'CompletingRebalance' || (this.state === 'Stable' && member.id !== this.leader);
    if (!calm || changed) return this.#awaitJoin(member);
    member.touch();
    return this.#joined(member);
  }

  #awaitJoin(member: Member): Promise<JoinOutcome> {
    return new Promise((resolve) => {
      member.awaitJoin(resolve);
      if (this.state === 'PreparingRebalance') this.#tryCompleteJoin();
      else this.#rebalance();
    });
  }

  #rebalance(): void {
    for (const member of this.members.values()) {
      member.answerSync(CODES.REBALANCE_IN_PROGRESS);
      member.assignment = NOTHING;
    }
    this.state = 'PreparingRebalance';
    this.#waitAtMost(() => this.#completeJoin());
    this.#tryCompleteJoin();
  }

  #tryCompleteJoin(): void {
    if (this.state !== 'PreparingRebalance' || this.#pending.size > 0) return;
    for (const member of this.members.values()) if (!member.joining) return;
    this.#completeJoin();
  }

  /** Begins a generation of those who have joined; the others are out. */
  #completeJoin(): void {
    this.#deadline?.cancel();
    for (const member of [...this.members.values()]) {
      if (!member.joining) this.#drop(member, CODES.UNKNOWN_MEMBER_ID);
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
    for (const member of this.members.values()) member.answerJoin(this.#joined(member));
  }

  #joined({ id }: Member): JoinOutcome {
    const { generation, protocol, leader } = this;
    const shown = id === leader ? [...this.members.values()] : [];
    const members = shown.map((member) => {
      return { id: member.id, instanceId: member.instanceId, metadata: member.metadataFor(protocol) };
    });
    return { code: CODES.NONE, memberId: id, generation, protocol, leader, members };
  }

  /** The protocol with the most votes among those that all support; each votes for the first it names. */
  #elected(): string {
    const [first] = this.members.values();
    const candidates = first!.protocols.map(({ name }) => name).filter((name) => this.#allSupport(name));
    const votes = new Map(candidates.map((name) => [name, 0]));
    for (const member of this.members.values()) {
      const choice = member.protocols.find(({ name }) => votes.has(name))!.name;
      votes.set(choice, votes.get(choice)! + 1);
    }
    return candidates.reduce((best, name) => (votes.get(name)! > votes.get(best)! ? name : best));
  }

  // -------------------------------------------------------------- assignment

  #assign(assignments: readonly Assignment[]): void {
    this.#deadline?.cancel();
    for (const { memberId, assignment } of assignments) {
      const member = this.members.get(memberId);
      if (member !== undefined) member.assignment = assignment;
    }
    this.state = 'Stable';
    for (const member of this.members.values()) member.answerSync(CODES.NONE);
  }

  /** Somebody joined and never asked for an assignment, perhaps the leader. */
  #dropUnsynced(): void {
    for (const member of [...this.members.values()]) {
      if (!member.syncing) this.#drop(member, CODES.UNKNOWN_MEMBER_ID);
    }
    this.#rebalance();
  }

  // -------------------------------------------------------------- leaving

  #drop(member: Member, code: number): void {
    this.members.delete(member.id);
    member.leave(code);
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
