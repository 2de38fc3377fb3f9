/** InitProducerId 0 and 1, for idempotent producers. Transactional ones are refused. */
import { CODES } from '../../protocol/codes.js';
import type { Reader } from '../../protocol/reader.js';
import type { Api } from '../api.js';

interface Body {
  readonly transactionalId: string | null;
}

export const initProducerId: Api<Body> = {
  name: 'InitProducerId',
  versions: [0, 1],

  read(reader: Reader): Body {
    const transactionalId = reader.nullableString();
    reader.int32();
    return { transactionalId };
  },

  serve({ transactionalId }, call) {
    const code = call.attempt(() => (transactionalId === null ? CODES.NONE : CODES.INVALID_REQUEST));
    const id = code === CODES.NONE ? call.cluster.nextProducerId() : -1;
    return call
      .throttledReply(0)
      .int16(code)
      .int64(id)
      .int16(id < 0 ? -1 : 0);
  },
};
