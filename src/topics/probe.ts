/** Whether anything takes connections at an address. */
import { connect } from 'node:net';
import type { Address } from '../address.js';
import type { Clock } from '../types.js';

/** null when a connection was made within `ms`, else why not, in a word. */
export function probe(address: Address, ms: number, clock: Clock): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect({ host: address.host, port: address.port });
    const end = (problem: string | null): void => {
      timer.cancel();
      socket.destroy();
      resolve(problem);
    };
    const timer = clock.after(ms, () => end('no answer'));
    socket.on('connect', () => end(null));
    socket.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
  });
}
