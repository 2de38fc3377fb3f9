/** LeaveGroup 0 to 3; from version 3 on several members can leave at once (KIP-345). */
import { CODES } from '../../protocol/codes.js';
import type { Reader } from '../../protocol/reader.js';
import type { Api } from '../api.js';

interface Leaver {
  readonly memberId: string;
  readonly instanceId: string | null;
}

interface Body {
  readonly groupId: string;
  readonly leavers: readonly Leaver[];
}

export const leaveGroup: Api<Body> = {
  name: 'LeaveGroup',
  versions: [0, 3],

  read(reader: Reader, version: number): Body {
    const groupId = reader.string();
    if (version < 3) return { groupId, leavers: [{ memberId: reader.string(), instanceId: null }] };
    const leavers = reader.array(() => {
      return { memberId: reader.string(), instanceId: reader.nullableString() };
    });
    return { groupId, leavers };
  },

  serve({ groupId, leavers }, call) {
    const group = call.cluster.groups.get(groupId);
    const leave = ({ memberId, instanceId }: Leaver): number =>
      group?.leave(memberId, instanceId) ?? CODES.UNKNOWN_MEMBER_ID;
    if (call.version < 3) {
      const code = call.attempt(() => call.coordinates(groupId) || leave(leavers[0]!));
      return call.throttledReply(1).int16(code);
    }
    const code = call.attempt(() => call.coordinates(groupId));
    const reply = call.throttledReply(1).int16(code);
    return reply.array(code === CODES.NONE ? leavers : [], (leaver) => {
      reply.string(leaver.memberId).nullableString(leaver.instanceId).int16(leave(leaver));
    });
  },
};
