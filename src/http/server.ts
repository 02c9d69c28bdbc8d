import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../lib/clock.ts';
import { toError } from '../lib/errors.ts';
import { quietly } from '../lib/quietly.ts';
import { type HostCheck, hostCheck } from './host-check.ts';
import { type ApiResponse, problem } from './message.ts';
import type { Handler } from './routes.ts';

export interface ServerLimits {
  /** From connecting to the end of the headers. */
  readonly headersTimeoutMs: number;
  /** From connecting to the end of the request. */
  readonly requestTimeoutMs: number;
  readonly keepAliveTimeoutMs: number;
  /** Without a byte either way, also while we answer: a client that does not read is let go. */
  readonly idleTimeoutMs: number;
  /** Further connections are closed at once. */
  readonly maxConnections: number;
  readonly maxHeaderBytes: number;
  /** How often the two timeouts above are looked at. */
  readonly checkEveryMs: number;
  /** How long open requests may go on after `close`. */
  readonly closeMs: number;
}

/** Node's own: 60 s, 300 s, none, unlimited, 16 KiB, looked at every 30 s. */
const LIMITS: ServerLimits = {
  headersTimeoutMs: 5_000,
  requestTimeoutMs: 10_000,
  keepAliveTimeoutMs: 5_000,
  idleTimeoutMs: 30_000,
  maxConnections: 256,
  maxHeaderBytes: 8 * 1_024,
  checkEveryMs: 1_000,
  closeMs: 2_000,
};

/** Told what happens, for metrics and logs. What it throws is ignored. */
export interface HttpObserver {
  served(request: {
    readonly method: string;
    readonly route: string;
    readonly status: number;
    readonly seconds: number;
  }): void;
  /** A route threw; the client was told only that. */
  failed(error: Error): void;
}

export interface ServerOptions {
  /** Port 0 takes any that is free. Host 127.0.0.1 unless told otherwise. */
  readonly listen: { readonly host?: string; readonly port: number };
  /** Names under which we may be asked for, beside those of the loopback. */
  readonly allowedHosts?: readonly string[];
  readonly routes: Handler;
  readonly clock: Clock;
  readonly limits?: Partial<ServerLimits>;
  readonly observer?: HttpObserver;
}

export interface HttpServer extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /** Takes no more connections, lets open requests end within `closeMs`, then cuts them off. Idempotent. */
  close(): Promise<void>;
}

/** Listens until closed, or until `signal` aborts. Rejects when it cannot listen (`EADDRINUSE`, `EACCES`, …). */
export async function startServer(options: ServerOptions, signal: AbortSignal): Promise<HttpServer> {
  signal.throwIfAborted();
  const { host = '127.0.0.1', port } = options.listen;
  const limits = { ...LIMITS, ...options.limits };
  const server = bareServer(limits);
  const serve = requestListener(server, options, hostCheck(host, options.allowedHosts ?? []));
  server.on('request', serve);
  // Without a listener of our own, Node asks for the body before we can refuse it.
  server.on('checkContinue', serve);
  await listening(server, host, port);
  const close = closer(server, options.clock, limits.closeMs);
  const onAbort = (): void => void close();
  signal.addEventListener('abort', onAbort, { once: true });
  server.once('close', () => signal.removeEventListener('abort', onAbort));
  const address = server.address() as AddressInfo;
  return { host: address.address, port: address.port, close, [Symbol.asyncDispose]: close };
}

function bareServer(limits: ServerLimits): Server {
  const server = createServer({
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionsCheckingInterval: limits.checkEveryMs,
    maxHeaderSize: limits.maxHeaderBytes,
  });
  server.maxConnections = limits.maxConnections;
  server.maxRequestsPerSocket = 1_000;
  server.timeout = limits.idleTimeoutMs;
  return server;
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function closer(server: Server, clock: Clock, closeMs: number): () => Promise<void> {
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    const ended = new AbortController();
    const closed = new Promise<void>((resolve) => {
      server.close(() => resolve());
    }).finally(() => ended.abort());
    server.closeIdleConnections();
    await Promise.race([closed, clock.sleep(closeMs, ended.signal).catch(() => undefined)]);
    server.closeAllConnections();
    await closed;
  };
  return () => {
    closing ??= close();
    return closing;
  };
}

type Listener = (incoming: IncomingMessage, outgoing: ServerResponse) => void;

function requestListener(server: Server, { routes, clock, observer }: ServerOptions, check: HostCheck): Listener {
  const failed = (thrown: unknown): void => quietly(() => observer?.failed(toError(thrown)));
  const serve = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const startedAt = clock.elapsed();
    const response = await respond(incoming, routes, check).catch((thrown: unknown) => {
      failed(thrown);
      return { ...problem(500, 'something went wrong here; the log knows more'), route: 'failed' };
    });
    // Once closing, a connection kept alive would only be waited for.
    if (!server.listening) outgoing.shouldKeepAlive = false;
    send(incoming, outgoing, response);
    const { route, status } = response;
    const seconds = (clock.elapsed() - startedAt) / 1_000;
    quietly(() => observer?.served({ method: methodLabel(incoming.method), route, status, seconds }));
  };
  return (incoming, outgoing) => {
    serve(incoming, outgoing).catch((thrown: unknown) => {
      outgoing.destroy();
      failed(thrown);
    });
  };
}

async function respond(incoming: IncomingMessage, routes: Handler, check: HostCheck): Promise<ApiResponse> {
  const { host: hosts = [] } = incoming.headersDistinct;
  if (hosts.length > 1) return { ...problem(400, 'more than one Host header'), route: 'unmatched' };
  if (!check(hosts[0])) return { ...problem(421, 'not served under this name'), route: 'unmatched' };
  const headers: Record<string, string | undefined> = {};
  for (const [name, values] of Object.entries(incoming.headersDistinct)) headers[name] = values?.[0];
  return routes({ method: incoming.method ?? '', url: incoming.url ?? '', headers });
}

function send(incoming: IncomingMessage, outgoing: ServerResponse, { status, headers, body }: ApiResponse): void {
  if (outgoing.destroyed) return;
  const bytes = Buffer.from(body);
  outgoing.writeHead(status, { ...headers, 'content-length': bytes.byteLength });
  outgoing.end(incoming.method === 'HEAD' ? undefined : bytes);
}

/** Methods come from the client: only these few may become a metric label. */
function methodLabel(method: string | undefined): string {
  return method === 'GET' || method === 'HEAD' || method === 'POST' ? method : 'other';
}
