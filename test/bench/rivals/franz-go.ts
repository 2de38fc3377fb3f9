/** franz-go, the fastest producer that we have met: a small Go program around it. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fetched, output, programPath, root } from '../../support/tools.js';
import { versionOf } from '../timed.js';
import { runProgram } from './program.js';
import type { RivalKind } from './rival.js';

const SOURCE = join(root, 'test/bench/rivals/franz-go');

export const franzGo: RivalKind = {
  doc: 'franz-go, a client in Go',
  async open() {
    if (programPath('go') === undefined) throw new Error('go is not on the PATH');
    const program = join(await built(), 'produce');
    const [, version] = /franz-go v([\d.]+)/.exec(readFileSync(join(SOURCE, 'go.mod'), 'utf8')) ?? [];
    const title = `franz-go ${version}, Go ${await versionOf('go', ['version'])}`;
    return { title, keyed: true, produce: (task) => runProgram(program, [], task) };
  },
};

/** The folder of the built program, which is named after its sources. */
function built(): Promise<string> {
  const hash = createHash('sha256');
  for (const file of ['main.go', 'go.sum']) hash.update(readFileSync(join(SOURCE, file)));
  return fetched(`bench-franz-go-${hash.digest('hex').slice(0, 8)}`, async (folder) => {
    await output('go', ['build', '-o', join(folder, 'produce'), '.'], { cwd: SOURCE, timeoutMs: 300_000 });
  });
}
