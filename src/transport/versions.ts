/** Whether a broker serves the requests that we send, asked as the first word on a connection. */
import { EventmillError } from '../errors.js';
import { API_VERSIONS, FETCH, METADATA, PRODUCE, readApiVersions } from '../protocol/messages.js';
import type { Security } from '../types.js';
import type { Connection } from './connection.js';
import { firstWordFault } from './refusals.js';

/** Throws UNSUPPORTED for a broker that is too old, or what its silence or refusal means. */
export async function checkVersions(
  connection: Connection,
  { requestTimeoutMs, security }: { requestTimeoutMs: number; security?: Security | undefined },
): Promise<void> {
  const { apis } = await connection
    .ask(API_VERSIONS, () => {}, requestTimeoutMs, readApiVersions)
    .catch((cause: unknown) => {
      throw firstWordFault(cause, connection.address, security);
    });
  for (const wanted of [METADATA, PRODUCE, FETCH]) {
    const served = apis.find((api) => api.key === wanted.key);
    if (served === undefined || served.min > wanted.version || served.max < wanted.version) {
      const found = served === undefined ? 'none' : `${served.min} to ${served.max}`;
      throw new EventmillError(
        'UNSUPPORTED',
        `${connection.address} serves versions ${found} of request ${wanted.key}, expected ${wanted.version}: Kafka 2.1 or newer is needed`,
      );
    }
  }
}
