/** ListGroups 0 to 2. */
import { CODES } from '../../protocol/codes.js';
import type { Api } from '../api.js';
import type { Group } from '../group.js';

export const listGroups: Api<null> = {
  name: 'ListGroups',
  versions: [0, 2],
  read: () => null,
  serve(_, call) {
    const code = call.attempt(() => CODES.NONE);
    const here = ({ id }: Group): boolean => call.coordinates(id) === CODES.NONE;
    const groups = code === CODES.NONE ? [...call.cluster.groups].filter(here) : [];
    const reply = call.throttledReply(1).int16(code);
    return reply.array(groups, ({ id, protocolType }) => reply.string(id).string(protocolType));
  },
};
