/** The sandbox on a port until a signal comes. */
import type { Context, Invocation } from '../../command.js';
import { bytes, integer, text } from '../../config/formats.js';
import { startSandboxHere } from '../../sandbox/index.js';
import { FlagReader } from './flag-reader.js';

const DEFAULT_PORT = 9092;

export async function serveSandbox({ flags }: Invocation, { stdout, signals }: Context): Promise<number> {
  const reader = new FlagReader(flags);
  const port = reader.read('port', integer(0, 65_535).parse, DEFAULT_PORT);
  const host = reader.read('host', text('an address of this machine').parse, '127.0.0.1');
  const partitions = reader.read('partitions', integer(1, 10_000).parse, undefined);
  const nodes = reader.read('nodes', integer(1, 9).parse, undefined);
  const minInsyncReplicas = reader.read('minInsyncReplicas', integer(1, 9).parse, undefined);
  const memoryBytes = reader.read('memory', bytes(1024 * 1024, Number.MAX_SAFE_INTEGER).parse, undefined);
  reader.settle();
  const faults = reader.all('fault');
  const sandbox = await startSandboxHere({
    port,
    host,
    faults,
    ...(nodes === undefined ? {} : { nodes }),
    ...(minInsyncReplicas === undefined ? {} : { minInsyncReplicas }),
    ...(partitions === undefined ? {} : { partitions }),
    ...(memoryBytes === undefined ? {} : { memoryBytes }),
  });
  const signalled = new Promise<void>((resolve) => {
    signals.handle({ first: () => resolve(), second: () => resolve() });
  });
  stdout.write(`listening on ${sandbox.brokers.join(',')}\n`);
  await signalled;
  await sandbox.close();
  return 0;
}
