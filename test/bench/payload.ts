/** Our own events in files that other producers can read: one value a line, and the keys beside them. */
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { prepareSource } from '../../src/prepare.js';
import { createRandom } from '../../src/random.js';
import { expectedOf } from '../../src/replay.js';
import { SOURCES } from './rivals/rival.js';

export interface Payload {
  /** The path of the file with a value on each line, and of that with the key of each of them. */
  readonly values: string;
  readonly keys: string;
  readonly count: number;
  /** The mean of a value. */
  readonly valueBytes: number;
}

/**
 * Enough that no batch holds a value twice, and few enough to lie in a processor's cache: values that a service has just
 * made do so too, and a file from main memory would be a handicap.
 */
const COUNT = 20_000;

/** The first events of a generator as this comparison has it, to the byte. */
export async function writePayload(generator: string, folder: string): Promise<Payload> {
  const source = {
    name: generator,
    generator,
    serializer: 'json',
    rate: { kind: 'max' },
    time: { kind: 'live' },
    options: {},
    ...SOURCES[generator],
  } as const;
  const made = expectedOf(await prepareSource(source, 'bench', createRandom(1)), 'bench').open();
  const paths = { values: join(folder, `${generator}.values`), keys: join(folder, `${generator}.keys`) };
  const values = createWriteStream(paths.values);
  const keys = createWriteStream(paths.keys);
  let bytes = 0;
  let count = 0;
  for (; count < COUNT && made.next(); count++) {
    const value = Buffer.from(made.value.subarray(0, made.valueLength));
    // Readers split at line ends; JSON as we write it has none.
    if (value.includes(0x0a)) throw new Error(`a value of ${generator} holds a line end`);
    bytes += value.length;
    values.write(count === 0 ? value : Buffer.concat([LINE_END, value]));
    const key = made.key?.subarray(made.keyStart, made.keyStart + made.keyLength) ?? NOTHING;
    keys.write(count === 0 ? Buffer.from(key) : Buffer.concat([LINE_END, key]));
  }
  await Promise.all([finished(values.end()), finished(keys.end())]);
  return { ...paths, count, valueBytes: Math.round(bytes / count) };
}

const LINE_END = Buffer.from('\n');
const NOTHING = new Uint8Array(0);
