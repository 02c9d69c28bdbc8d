import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Answer, ask, type Question } from './ask.ts';
import { requiredPython } from './python.ts';

const EXAMPLE = join(import.meta.dirname, '..', '..', '..', 'examples', 'strands-agent');
const PATIENCE_MS = 30_000;
/** A server that a test gave up on must not keep the whole run waiting. */
const LIFE_MS = 150_000;
const AGENTS = join(import.meta.dirname, '..', 'agents');

export interface LogLine {
  readonly message: string;
  readonly [field: string]: unknown;
}

export interface ServerOptions {
  /** A file of test/strands/agents; without it the example's own agent. */
  readonly agent?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** The example's server as a process, on a port of its own, with the fake model. */
export class AgentServer implements AsyncDisposable {
  /** Every line it wrote to stdout so far, raw. */
  readonly out: string[] = [];
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | null>;
  #stderr = '';
  #port = 0;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#ended = new Promise((resolve) => child.once('close', resolve));
    child.stderr?.on('data', (chunk: Buffer) => {
      this.#stderr += chunk.toString('utf8');
    });
    createInterface({ input: child.stdout! }).on('line', (line) => this.out.push(line));
  }

  /** Starts it and does not wait: for servers that are meant to end by themselves. */
  static spawn(options: ServerOptions = {}): AgentServer {
    const agent = options.agent === undefined ? {} : { AGENT_PATH: join(AGENTS, options.agent) };
    const child = spawn(requiredPython(), [join(EXAMPLE, 'agent_server.py')], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        HOST: '127.0.0.1',
        PORT: '0',
        FAKE_MODEL: '1',
        PYTHONUNBUFFERED: '1',
        PYTHONDONTWRITEBYTECODE: '1',
        ...agent,
        ...options.environment,
      },
    });
    const end = setTimeout(() => child.kill('SIGKILL'), LIFE_MS);
    end.unref();
    child.once('close', () => clearTimeout(end));
    return new AgentServer(child);
  }

  static async start(options: ServerOptions = {}): Promise<AgentServer> {
    const server = AgentServer.spawn(options);
    const ended = server.#ended.then((code) => {
      throw new Error(`the server ended at once with ${code}: ${server.out.join('\n')}\n${server.#stderr}`);
    });
    const { port } = await Promise.race([server.said('listening'), ended]);
    server.#port = Number(port);
    return server;
  }

  get port(): number {
    return this.#port;
  }

  /** Its exit code, once it has ended. Null when a signal ended it. */
  get ended(): Promise<number | null> {
    return this.#ended;
  }

  /** What tools print, and tracebacks. */
  get stderr(): string {
    return this.#stderr;
  }

  /** The lines so far. Throws when one of them is not JSON. */
  lines(): readonly LogLine[] {
    return this.out.map((line) => JSON.parse(line) as LogLine);
  }

  /** The first line with this message, also one that is already there. */
  async said(message: string): Promise<LogLine> {
    return await this.until(() => this.lines().find((line) => line.message === message));
  }

  /** The line about one request. */
  async answered(requestId: string): Promise<LogLine> {
    return await this.until(() =>
      this.lines().find((line) => line.message === 'request' && line['request_id'] === requestId),
    );
  }

  /** Asks again and again until there is something, for half a minute. */
  async until<T>(probe: () => Promise<T | undefined> | T | undefined): Promise<T> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      if (performance.now() > deadline) throw new Error(`waited in vain; the server said: ${this.out.join('\n')}`);
      const found = await probe();
      if (found !== undefined) return found;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  async ask(path: string, question: Question = {}): Promise<Answer> {
    return await ask(`http://127.0.0.1:${this.#port}${path}`, question);
  }

  async invoke(prompt: string, question: Question = {}): Promise<Answer> {
    return await this.ask('/invocations', { ...question, body: JSON.stringify({ input: { prompt } }) });
  }

  async stream(prompt: string, question: Question = {}): Promise<Answer> {
    return await this.ask('/invocations/stream', { ...question, body: JSON.stringify({ input: { prompt } }) });
  }

  signal(name: 'SIGTERM' | 'SIGINT'): void {
    this.#child.kill(name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }
}
