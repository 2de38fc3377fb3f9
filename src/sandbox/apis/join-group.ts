/** JoinGroup 0 to 5: the classic protocol, with ids given before joining from version 4 on (KIP-394). */
import { CODES } from '../../protocol/codes.js';
import type { Reader } from '../../protocol/reader.js';
import type { Api } from '../api.js';
import type { Call } from '../call.js';
import { LIMITS } from '../limits.js';
import { type JoinOutcome, type Protocol, refused } from '../member.js';
import type { Reply } from '../reply.js';

interface Body {
  readonly groupId: string;
  readonly sessionMs: number;
  readonly rebalanceMs: number;
  readonly memberId: string;
  readonly instanceId: string | null;
  readonly protocolType: string;
  readonly protocols: readonly Protocol[];
}

export const joinGroup: Api<Body> = {
  name: 'JoinGroup',
  versions: [0, 5],

  read(reader: Reader, version: number): Body {
    const groupId = reader.string();
    const sessionMs = reader.int32();
    const rebalanceMs = version >= 1 ? reader.int32() : sessionMs;
    const memberId = reader.string();
    const instanceId = version >= 5 ? reader.nullableString() : null;
    const protocolType = reader.string();
    // Copied, so that a member of long standing does not hold the memory of the request it came with.
    const protocols = reader.array(() => ({ name: reader.string(), metadata: Buffer.from(reader.bytes()) }));
    return { groupId, sessionMs, rebalanceMs, memberId, instanceId, protocolType, protocols };
  },

  serve(body, call) {
    const code = call.attempt(() => check(body, call));
    if (code !== CODES.NONE) return write(refused(code, body.memberId), call);
    const group = call.cluster.groups.ensure(body.groupId);
    if (group === undefined) return write(refused(CODES.GROUP_MAX_SIZE_REACHED, body.memberId), call);
    const { clientId, version } = call;
    const outcome = group.join({ ...body, clientId, clientHost: call.caller.host, needsId: version >= 4 });
    return outcome instanceof Promise ? outcome.then((late) => write(late, call)) : write(outcome, call);
  },
};

function check(body: Body, call: Call): number {
  const code = call.coordinates(body.groupId);
  if (code !== CODES.NONE) return code;
  if (body.sessionMs < LIMITS.sessionMsMin || body.sessionMs > LIMITS.sessionMsMax) {
    return CODES.INVALID_SESSION_TIMEOUT;
  }
  const bytes = body.protocols.reduce((sum, { metadata }) => sum + metadata.length, 0);
  return bytes > LIMITS.memberBytes ? CODES.INVALID_REQUEST : CODES.NONE;
}

function write(outcome: JoinOutcome, call: Call): Reply {
  const { code, generation, protocol, leader, memberId } = outcome;
  const reply = call.throttledReply(2).int16(code).int32(generation).string(protocol);
  reply.string(leader).string(memberId);
  return reply.array(outcome.members, (member) => {
    reply.string(member.id);
    if (call.version >= 5) reply.nullableString(member.instanceId);
    reply.bytes(member.metadata);
  });
}
