/** A sandbox in the test's own thread, so that a test sees its inside and any bug in it fails the test. */
import { onTestFinished } from 'vitest';
import { systemClock } from '../../src/clock.js';
import { type Server, serve } from '../../src/sandbox/server.js';
import { type SandboxOptions, settle } from '../../src/sandbox/settings.js';
import type { Clock } from '../../src/types.js';
import { WireClient } from './sandbox-wire.js';

export interface TestServer {
  readonly server: Server;
  readonly address: string;
  /** Errors that no client is to blame for; must stay empty. */
  readonly bugs: unknown[];
  /** A new connection, closed with the test. */
  connect(): Promise<WireClient>;
}

export async function startServer(
  options: SandboxOptions = {},
  clock: Clock = systemClock,
): Promise<TestServer> {
  const bugs: unknown[] = [];
  const server = await serve(settle(options), clock, (bug) => bugs.push(bug));
  onTestFinished(async () => {
    await server.close();
    if (bugs.length > 0) throw new AggregateError(bugs, 'bugs in the sandbox');
  });
  const address = server.brokers[0]!;
  return { server, address, bugs, connect: () => WireClient.connect(address) };
}
