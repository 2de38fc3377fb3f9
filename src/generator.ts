/** What makes a module a generator: its shape, checked once, with messages for whoever writes one. */
import { EventmillError } from './errors.js';
import { nearest } from './nearest.js';
import { whereThrown } from './position.js';
import type { Feed, FeedContext, GeneratorPart, Option } from './types.js';

const KNOWN = ['doc', 'topic', 'key', 'options', 'create'];
const OPTION_TYPES: readonly Option['type'][] = [
  'integer',
  'number',
  'string',
  'boolean',
  'duration',
  'rate',
  'list',
  'integer-or-list',
];
/** Kafka's own rule (org.apache.kafka.common.internals.Topic). */
const TOPIC = /^(?!\.{1,2}$)[a-zA-Z0-9._-]{1,249}$/;

/**
 * Defines a generator: `export default defineGenerator({ doc, topic, create })`.
 *
 * `create({ options, random, time })` returns a feed: an object with `next(dueAt)`, which returns `{ value, timestamp }`
 * and, where wanted, `key`, `headers` and `topic`. `dueAt` is when the event should leave, in epoch ms with fractions; a timestamp
 * is whole. Take chance from `random` alone, and the same seed makes the same events. A feed that declares the
 * `fields` of its values is written without JSON.stringify, several times as fast.
 *
 * Throws an EventmillError GENERATOR_INVALID that names every mistake in the shape.
 */
export function defineGenerator<V>(part: GeneratorPart<V>): GeneratorPart<V> {
  checkGenerator(part, 'defineGenerator');
  return part;
}

/** Throws GENERATOR_INVALID with one line per mistake unless `part` has a generator's shape; `where` opens each line. */
export function checkGenerator(part: unknown, where: string): asserts part is GeneratorPart {
  if (typeof part !== 'object' || part === null) {
    throw invalid(where, [`expected an object { doc, topic, create }, got ${shown(part)}`]);
  }
  const given = part as { readonly [name: string]: unknown };
  const mistakes: string[] = [];
  for (const name of Object.keys(given)) {
    if (KNOWN.includes(name)) continue;
    const meant = nearest(name, KNOWN);
    mistakes.push(
      `${name} is not known${meant ? `; did you mean ${meant}?` : `; known are ${KNOWN.join(', ')}`}`,
    );
  }
  const { doc, topic, key, options, create } = given;
  if (typeof doc !== 'string' || doc.trim() === '') {
    mistakes.push(`doc: expected one sentence on what it makes, got ${shown(doc)}`);
  }
  if (typeof topic !== 'string' || !TOPIC.test(topic)) {
    mistakes.push(`topic: expected 1 to 249 of a-z A-Z 0-9 . _ - (and not . or ..), got ${shown(topic)}`);
  }
  if (key !== undefined && key !== null && (typeof key !== 'string' || key === '')) {
    mistakes.push(`key: expected a field's name, or null for no key, got ${shown(key)}`);
  }
  if (typeof create !== 'function') mistakes.push(`create: expected a function, got ${shown(create)}`);
  if (options !== undefined) mistakes.push(...optionMistakes(options));
  if (mistakes.length > 0) throw invalid(where, mistakes);
}

function optionMistakes(options: unknown): string[] {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    return [`options: expected an object of documented options, got ${shown(options)}`];
  }
  return Object.entries(options).flatMap(([name, option]: [string, unknown]) => {
    if (typeof option !== 'object' || option === null) {
      return [`options.${name}: expected { doc, type, default }, got ${shown(option)}`];
    }
    const mistakes: string[] = [];
    const { doc, type, default: value } = option as Partial<Option>;
    if (typeof doc !== 'string' || doc.trim() === '') {
      mistakes.push(`options.${name}.doc: expected a sentence, got ${shown(doc)}`);
    }
    if (type === undefined || !OPTION_TYPES.includes(type)) {
      mistakes.push(`options.${name}.type: expected one of ${OPTION_TYPES.join(', ')}, got ${shown(type)}`);
    }
    if (value === undefined)
      mistakes.push(`options.${name}.default: expected a value, or null for none, got nothing`);
    return mistakes;
  });
}

/** Creates a feed and checks that it is one. What `create` throws becomes GENERATOR_INVALID with its position, unless it is an EventmillError already. */
export function openFeed<V>(part: GeneratorPart<V>, context: FeedContext, where: string): Feed<V> {
  let feed: Feed<V>;
  try {
    feed = part.create(context);
  } catch (error) {
    if (error instanceof EventmillError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    const position = whereThrown(error);
    throw new EventmillError(
      'GENERATOR_INVALID',
      `${where}: create threw${position ? ` at ${position}` : ''}: ${message.split('\n', 1)[0]}`,
      { cause: error },
    );
  }
  if (typeof feed !== 'object' || feed === null || typeof feed.next !== 'function') {
    const got = feed instanceof Promise ? 'a promise (create must not be async)' : shown(feed);
    throw invalid(where, [`create: expected it to return an object with next(dueAt), got ${got}`]);
  }
  return feed;
}

function invalid(where: string, mistakes: readonly string[]): EventmillError {
  return new EventmillError(
    'GENERATOR_INVALID',
    mistakes.map((mistake) => `${where}: ${mistake}`).join('\n'),
  );
}

/** A value as it is told to people, cut short. */
function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'function') return 'a function';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
