/** The thread in which a sandbox lives: starts it as `workerData` says and does what the main thread asks for. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../clock.js';
import { type Server, serve } from './server.js';
import type { SandboxStats, Settings } from './settings.js';

/** What the main thread asks for; each request is answered once, under its id. */
export interface Request {
  readonly id: number;
  readonly ask: 'stats' | 'setFaults' | 'cue' | 'close';
  readonly specs?: readonly string[];
}

/** What the worker says. */
export type Message =
  | { readonly kind: 'listening'; readonly brokers: readonly string[] }
  | { readonly kind: 'failed'; readonly code: string; readonly text: string }
  | { readonly kind: 'bug'; readonly stack: string }
  | { readonly kind: 'answer'; readonly id: number; readonly stats?: SandboxStats };

async function start(port: MessagePort, settings: Settings): Promise<void> {
  const say = (message: Message): void => port.postMessage(message);
  const tellBug = (error: unknown): void => {
    say({ kind: 'bug', stack: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  };
  let server: Server;
  try {
    server = await serve(settings, systemClock, tellBug);
  } catch (error) {
    const { code = 'UNKNOWN', message } = error as NodeJS.ErrnoException;
    say({ kind: 'failed', code, text: message });
    port.close();
    return;
  }
  port.on('message', async ({ id, ask, specs }: Request) => {
    if (ask === 'stats') say({ kind: 'answer', id, stats: server.stats() });
    else if (ask === 'setFaults') {
      await server.setFaults(specs ?? []);
      say({ kind: 'answer', id });
    } else if (ask === 'cue') {
      server.cue();
      say({ kind: 'answer', id });
    } else {
      await server.close();
      say({ kind: 'answer', id });
      port.close();
    }
  });
  say({ kind: 'listening', brokers: server.brokers });
}

if (parentPort !== null) await start(parentPort, workerData as Settings);
