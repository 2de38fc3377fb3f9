/** kafkajs's public producer, as most Node services use it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../support/tools.js';
import { runProgram } from './program.js';
import type { RivalKind } from './rival.js';

const PROGRAM = join(root, 'dist/test/bench/rivals/programs/kafkajs.js');

export const kafkajs: RivalKind = {
  doc: "kafkajs's own producer, in JavaScript",
  async open() {
    const text = readFileSync(join(root, 'node_modules/kafkajs/package.json'), 'utf8');
    const { version } = JSON.parse(text) as { version: string };
    const title = `kafkajs ${version}, Node ${process.versions.node}`;
    return { title, keyed: true, produce: (task) => runProgram(process.execPath, [PROGRAM], task) };
  },
};
