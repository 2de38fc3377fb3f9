/** A network that fails: what goes to one broker goes through here, and can be cut, swallowed or stalled. */
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export class TcpProxy {
  readonly #server: Server;
  readonly #links = new Set<readonly [client: Socket, broker: Socket]>();
  #swallowing = false;
  #target = 0;

  private constructor() {
    this.#server = createServer({ noDelay: true }, (client) => this.#link(client));
  }

  static async open(): Promise<TcpProxy> {
    const proxy = new TcpProxy();
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Where everything goes to. */
  lead(port: number): void {
    this.#target = port;
  }

  #link(client: Socket): void {
    const broker = connect({ host: '127.0.0.1', port: this.#target, noDelay: true });
    const link = [client, broker] as const;
    this.#links.add(link);
    client.pipe(broker);
    broker.on('data', (chunk) => {
      // What comes later on the same connection would be taken for what is missing: it stays silent for good.
      if (this.#swallowing) broker.removeAllListeners('data').resume();
      else client.write(chunk);
    });
    for (const socket of link) {
      socket.on('error', () => {});
      socket.on('close', () => {
        this.#links.delete(link);
        for (const each of link) each.destroy();
      });
    }
  }

  /** Cuts all connections. */
  cut(): void {
    for (const link of this.#links) for (const socket of link) socket.destroy();
  }

  /** While it is on, a connection on which the broker answers says nothing any more. */
  swallow(on: boolean): void {
    this.#swallowing = on;
  }

  /** While it is on, nothing gets through in either direction. */
  stall(on: boolean): void {
    for (const link of this.#links) for (const socket of link) on ? socket.pause() : socket.resume();
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}
