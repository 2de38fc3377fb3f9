/** @platformatic/kafka's public producer; fetched when it is asked for, since nothing else needs it. */
import { join } from 'node:path';
import { fetched, output, root } from '../../support/tools.js';
import { runProgram } from './program.js';
import type { RivalKind } from './rival.js';

/** The last line for Node 20. */
const VERSION = '1.35.0';
const PROGRAM = join(root, 'dist/test/bench/rivals/programs/platformatic.js');

export const platformatic: RivalKind = {
  doc: '@platformatic/kafka, in JavaScript',
  async open() {
    const folder = await fetched(`bench-platformatic-${VERSION}`, async (prefix) => {
      const quiet = ['--no-audit', '--no-fund', '--prefix', prefix];
      await output('npm', ['install', ...quiet, `@platformatic/kafka@${VERSION}`], { timeoutMs: 300_000 });
    });
    const library = join(folder, 'node_modules/@platformatic/kafka/dist/index.js');
    const title = `@platformatic/kafka ${VERSION}, Node ${process.versions.node}`;
    const args = [PROGRAM, library];
    return { title, keyed: true, produce: (task) => runProgram(process.execPath, args, task) };
  },
};
