import { describe, expect, test } from 'vitest';
import { CODES, errorName } from '../../../src/protocol/codes.js';
import { Group } from '../../../src/sandbox/group.js';
import type { JoinOutcome, JoinRequest, SyncOutcome } from '../../../src/sandbox/member.js';
import { VirtualClock } from '../../support/virtual-clock.js';

const SESSION = 10_000;
const REBALANCE = 60_000;
const bytes = (text: string) => Buffer.from(text);

function setup() {
  const clock = new VirtualClock();
  let ids = 0;
  const group = new Group('g', clock, (clientId) => `${clientId}-${++ids}`);
  const join = async (wish: Partial<JoinRequest> = {}): Promise<JoinOutcome> =>
    group.join({
      memberId: '',
      instanceId: null,
      clientId: 'c',
      clientHost: 'h',
      sessionMs: SESSION,
      rebalanceMs: REBALANCE,
      protocolType: 'consumer',
      protocols: [{ name: 'range', metadata: bytes('m') }],
      needsId: false,
      ...wish,
    });
  const speaker = (memberId: string, generation: number, instanceId: string | null = null) => {
    return { memberId, generation, instanceId };
  };
  const sync = async (memberId: string, generation: number, assigned: { [id: string]: string } = {}) => {
    const assignments = Object.entries(assigned).map(([id, text]) => ({
      memberId: id,
      assignment: bytes(text),
    }));
    return group.sync(speaker(memberId, generation), assignments);
  };
  const beat = (memberId: string, generation: number) =>
    errorName(group.heartbeat(speaker(memberId, generation)));
  /** One member that leads a stable group. */
  const stable = async (wish: Partial<JoinRequest> = {}) => {
    const joined = await join(wish);
    await sync(joined.memberId, joined.generation, { [joined.memberId]: 'all' });
    return joined;
  };
  return { clock, group, join, sync, beat, stable, speaker };
}

const shown = ({ code, assignment }: SyncOutcome) => [errorName(code), assignment.toString()];

describe('a group', () => {
  test('makes its first member the leader and gives it what it assigned to itself', async () => {
    const { group, join, sync, beat } = setup();
    const joined = await join();
    expect(joined).toMatchObject({
      code: 0,
      generation: 1,
      protocol: 'range',
      leader: 'c-1',
      memberId: 'c-1',
    });
    expect(joined.members).toEqual([{ id: 'c-1', instanceId: null, metadata: bytes('m') }]);
    expect(group.state).toBe('CompletingRebalance');
    expect(shown(await sync('c-1', 1, { 'c-1': 'p0' }))).toEqual(['NONE', 'p0']);
    expect(group.state).toBe('Stable');
    expect(beat('c-1', 1)).toBe('NONE');
    expect(shown(await sync('c-1', 1))).toEqual(['NONE', 'p0']);
  });

  test('rebalances when a second member joins: both get a new generation, and only the leader sees who is there', async () => {
    const { join, sync, beat, stable } = setup();
    await stable();
    const second = join();
    expect(beat('c-1', 1)).toBe('REBALANCE_IN_PROGRESS');
    const [again, joined] = await Promise.all([join({ memberId: 'c-1' }), second]);
    expect(again).toMatchObject({ generation: 2, leader: 'c-1' });
    expect(again.members.map(({ id }) => id)).toEqual(['c-1', 'c-2']);
    expect(joined).toMatchObject({ generation: 2, leader: 'c-1', memberId: 'c-2', members: [] });
    const follower = sync('c-2', 2);
    const leader = sync('c-1', 2, { 'c-1': 'p0', 'c-2': 'p1' });
    expect(shown(await leader)).toEqual(['NONE', 'p0']);
    expect(shown(await follower)).toEqual(['NONE', 'p1']);
  });

  test('asks a newcomer to come again with the id it is given, and waits for it while others join', async () => {
    const { clock, join } = setup();
    const first = await join({ needsId: true });
    expect([errorName(first.code), first.memberId]).toEqual(['MEMBER_ID_REQUIRED', 'c-1']);
    let settled = false;
    const second = join({ clientId: 'd' }).finally(() => {
      settled = true;
    });
    await clock.advance(SESSION - 1);
    expect(settled).toBe(false);
    const [joined] = await Promise.all([join({ memberId: 'c-1', needsId: true }), second]);
    expect(joined).toMatchObject({ code: 0, memberId: 'c-1' });
  });

  test('stops waiting for one that never came again', async () => {
    const { clock, join } = setup();
    await join({ needsId: true });
    const second = join({ clientId: 'd' });
    await clock.advance(SESSION);
    expect((await second).members.map(({ id }) => id)).toEqual(['d-2']);
    expect(errorName((await join({ memberId: 'c-1' })).code)).toBe('UNKNOWN_MEMBER_ID');
  });

  test('drops a member whose session has run out, and is empty when it was the last', async () => {
    const { clock, group, beat, stable } = setup();
    await stable();
    await clock.advance(SESSION - 1);
    expect(beat('c-1', 1)).toBe('NONE');
    await clock.advance(SESSION - 1);
    expect(beat('c-1', 1)).toBe('NONE');
    await clock.advance(SESSION);
    expect(beat('c-1', 1)).toBe('UNKNOWN_MEMBER_ID');
    expect([group.state, group.generation, group.idle]).toEqual(['Empty', 2, true]);
  });

  test('goes on without members that do not join again in time, under a new leader', async () => {
    const { clock, join, stable } = setup();
    await stable({ sessionMs: 2 * REBALANCE });
    const second = join();
    await clock.advance(REBALANCE);
    const joined = await second;
    expect(joined).toMatchObject({ generation: 2, leader: 'c-2' });
    expect(joined.members.map(({ id }) => id)).toEqual(['c-2']);
  });

  test('does not let a session run out while its member waits', async () => {
    const { clock, join, stable } = setup();
    await stable({ sessionMs: 2 * REBALANCE });
    const second = join();
    await clock.advance(SESSION * 3);
    await join({ memberId: 'c-1' });
    expect((await second).code).toBe(CODES.NONE);
  });

  test('drops a leader that never assigns', async () => {
    const { clock, join, sync } = setup();
    await join({ sessionMs: 10 * REBALANCE });
    const [second] = await Promise.all([join(), join({ memberId: 'c-1', sessionMs: 10 * REBALANCE })]);
    const waiting = sync('c-2', second.generation);
    await clock.advance(REBALANCE);
    expect(shown(await waiting)).toEqual(['REBALANCE_IN_PROGRESS', '']);
    expect(await join({ memberId: 'c-2' })).toMatchObject({ code: 0, leader: 'c-2' });
  });

  test('rebalances when a member leaves, also one that is waited for', async () => {
    const { group, join, beat, stable } = setup();
    await stable();
    const second = join();
    expect(group.leave('c-1', null)).toBe(CODES.NONE);
    expect(await second).toMatchObject({ generation: 2, leader: 'c-2' });
    expect(group.leave('c-1', null)).toBe(CODES.UNKNOWN_MEMBER_ID);
    expect(beat('c-2', 2)).toBe('NONE');
  });

  test('answers a follower that joins again unchanged without a rebalance, and a leader with one', async () => {
    const { group, join, sync, stable } = setup();
    await stable();
    await Promise.all([join(), join({ memberId: 'c-1' })]);
    const follower = sync('c-2', 2);
    await sync('c-1', 2, { 'c-1': 'p0', 'c-2': 'p1' });
    await follower;
    expect(await join({ memberId: 'c-2' })).toMatchObject({ code: 0, generation: 2 });
    expect(group.state).toBe('Stable');
    void join({ memberId: 'c-1' });
    expect(group.state).toBe('PreparingRebalance');
  });

  test('takes the protocol most members prefer among those all support', async () => {
    const { join, stable } = setup();
    const protocols = (...names: string[]) => names.map((name) => ({ name, metadata: bytes(name) }));
    await stable({ protocols: protocols('own', 'range', 'sticky') });
    const all = await Promise.all([
      join({ protocols: protocols('sticky', 'range') }),
      join({ protocols: protocols('sticky', 'range') }),
      join({ memberId: 'c-1', protocols: protocols('own', 'range', 'sticky') }),
    ]);
    expect(new Set(all.map(({ protocol }) => protocol))).toEqual(new Set(['sticky']));
    const stranger = await join({ protocols: protocols('other') });
    expect(errorName(stranger.code)).toBe('INCONSISTENT_GROUP_PROTOCOL');
    expect(errorName((await join({ protocolType: 'connect' })).code)).toBe('INCONSISTENT_GROUP_PROTOCOL');
  });

  test('fences a static member whose place another has taken', async () => {
    const { group, join, stable, speaker } = setup();
    await stable({ instanceId: 'i' });
    const second = await join({ instanceId: 'i' });
    expect(second).toMatchObject({ code: 0, memberId: 'c-2', leader: 'c-2' });
    expect(group.heartbeat(speaker('c-1', 1, 'i'))).toBe(CODES.FENCED_INSTANCE_ID);
    expect(errorName((await join({ memberId: 'c-1', instanceId: 'i' })).code)).toBe('FENCED_INSTANCE_ID');
    expect(group.leave('', 'i')).toBe(CODES.NONE);
    expect(group.idle).toBe(true);
  });

  test('tells strangers and stragglers what they are', async () => {
    const { beat, join, stable, sync } = setup();
    await stable();
    expect(beat('nobody', 1)).toBe('UNKNOWN_MEMBER_ID');
    expect(beat('c-1', 0)).toBe('ILLEGAL_GENERATION');
    expect(shown(await sync('c-1', 7))).toEqual(['ILLEGAL_GENERATION', '']);
    expect(errorName((await join({ memberId: 'nobody' })).code)).toBe('UNKNOWN_MEMBER_ID');
  });

  test('lets offsets be committed by its members, and by anybody only while it is empty', async () => {
    const { group, join, stable, speaker } = setup();
    const commit = (id: string, generation: number) => errorName(group.commitCode(speaker(id, generation)));
    expect(commit('', -1)).toBe('NONE');
    await stable();
    expect(commit('c-1', 1)).toBe('NONE');
    expect(commit('', -1)).toBe('UNKNOWN_MEMBER_ID');
    expect(commit('c-1', 0)).toBe('ILLEGAL_GENERATION');
    void join();
    expect(commit('c-1', 1)).toBe('NONE');
    await join({ memberId: 'c-1' });
    expect(commit('c-1', 2)).toBe('REBALANCE_IN_PROGRESS');
  });

  test('answers an older request of a member that asks again', async () => {
    const { join, stable } = setup();
    await stable();
    const second = await Promise.race([join(), Promise.resolve(undefined)]);
    expect(second).toBeUndefined();
    const lost = join({ memberId: 'c-2' });
    const found = join({ memberId: 'c-2' });
    await join({ memberId: 'c-1' });
    expect(errorName((await lost).code)).toBe('REBALANCE_IN_PROGRESS');
    expect((await found).code).toBe(CODES.NONE);
  });

  test('leaves no timer behind when it is closed', async () => {
    const { clock, group, join, stable } = setup();
    await stable();
    await join({ needsId: true });
    group.close();
    expect(clock.pending).toBe(0);
  });
});
