/** What the programs around libraries for Node have in common: their order, and the values and keys to send. */
import { readFileSync } from 'node:fs';
import type { Order } from '../program.js';

/** The order that stands last on the command line. */
export const order = JSON.parse(process.argv.at(-1)!) as Order;

/** The lines of a file, as the library takes them: buffers, made once and not for each record. */
export function lines(path: string): Buffer[] {
  const text = readFileSync(path);
  const found: Buffer[] = [];
  for (let from = 0; from <= text.length; ) {
    const end = text.indexOf(0x0a, from);
    found.push(text.subarray(from, end < 0 ? text.length : end));
    from = end < 0 ? text.length + 1 : end + 1;
  }
  return found;
}

/** Calls `send` for piece after piece, `atOnce` of them under way at a time, and tells how that went. */
export async function sendAll(
  pieceRecords: number,
  atOnce: number,
  send: (from: number, to: number) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  const sender = async (): Promise<void> => {
    while (next < order.records) {
      const from = next;
      next = Math.min(order.records, from + pieceRecords);
      await send(from, next);
    }
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: atOnce }, sender));
  const seconds = (performance.now() - startedAt) / 1000;
  process.stdout.write(`${JSON.stringify({ records: order.records, seconds })}\n`);
}
