/**
 * Fetch 4 to 11. Waits until `minBytes` are there or `maxWaitMs` is over. Skipped: fetch sessions (session id 0
 * tells clients to send all partitions each time, KIP-227), isolation levels, which need transactions, and
 * followers.
 */
import { CODES } from '../../protocol/codes.js';
import type { Reader } from '../../protocol/reader.js';
import type { Api } from '../api.js';
import type { Call } from '../call.js';
import { LIMITS } from '../limits.js';
import type { Log } from '../log.js';
import type { Reply } from '../reply.js';

interface PartitionWish {
  readonly index: number;
  readonly leaderEpoch: number;
  readonly offset: number;
  readonly maxBytes: number;
}

interface TopicWish {
  readonly name: string;
  readonly partitions: readonly PartitionWish[];
}

interface Body {
  readonly maxWaitMs: number;
  readonly minBytes: number;
  readonly maxBytes: number;
  readonly readCommitted: boolean;
  readonly sessionId: number;
  readonly topics: readonly TopicWish[];
}

/** zstd may only be given to clients of this version on (KIP-110). */
const ZSTD_SINCE = 10;

export const fetch: Api<Body> = {
  name: 'Fetch',
  versions: [4, 11],

  read(reader: Reader, version: number): Body {
    reader.int32();
    const maxWaitMs = reader.int32();
    const minBytes = reader.int32();
    const maxBytes = reader.int32();
    const readCommitted = reader.int8() === 1;
    const sessionId = version >= 7 ? reader.int32() : 0;
    if (version >= 7) reader.int32();
    const topics = reader.array(() => {
      const name = reader.string();
      return { name, partitions: reader.array(() => readPartition(reader, version)) };
    });
    return { maxWaitMs, minBytes, maxBytes, readCommitted, sessionId, topics };
  },

  *subjects({ topics }) {
    for (const { name, partitions } of topics) {
      for (const { index } of partitions) yield { topic: name, partition: index };
    }
  },

  serve(body, call) {
    if (body.sessionId !== 0) return sessionRefusal(call);
    noteProgress(body, call);
    const logs = waitingFor(body, call);
    return logs === undefined ? answer(body, call) : wait(logs, body, call);
  },
};

function readPartition(reader: Reader, version: number): PartitionWish {
  const index = reader.int32();
  const leaderEpoch = version >= 9 ? reader.int32() : -1;
  const offset = reader.int64Number();
  if (version >= 5) reader.int64();
  return { index, leaderEpoch, offset, maxBytes: reader.int32() };
}

function sessionRefusal(call: Call): Reply {
  const code = CODES.FETCH_SESSION_ID_NOT_FOUND;
  return call.throttledReply(1).int16(code).int32(0).int32(0);
}

/** Tells the hold how far its reader has come. */
function noteProgress(body: Body, call: Call): void {
  const { hold } = call.cluster.memory;
  if (hold === undefined || !hold.isFor(call.clientId)) return;
  for (const { name, partitions } of body.topics) {
    for (const { index, offset } of partitions) {
      const log = call.cluster.topics.log(name, index);
      if (log !== undefined) hold.fetched(log, offset);
    }
  }
}

/** The error of one partition's wish, or none. */
function check(log: Log | undefined, wish: PartitionWish, call: Call): number {
  if (log === undefined) return CODES.UNKNOWN_TOPIC_OR_PARTITION;
  if (log.leader !== call.caller.node.id) return CODES.NOT_LEADER_OR_FOLLOWER;
  if (wish.leaderEpoch >= 0 && wish.leaderEpoch < log.leaderEpoch) return CODES.FENCED_LEADER_EPOCH;
  if (wish.leaderEpoch > log.leaderEpoch) return CODES.UNKNOWN_LEADER_EPOCH;
  if (wish.offset < log.startOffset || wish.offset > log.endOffset) return CODES.OFFSET_OUT_OF_RANGE;
  if (log.hasZstd && call.version < ZSTD_SINCE) return CODES.UNSUPPORTED_COMPRESSION_TYPE;
  return CODES.NONE;
}

/** The logs to wait for, with the bytes that are still missing; undefined if the answer is due at once. */
function waitingFor(body: Body, call: Call): { logs: Log[]; missing: number } | undefined {
  if (body.maxWaitMs <= 0) return undefined;
  const logs: Log[] = [];
  let missing = Math.min(Math.max(1, body.minBytes), LIMITS.fetchBytes);
  for (const { name, partitions } of body.topics) {
    for (const wish of partitions) {
      const log = call.cluster.topics.log(name, wish.index);
      if (check(log, wish, call) !== CODES.NONE) return undefined;
      missing -= log!.bytesFrom(wish.offset, Math.max(1, Math.min(wish.maxBytes, missing)));
      if (missing <= 0) return undefined;
      logs.push(log!);
    }
  }
  return { logs, missing };
}

function wait(awaited: { logs: Log[]; missing: number }, body: Body, call: Call): Promise<Reply> {
  return new Promise((resolve, reject) => {
    let { missing } = awaited;
    const finish = (): void => {
      timer.cancel();
      keepOpen();
      for (const log of awaited.logs) log.waiters.delete(hear);
      try {
        resolve(answer(body, call));
      } catch (error) {
        reject(error);
      }
    };
    const hear = (bytes: number): void => {
      missing -= bytes;
      if (missing <= 0) finish();
    };
    for (const log of awaited.logs) log.waiters.add(hear);
    const timer = call.cluster.clock.after(body.maxWaitMs, finish);
    const keepOpen = call.caller.onClose(finish);
  });
}

function answer(body: Body, call: Call): Reply {
  const { version } = call;
  const reply = call.throttledReply(1);
  if (version >= 7) reply.int16(CODES.NONE).int32(0);
  let left = Math.min(body.maxBytes, LIMITS.fetchBytes);
  let first = true;
  reply.array(body.topics, ({ name, partitions }) => {
    reply.string(name).array(partitions, (wish) => {
      const log = call.cluster.topics.log(name, wish.index);
      const code = call.attempt(() => check(log, wish, call), name, wish.index);
      const held = code === CODES.NONE ? log : undefined;
      reply.int32(wish.index).int16(code);
      reply.int64(held?.endOffset ?? -1).int64(held?.endOffset ?? -1);
      if (version >= 5) reply.int64(held?.startOffset ?? -1);
      reply.int32(body.readCommitted ? 0 : -1);
      if (version >= 11) reply.int32(-1);
      const at = reply.reserve(4);
      let bytes = 0;
      if (held !== undefined) {
        // The first partition with data gives a whole batch even beyond the limits, or a consumer would be stuck (KIP-74).
        bytes = held.read(wish.offset, Math.max(0, Math.min(wish.maxBytes, left)), first, (...view) => {
          reply.show(...view);
        });
        if (bytes > 0) first = false;
        left -= bytes;
      }
      reply.patch(at, bytes);
    });
  });
  return reply;
}
