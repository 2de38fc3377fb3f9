/** franz-go, from Go: it opens with the newest protocol versions it knows, which few brokers have. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { needs } from '../support/tiers.js';
import { fetched, type Need, output, programPath, root } from '../support/tools.js';
import { COMPRESSIONS, clientSuite } from './client.js';
import { drivenClient } from './driven.js';

const SOURCE = join(root, 'test/clients/franz-go');

const go: Need = {
  name: 'go',
  remedy: 'install Go 1.26 or newer',
  async ready() {
    if (programPath('go') === undefined) throw new Error('go is not on the PATH');
    await built();
  },
};

/** The folder of the built program, which is named after its sources. */
function built(): Promise<string> {
  const hash = createHash('sha256');
  for (const file of ['main.go', 'go.sum']) hash.update(readFileSync(join(SOURCE, file)));
  return fetched(`franz-go-${hash.digest('hex').slice(0, 8)}`, async (folder) => {
    await output('go', ['build', '-o', join(folder, 'client'), '.'], { cwd: SOURCE, timeoutMs: 300_000 });
  });
}

await needs([go], async () => {
  const program = join(await built(), 'client');
  clientSuite({
    name: 'franz-go',
    compressions: COMPRESSIONS,
    administers: true,
    nullValues: true,
    headersEach: true,
    connect: (brokers) => drivenClient({ program, args: [] }, brokers),
  });
});
