/** FindCoordinator 0 to 2, for groups. Transactions have no coordinator here, and the answer says so. */
import { CODES } from '../../protocol/codes.js';
import type { Reader } from '../../protocol/reader.js';
import type { Api } from '../api.js';

interface Body {
  readonly key: string;
  readonly type: number;
}

const GROUP = 0;

export const findCoordinator: Api<Body> = {
  name: 'FindCoordinator',
  versions: [0, 2],

  read(reader: Reader, version: number): Body {
    return { key: reader.string(), type: version >= 1 ? reader.int8() : GROUP };
  },

  serve({ key, type }, call) {
    const message = type === GROUP ? null : 'the sandbox has no transactions: leave transactional.id out';
    const found = call.cluster.coordinatorOf(key);
    const known = found === undefined ? CODES.COORDINATOR_NOT_AVAILABLE : CODES.NONE;
    const code = call.attempt(() => (message === null ? known : CODES.INVALID_REQUEST));
    const node = code === CODES.NONE ? found : undefined;
    const reply = call.throttledReply(1).int16(code);
    if (call.version >= 1) reply.nullableString(message);
    return reply
      .int32(node?.id ?? -1)
      .string(node === undefined ? '' : call.caller.hostOf(node))
      .int32(node?.port ?? -1);
  },
};
