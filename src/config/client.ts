/** Whom a command talks to, and as whom: `--brokers` and `--command-config` together. */
import { readClientFile } from '../security/load.js';
import type { Security } from '../types.js';
import { parseBrokers } from './formats.js';

export interface ClientFlags {
  /** Empty: not said. */
  readonly brokers: readonly string[];
  /** A .properties file. */
  readonly commandConfig: string | undefined;
}

export interface Client {
  /** Those of the flag win over those of the file; empty when neither says. */
  readonly brokers: readonly string[];
  readonly security?: Security;
  readonly clientId?: string;
  /** One line each. */
  readonly warnings: readonly string[];
}

/** `tell` is called with each mistake, a line with the file's name. */
export function readClient({ brokers, commandConfig }: ClientFlags, tell: (line: string) => void): Client {
  if (commandConfig === undefined) return { brokers, warnings: [] };
  const { config, problems, warnings } = readClientFile(commandConfig);
  for (const problem of problems) tell(problem);
  if (config === undefined) return { brokers, warnings };
  const { security, clientId } = config;
  const client = { security, warnings, ...(clientId === undefined ? {} : { clientId }) };
  if (brokers.length > 0 || config.brokers.length === 0) return { brokers, ...client };
  const parsed = parseBrokers(config.brokers);
  if ('value' in parsed) return { brokers: parsed.value, ...client };
  tell(`${commandConfig}: bootstrap.servers: ${parsed.problem}`);
  return { brokers, ...client };
}
