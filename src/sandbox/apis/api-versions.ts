/**
 * ApiVersions 0 to 2. A later version is answered with error 35 in a body of version 0, with the list in it, so
 * that the client can come again with a version that both know (KIP-511). Skipped: features, and the name and
 * version of the client's software.
 */
import { CODES } from '../../protocol/codes.js';
import { API_KEYS } from '../../protocol/keys.js';
import type { Api } from '../api.js';

const LAST = 2;

export const apiVersions: Api<null> = {
  name: 'ApiVersions',
  versions: [0, LAST],
  answersAnyVersion: true,
  read: () => null,
  serve(_, call) {
    const tooNew = call.version > LAST;
    const reply = call.reply(512);
    reply.int16(call.attempt(() => (tooNew ? CODES.UNSUPPORTED_VERSION : CODES.NONE)));
    reply.array(call.caller.apis, ({ name, versions, advertisedFrom }) => {
      reply
        .int16(API_KEYS[name])
        .int16(advertisedFrom ?? versions[0])
        .int16(versions[1]);
    });
    if (call.version >= 1 && !tooNew) reply.int32(call.throttleMs);
    return reply;
  },
};
