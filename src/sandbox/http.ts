import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fault } from './refusals.ts';
import { answer, failure, targetOf } from './wire/answer.ts';
import { Dynamo, type WireAnswer } from './wire/dynamo.ts';
import type { SandboxWorld } from './world.ts';

const MAX_BODY_BYTES = 2 ** 20;
/** Objects of S3 are large; what is in them is not kept. */
const MAX_OBJECT_BYTES = 2 ** 28;

export interface SandboxServerOptions {
  readonly world: SandboxWorld;
  /** 0: any that is free. */
  readonly port: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Aborting closes the server. */
  readonly signal: AbortSignal;
}

export interface SandboxServer {
  readonly port: number;
  readonly url: string;
  /** Ends open requests and frees the port. Idempotent. */
  close(): Promise<void>;
}

/**
 * The sandbox as an HTTP endpoint for real AWS clients: JSON 1.1 and 1.0 by `X-Amz-Target`, Query/XML by `Action`, S3
 * by path.
 * The region comes from the credential scope of the request; its signature is not verified. Rejects when it cannot listen.
 */
export async function startSandboxServer(options: SandboxServerOptions): Promise<SandboxServer> {
  const { world, port, host = '127.0.0.1', signal } = options;
  const dynamo = new Dynamo();
  const closing = new AbortController();
  const server = createServer((request, response) => {
    void serve(world, dynamo, request, response, closing.signal);
  });
  await listen(server, port, host);
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => {
    signal.removeEventListener('abort', onAbort);
    closing.abort();
    closed ??= end(server, dynamo);
    return closed;
  };
  const onAbort = (): void => void close();
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) await close();
  const bound = (server.address() as AddressInfo | null)?.port ?? port;
  return { port: bound, url: `http://${host}:${bound}`, close };
}

async function serve(
  world: SandboxWorld,
  dynamo: Dynamo,
  request: IncomingMessage,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  const requestId = randomUUID();
  try {
    const { method = 'POST', url = '/', headers } = request;
    const target = targetOf({ method, headers, body: Buffer.alloc(0) });
    const limit = target.kind === 's3' ? MAX_OBJECT_BYTES : MAX_BODY_BYTES;
    const body = await readBody(request, limit);
    if (body === undefined) {
      const message = `The request body is larger than ${limit / 2 ** 20} MiB.`;
      send(response, failure(target, fault('RequestEntityTooLargeException', message, 413), requestId));
      return;
    }
    send(response, await answer(world, dynamo, { method, url, headers, body, requestId, signal }));
  } catch {
    // The client went away, the sandbox is closing, or a fault broke the connection: there is no answer.
    response.destroy();
  }
}

/** Undefined: it is larger than we take. The rest of it is read away, so that the answer arrives. */
async function readBody(request: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= limit) chunks.push(chunk);
  }
  return bytes > limit ? undefined : Buffer.concat(chunks);
}

function send(response: ServerResponse, { status, headers, body }: WireAnswer): void {
  response.writeHead(status, { 'content-length': String(Buffer.byteLength(body)), ...headers });
  response.end(body);
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function end(server: Server, dynamo: Dynamo): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
  await dynamo.close();
}
