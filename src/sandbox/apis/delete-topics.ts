/** DeleteTopics 1 to 3. A topic is gone when the answer leaves, and with it what groups had committed for it. */
import { CODES } from '../../protocol/codes.js';
import type { Reader } from '../../protocol/reader.js';
import type { Api } from '../api.js';

export const deleteTopics: Api<readonly string[]> = {
  name: 'DeleteTopics',
  versions: [1, 3],

  read(reader: Reader) {
    const names = reader.array(() => reader.string());
    reader.int32();
    return names;
  },

  *subjects(names) {
    for (const topic of names) yield { topic };
  },

  serve(names, call) {
    const reply = call.throttledReply(1);
    return reply.array(names, (name) => {
      const act = (): number =>
        call.cluster.deleteTopic(name) ? CODES.NONE : CODES.UNKNOWN_TOPIC_OR_PARTITION;
      reply.string(name).int16(call.attempt(act, name));
    });
  },
};
