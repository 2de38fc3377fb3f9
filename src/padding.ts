/** Values brought up to a size with text that looks and compresses like what people write. */
import type { Random, Serializer } from './types.js';

/** Words by how often they are used, most frequent first: picked with the weights of natural text (Zipf). */
const WORDS = (
  'the and to of a in is for it on with was that be please at this as have not from will order by are you your no or if ' +
  'leave door when call back gate time extra out up side left right ring bell they street house after before thanks only ' +
  'price market late early customer driver again note second floor kitchen cheese sauce hot cold fresh large small change ' +
  'delivery quality great service really would like some more than last week friday evening morning office parking lot ' +
  'building entrance behind corner green blue red window garden keep dog quiet baby sleeping message instead phone'
).split(' ');

const POOL_BYTES = 64 * 1024;
/** `,"note":"` … `"`: what the text stands in. */
const NAME = Buffer.from(',"note":"');
const BRACE = 0x7d;
const QUOTE = 0x22;

/**
 * A serializer whose JSON objects are brought up to `valueBytes` by a field `note`. Longer values stay as they are, and
 * so do values that are no objects. Which text is taken follows from the value's `sequence`, so that it does not depend
 * on the run.
 */
export function padded(serializer: Serializer, valueBytes: number, random: Random): Serializer {
  const pool = textPool(random.fork('padding'));
  let count = 0;
  return {
    write(value, buffer, offset) {
      const end = serializer.write(value, buffer, offset);
      const missing = valueBytes - (end - offset) - NAME.length - 1;
      if (missing < 0 || end > buffer.length || buffer[end - 1] !== BRACE) return end;
      const full = offset + valueBytes;
      if (full > buffer.length) return full;
      const { sequence } = value as { sequence?: unknown };
      const number = typeof sequence === 'number' ? sequence : count++;
      let at = end - 1;
      at += NAME.copy(buffer, at);
      let from = Math.imul(number, 0x9e3779b1) >>> 16;
      for (let left = missing; left > 0; ) {
        const copied = pool.copy(buffer, at, from, Math.min(POOL_BYTES, from + left));
        at += copied;
        left -= copied;
        from = 0;
      }
      buffer[at++] = QUOTE;
      buffer[at++] = BRACE;
      return at;
    },
  };
}

function textPool(random: Random): Buffer {
  const pool = Buffer.alloc(POOL_BYTES, ' ');
  let at = 0;
  while (at < POOL_BYTES) {
    // 1/rank weights by inversion: rank = words^u for u in [0, 1).
    const word = WORDS[Math.floor(WORDS.length ** random.float()) - 1]!;
    const end = random.int(12) === 0 ? `${word}. ` : `${word} `;
    at += pool.write(end, at, 'latin1');
  }
  return pool;
}
