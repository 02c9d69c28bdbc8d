import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Passes requests on and counts them by operation. */
export interface CountingProxy extends AsyncDisposable {
  readonly url: string;
  /** What was counted since the last time this was asked. */
  take(): Calls;
}

/** Requests by operation: `DescribeServices`, `CreateLogGroup`, … */
export class Calls {
  readonly byOperation: ReadonlyMap<string, number>;

  constructor(byOperation: ReadonlyMap<string, number>) {
    this.byOperation = byOperation;
  }

  get total(): number {
    return [...this.byOperation.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Those that could change something: whatever is not called Describe, List or Get. */
  get mutating(): number {
    return [...this.byOperation]
      .filter(([operation]) => !/^(Describe|List|Get)/.test(operation))
      .reduce((sum, [, count]) => sum + count, 0);
  }

  /** Every operation with its count. */
  get text(): string {
    return [...this.byOperation]
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([operation, count]) => `${operation} ${count}`)
      .join(', ');
  }
}

export async function startCountingProxy(target: string): Promise<CountingProxy> {
  let counts = new Map<string, number>();
  const agent = new Agent({ keepAlive: true });
  const server = createServer((incoming, outgoing) => {
    passOn({ target, agent, incoming, outgoing }).then(
      (operation) => counts.set(operation, (counts.get(operation) ?? 0) + 1),
      () => outgoing.writeHead(502).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    take() {
      const taken = new Calls(counts);
      counts = new Map();
      return taken;
    },
    async [Symbol.asyncDispose]() {
      agent.destroy();
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

interface Exchange {
  readonly target: string;
  readonly agent: Agent;
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
}

/** Sends the request on and its answer back; resolves to the name of the operation once it is on its way. */
async function passOn({ target, agent, incoming, outgoing }: Exchange): Promise<string> {
  const body = Buffer.concat(await incoming.toArray());
  const { method, headers } = incoming;
  const forward = request(`${target}${incoming.url}`, { method: method ?? 'POST', headers, agent }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  forward.on('error', () => outgoing.destroy());
  forward.end(body);
  return operationOf(headers['x-amz-target'], body);
}

/** JSON protocols name it in a header, the Query protocol in the body. */
function operationOf(target: string | string[] | undefined, body: Buffer): string {
  if (typeof target === 'string') return target.slice(target.indexOf('.') + 1);
  return new URLSearchParams(body.toString('utf8')).get('Action') ?? 'unknown';
}
