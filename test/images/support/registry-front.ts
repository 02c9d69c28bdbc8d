import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request to the registry, as it was answered. */
export interface RegistryCall {
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

/** What ECR's registry says in place of passing a request on. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** Asked before a request is passed on. The body is there for `PUT` of a manifest alone. */
export type Doorkeeper = (
  method: string,
  path: string,
  body: Buffer,
) => Promise<Refusal | undefined> | Refusal | undefined;

/** Stands before a real registry, and does what ECR's does and that one cannot: expire a login, hold on to a tag. */
export interface RegistryFront extends AsyncDisposable {
  /** Host and port. */
  readonly host: string;
  doorkeeper: Doorkeeper;
  /** What was written, or tried to be, since this was asked before: the sandbox looks for images here, too. */
  takeWrites(): readonly RegistryCall[];
}

const MANIFEST = /^\/v2\/.+\/manifests\/[^/]+$/;

export async function startRegistryFront(target: string): Promise<RegistryFront> {
  let calls: RegistryCall[] = [];
  const server = createServer((incoming, outgoing) => {
    void serve(incoming, outgoing).catch(() => outgoing.destroy());
  });
  const serve = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const { method = '', url: path = '', headers } = incoming;
    outgoing.once('finish', () => calls.push({ method, path, status: outgoing.statusCode }));
    const body = method === 'PUT' && MANIFEST.test(path) ? Buffer.concat(await incoming.toArray()) : Buffer.alloc(0);
    const refusal = await front.doorkeeper(method, path, body);
    if (refusal !== undefined) {
      incoming.resume();
      const { status, code, message } = refusal;
      outgoing.writeHead(status, { 'content-type': 'application/json' });
      outgoing.end(JSON.stringify({ errors: [{ code, message }] }));
      return;
    }
    const [hostname, port] = target.split(':');
    const forward = request({ hostname, port, method, path, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    forward.on('error', () => outgoing.destroy());
    if (body.length > 0) forward.end(body);
    else incoming.pipe(forward);
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const front: RegistryFront = {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    doorkeeper: () => undefined,
    takeWrites() {
      const taken = calls;
      calls = [];
      return taken.filter(({ method }) => method !== 'GET' && method !== 'HEAD');
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
  return front;
}
