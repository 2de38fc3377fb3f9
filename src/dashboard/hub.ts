/** Server-sent events to whoever watches: few clients, each with little waiting for it. */
import type { ServerResponse } from 'node:http';

export interface HubOptions {
  readonly clientsMax?: number;
  /** What may wait for a client that does not read, in bytes; beyond it the client is cut off, and may come again. */
  readonly backlogBytesMax?: number;
}

/** How long a browser waits before it comes again, ms. */
const RETRY_MS = 2000;

export class Hub {
  readonly #clients = new Set<ServerResponse>();
  readonly #clientsMax: number;
  readonly #backlogBytesMax: number;

  constructor({ clientsMax = 32, backlogBytesMax = 1024 * 1024 }: HubOptions = {}) {
    this.#clientsMax = clientsMax;
    this.#backlogBytesMax = backlogBytesMax;
  }

  /** How many watch. */
  get size(): number {
    return this.#clients.size;
  }

  /** Takes a client on, beginning with `first`; one too many is told to come again later. */
  open(response: ServerResponse, first: string): void {
    if (this.#clients.size >= this.#clientsMax) {
      response.writeHead(503, { 'content-type': 'text/plain; charset=utf-8', 'retry-after': '10' });
      response.end(`expected at most ${this.#clientsMax} pages at once; close one\n`);
      return;
    }
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    response.write(`retry: ${RETRY_MS}\n\n${first}`);
    this.#clients.add(response);
    const gone = () => void this.#clients.delete(response);
    response.on('close', gone);
    response.on('error', gone);
  }

  /** Sends to all, and cuts off those who do not keep up. */
  send(text: string): void {
    for (const client of this.#clients) {
      client.write(text);
      if (client.writableLength <= this.#backlogBytesMax) continue;
      this.#clients.delete(client);
      client.destroy();
    }
  }

  /** A comment, which shows that somebody is there and finds out who is not. */
  beat(): void {
    this.send(':\n\n');
  }

  /** Ends all streams in order. */
  close(): void {
    for (const client of this.#clients) client.end();
    this.#clients.clear();
  }
}

/** One event in the form of the stream. JSON has no line ends of its own. */
export function eventText(name: string, data: unknown): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
