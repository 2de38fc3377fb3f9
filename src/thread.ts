/** Threads of our own: how one is started, whether from compiled code or from TypeScript. */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

/**
 * Starts `file`.js beside the module at the URL `base`. Compiled code is started as it is. Where files are TypeScript
 * (under a test runner or a loader), a worker would not understand the source, so a few lines of JavaScript load it
 * through jiti.
 */
export function startThread(file: string, base: string, name: string, workerData: unknown): Worker {
  // Flags of the process, such as a test runner's loaders, are not for this thread.
  const options = { workerData, name, execArgv: [] };
  if (!base.endsWith('.ts')) return new Worker(new URL(`./${file}.js`, base), options);
  const jiti = JSON.stringify(createRequire(import.meta.url).resolve('jiti'));
  const source = JSON.stringify(fileURLToPath(new URL(`./${file}.ts`, base)));
  const load = `require(${jiti}).createJiti(${source}).import(${source})`;
  return new Worker(load, { ...options, eval: true });
}
