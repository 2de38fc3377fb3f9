/** Whether a broker serves the requests that we send, asked as the first word on a connection. */
import { EventmillError } from '../errors.js';
import { API_VERSIONS, FETCH, METADATA, PRODUCE, readApiVersions } from '../protocol/messages.js';
import type { Security } from '../types.js';
import type { Connection } from './connection.js';
import { firstWordFault } from './refusals.js';

export interface VersionOptions {
  readonly requestTimeoutMs: number;
  readonly security?: Security | undefined;
}

/** Throws UNSUPPORTED for a broker that is too old, or what its silence or refusal means; the connection is ended then. */
export async function checkVersions(connection: Connection, options: VersionOptions): Promise<void> {
  try {
    const { requestTimeoutMs } = options;
    compare(
      await connection.ask(API_VERSIONS, () => {}, requestTimeoutMs, readApiVersions),
      connection.address,
    );
  } catch (cause) {
    connection.destroy(`${connection.address} is not what it should be`, cause);
    throw firstWordFault(cause, connection.address, options.security);
  }
}

function compare({ apis }: ReturnType<typeof readApiVersions>, address: string): void {
  for (const wanted of [METADATA, PRODUCE, FETCH]) {
    const served = apis.find((api) => api.key === wanted.key);
    if (served === undefined || served.min > wanted.version || served.max < wanted.version) {
      const found = served === undefined ? 'none' : `${served.min} to ${served.max}`;
      throw new EventmillError(
        'UNSUPPORTED',
        `${address} serves versions ${found} of request ${wanted.key}, expected ${wanted.version}: Kafka 2.1 or newer is needed`,
      );
    }
  }
}
