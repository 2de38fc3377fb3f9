/** A TCP server that answers frames as a test tells it, for what the sandbox would never do. */
import { createServer, type Server, type Socket } from 'node:net';
import { FrameSplitter } from '../../src/protocol/frames.js';

export interface Request {
  readonly socket: Socket;
  readonly apiKey: number;
  readonly correlationId: number;
  readonly body: Buffer;
  /** Sends a frame with this request's correlation id. */
  answer(body?: Buffer): void;
}

export class FakeBroker {
  readonly requests: Request[] = [];
  readonly sockets = new Set<Socket>();
  /** What to do with each request; by default they are only collected. */
  onRequest: (request: Request) => void = () => {};
  readonly #server: Server;

  static async start(): Promise<FakeBroker> {
    const broker = new FakeBroker();
    await new Promise<void>((resolve) => {
      broker.#server.listen(0, '127.0.0.1', resolve);
    });
    return broker;
  }

  private constructor() {
    this.#server = createServer((socket) => this.#serve(socket));
  }

  get port(): number {
    return (this.#server.address() as { port: number }).port;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #serve(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => this.sockets.delete(socket));
    const frames = new FrameSplitter(1 << 24);
    socket.on('data', (chunk) => {
      frames.push(chunk, (frame) => {
        const correlationId = frame.readInt32BE(4);
        const request: Request = {
          socket,
          apiKey: frame.readInt16BE(0),
          correlationId,
          body: Buffer.from(frame.subarray(8)),
          answer: (body = Buffer.alloc(0)) => socket.write(framed(correlationId, body)),
        };
        this.requests.push(request);
        this.onRequest(request);
      });
    });
  }
}

export function framed(correlationId: number, body: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeInt32BE(body.length + 4, 0);
  head.writeInt32BE(correlationId, 4);
  return Buffer.concat([head, body]);
}
