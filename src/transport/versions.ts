/** Whether a broker speaks what we speak. */
import { EventmillError } from '../errors.js';
import { API_VERSIONS, FETCH, METADATA, PRODUCE, readApiVersions } from '../protocol/messages.js';
import type { Security } from '../types.js';
import type { Connection } from './connection.js';
import { firstWordFault } from './refusals.js';

/** Throws UNSUPPORTED, or what a broker's silence after the first words usually means. */
export async function checkVersions(
  connection: Connection,
  { requestTimeoutMs, security }: { requestTimeoutMs: number; security?: Security | undefined },
): Promise<void> {
  let body: Buffer;
  try {
    body = await connection.ask(API_VERSIONS, () => {}, requestTimeoutMs);
  } catch (cause) {
    throw firstWordFault(cause, connection.address, security);
  }
  const { apis } = readApiVersions(body);
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
