/** TLS and SASL from one file with Kafka's own names, as Kafka's tools take it with --command-config. */
import { readFileSync } from 'node:fs';
import { systemClock } from '../clock.js';
import { EventmillError } from '../errors.js';
import type { Clock, Security, SecurityProtocol } from '../types.js';
import { type Properties, parseProperties } from './properties.js';
import { readSasl, SASL_SETTINGS } from './sasl.js';
import { Settings } from './settings.js';
import { readTls, TLS_SETTINGS } from './tls.js';

/** What a client's file says, once it has been read without a problem. */
export interface ClientConfig {
  readonly security: Security;
  /** Empty when the file does not say. */
  readonly brokers: readonly string[];
  readonly clientId: string | undefined;
}

export interface ClientConfigRead {
  /** Undefined when there are problems. */
  readonly config: ClientConfig | undefined;
  /** One line each, with the file and the setting; no secrets. */
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

const PROTOCOLS: readonly SecurityProtocol[] = ['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'];
const KNOWN = ['bootstrap.servers', 'client.id', 'security.protocol', ...TLS_SETTINGS, ...SASL_SETTINGS];

/** Reads a .properties file. Its name begins each line about it. */
export function readClientFile(path: string, clock: Clock = systemClock): ClientConfigRead {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return broken(`${path}: ${code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code})`}`);
  }
  let properties: Properties;
  try {
    properties = parseProperties(bytes);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return broken(`${path}: ${error.message}`);
  }
  const read = readClientSettings(properties, path, clock);
  if (!bytes.some((byte) => byte >= 0x80)) return read;
  const latin =
    `${path}: has characters beyond ASCII, which are read as Latin-1, as Java reads them; ` +
    'write them as \\uXXXX to be sure';
  return { ...read, warnings: [...read.warnings, latin] };
}

function broken(problem: string): ClientConfigRead {
  return { config: undefined, problems: [problem], warnings: [] };
}

/** Reads settings with Kafka's names; `where` begins each line about them. */
export function readClientSettings(
  properties: Properties,
  where: string,
  clock: Clock = systemClock,
): ClientConfigRead {
  const settings = new Settings(where, properties);
  const brokers = settings
    .get('bootstrap.servers')
    ?.split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
  const clientId = settings.get('client.id');
  const protocol = settings.word('security.protocol', PROTOCOLS, 'PLAINTEXT');
  const tls = protocol?.endsWith('SSL') ? readTls(settings) : null;
  const sasl = protocol?.startsWith('SASL') ? readSasl(settings, clock) : null;
  const unused = settings.unused(KNOWN);
  const { problems } = settings;
  const whole = protocol !== undefined && sasl !== undefined && problems.length === 0;
  return {
    config: whole
      ? Object.freeze({ security: { protocol, tls, sasl }, brokers: brokers ?? [], clientId })
      : undefined,
    problems,
    warnings: unused === undefined ? [] : [unused],
  };
}

/** The same for a program: a file's path, or the settings themselves. Throws CONFIG with one line per problem. */
export function clientConfigOf(
  given: string | Readonly<{ [name: string]: string | number | boolean }>,
): ClientConfig & { readonly warnings: readonly string[] } {
  const { config, problems, warnings } =
    typeof given === 'string'
      ? readClientFile(given)
      : readClientSettings(
          new Map(Object.entries(given).map(([name, value]) => [name, String(value)])),
          'security',
        );
  if (config === undefined) throw new EventmillError('CONFIG', problems.join('\n'));
  return { ...config, warnings };
}
