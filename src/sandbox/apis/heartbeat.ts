/** Heartbeat 0 to 3. */
import { CODES } from '../../protocol/codes.js';
import type { Reader } from '../../protocol/reader.js';
import type { Api } from '../api.js';
import type { Speaker } from '../group.js';

interface Body extends Speaker {
  readonly groupId: string;
}

export const heartbeat: Api<Body> = {
  name: 'Heartbeat',
  versions: [0, 3],

  read(reader: Reader, version: number): Body {
    const groupId = reader.string();
    const generation = reader.int32();
    const memberId = reader.string();
    return { groupId, generation, memberId, instanceId: version >= 3 ? reader.nullableString() : null };
  },

  serve(body, call) {
    const code = call.attempt(() => {
      const group = call.cluster.groups.get(body.groupId);
      return call.coordinates(body.groupId) || (group?.heartbeat(body) ?? CODES.UNKNOWN_MEMBER_ID);
    });
    return call.throttledReply(1).int16(code);
  },
};
