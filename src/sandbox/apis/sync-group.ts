/** SyncGroup 0 to 3: the leader hands in the assignment, everybody is given their part of it. */
import { CODES } from '../../protocol/codes.js';
import type { Reader } from '../../protocol/reader.js';
import type { Api } from '../api.js';
import type { Call } from '../call.js';
import type { Assignment, Speaker } from '../group.js';
import type { SyncOutcome } from '../member.js';
import type { Reply } from '../reply.js';

interface Body extends Speaker {
  readonly groupId: string;
  readonly assignments: readonly Assignment[];
}

const NOTHING = Buffer.alloc(0);

export const syncGroup: Api<Body> = {
  name: 'SyncGroup',
  versions: [0, 3],

  read(reader: Reader, version: number): Body {
    const groupId = reader.string();
    const generation = reader.int32();
    const memberId = reader.string();
    const instanceId = version >= 3 ? reader.nullableString() : null;
    const assignments = reader.array(() => {
      return { memberId: reader.string(), assignment: Buffer.from(reader.bytes()) };
    });
    return { groupId, generation, memberId, instanceId, assignments };
  },

  serve(body, call) {
    const code = call.attempt(() => call.coordinates(body.groupId));
    if (code !== CODES.NONE) return write({ code, assignment: NOTHING }, call);
    const group = call.cluster.groups.get(body.groupId);
    if (group === undefined) return write({ code: CODES.UNKNOWN_MEMBER_ID, assignment: NOTHING }, call);
    const outcome = group.sync(body, body.assignments);
    return outcome instanceof Promise ? outcome.then((late) => write(late, call)) : write(outcome, call);
  },
};

function write({ code, assignment }: SyncOutcome, call: Call): Reply {
  return call.throttledReply(1).int16(code).bytes(assignment);
}
