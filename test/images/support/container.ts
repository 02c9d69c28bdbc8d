import { type AddressInfo, createServer } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import type { Environment } from '../../contract/support/command-line.ts';
import type { Yard } from './yard.ts';

const ASK_EVERY_MS = 50;
const PATIENCE_MS = 60_000;

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** A container of an image, on a port of its own of this machine. */
export class Container implements AsyncDisposable {
  readonly #yard: Yard;
  readonly #id: string;
  readonly #port: number;

  private constructor(yard: Yard, id: string, port: number) {
    this.#yard = yard;
    this.#id = id;
    this.#port = port;
  }

  /** Resolves once it is healthy. */
  static async start(yard: Yard, image: string, more: Environment = {}): Promise<Container> {
    const port = await freePort();
    const env = { FAKE_MODEL: '1', PORT: String(port), HOST: '127.0.0.1', AWS_REGION: 'us-east-1', ...more };
    const flags = Object.entries(env).map(([name, value]) => `--env=${name}=${value}`);
    const id = await yard.docker('run', '--detach', '--network=host', ...flags, image);
    const container = new Container(yard, id, port);
    await container.answers('/health', 200);
    return container;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#yard.docker('rm', '--force', this.#id);
  }

  async json(path: string, body?: object): Promise<Answer> {
    const posted = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const response = await fetch(`http://127.0.0.1:${this.#port}${path}`, posted);
    return { status: response.status, body: await response.json() };
  }

  /** Resolves once the path answers with the status. */
  async answers(path: string, status: number): Promise<void> {
    const answered = async (): Promise<boolean> => {
      const answer = await this.json(path).catch(() => undefined);
      return answer?.status === status;
    };
    const until = performance.now() + PATIENCE_MS;
    while (!(await answered())) {
      if (performance.now() > until) {
        throw new Error(
          `${path} does not answer ${status}:\n${await this.#yard.docker('logs', '--tail=20', this.#id)}`,
        );
      }
      await setTimeout(ASK_EVERY_MS);
    }
  }

  async signal(name: string): Promise<void> {
    await this.#yard.docker('kill', `--signal=${name}`, this.#id);
  }

  async exitCode(): Promise<number> {
    return Number(await this.#yard.docker('wait', this.#id));
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}
