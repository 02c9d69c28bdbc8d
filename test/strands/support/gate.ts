import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Holds up the tool `wait_at` of gated_agent.py: the tool asks for a gate, and the test answers when it likes. */
export class Gate implements AsyncDisposable {
  readonly url: string;
  readonly #server: Server;
  readonly #waiting = new Map<string, PromiseWithResolvers<ServerResponse>>();

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('request', ({ url }, response) => this.#at((url ?? '').slice(1)).resolve(response));
  }

  static async open(): Promise<Gate> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Gate(server);
  }

  /** Resolves once the tool waits at this gate. */
  async reached(name: string): Promise<void> {
    await this.#at(name).promise;
  }

  /** Lets the tool go on, with `text` as its result. Each gate opens once. */
  async pass(name: string, text: string): Promise<void> {
    (await this.#at(name).promise).end(text);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #at(name: string): PromiseWithResolvers<ServerResponse> {
    const known = this.#waiting.get(name) ?? Promise.withResolvers<ServerResponse>();
    this.#waiting.set(name, known);
    return known;
  }
}
