/** `--brokers` and `--command-config` of the commands that read: from the command line, else from the environment. */
import type { Context } from '../../command.js';
import { type Client, readClient } from '../../config/client.js';
import { parseBrokers } from '../../config/formats.js';
import type { FlagReader } from './flag-reader.js';

/** By the names of their flags. */
const VARIABLES = { EVENTMILL_BROKERS: 'brokers', EVENTMILL_COMMAND_CONFIG: 'commandConfig' };

/** An empty variable is how compose files and shells say "not set". */
export function environmentFlags(environment: Context['environment']): { [flag: string]: string } {
  const flags: { [flag: string]: string } = {};
  for (const [variable, flag] of Object.entries(VARIABLES)) {
    const value = environment[variable];
    if (value) flags[flag] = value;
  }
  return flags;
}

/** Whom to talk to, and as whom; mistakes go to the reader, which tells them with its own. */
export function clientOf(reader: FlagReader): Client {
  const brokers = reader.read('brokers', parseBrokers, []);
  const commandConfig = reader.read('commandConfig', (value) => ({ value }), undefined);
  return readClient({ brokers, commandConfig }, (line) => reader.tell(line));
}
