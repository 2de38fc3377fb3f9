/** The process that `run --crash-after` is to kill ends by itself when who was to kill it is gone. */
import { rmdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';

/** Without an IPC channel to a parent it does nothing. `pulse`: a file that nobody reads then, alone in its folder. */
export function endWithParent(pulse: string): void {
  const end = () => {
    try {
      rmSync(pulse, { force: true });
      rmdirSync(dirname(pulse));
    } catch {
      // What cannot be removed, or holds something else, stays.
    }
    // As the parent would have ended it: it would flush for long, and nobody would look at what it sent.
    process.kill(process.pid, 'SIGKILL');
  };
  // The parent may have died while this process was loading.
  if (process.connected === false) end();
  process.once('disconnect', end);
  // A listener holds the channel open, and so a run that could not begin.
  process.channel?.unref();
}
