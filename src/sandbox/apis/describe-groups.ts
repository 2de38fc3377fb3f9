/** DescribeGroups 0 to 4. A group that is not there is described as Dead, without an error. Skipped: authorized operations. */
import { CODES } from '../../protocol/codes.js';
import type { Reader } from '../../protocol/reader.js';
import type { Api } from '../api.js';
import type { Call } from '../call.js';
import type { Group } from '../group.js';
import type { Reply } from '../reply.js';

const OPERATIONS_NOT_ASKED = -2147483648;
const NOTHING = Buffer.alloc(0);

export const describeGroups: Api<readonly string[]> = {
  name: 'DescribeGroups',
  versions: [0, 4],

  read: (reader: Reader) => reader.array(() => reader.string()),

  serve(ids, call) {
    const reply = call.throttledReply(1);
    return reply.array(ids, (id) => {
      const code = call.attempt(() => call.coordinates(id));
      const group = code === CODES.NONE ? call.cluster.groups.get(id) : undefined;
      reply
        .int16(code)
        .string(id)
        .string(group?.state ?? 'Dead')
        .string(group?.protocolType ?? '');
      const stable = group?.state === 'Stable';
      reply.string(stable ? group.protocol : '');
      writeMembers(reply, group, stable, call);
      if (call.version >= 3) reply.int32(OPERATIONS_NOT_ASKED);
    });
  },
};

function writeMembers(reply: Reply, group: Group | undefined, stable: boolean, call: Call): void {
  reply.array([...(group?.members.values() ?? [])], (member) => {
    reply.string(member.id);
    if (call.version >= 4) reply.nullableString(member.instanceId);
    reply.string(member.clientId).string(`/${member.clientHost}`);
    reply.bytes(stable ? member.metadataFor(group!.protocol) : NOTHING);
    reply.bytes(stable ? member.assignment : NOTHING);
  });
}
