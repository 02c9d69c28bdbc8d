import { type IncomingHttpHeaders, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fault } from '../refusals.ts';

type Dynalite = (options: object) => Server;

export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** DynamoDB by dynalite, started when the first request for it arrives, on a loopback port of its own. */
export class Dynamo {
  #server: Promise<Server> | undefined;

  async forward(headers: IncomingHttpHeaders, body: Buffer): Promise<WireAnswer> {
    this.#server ??= start();
    const { port } = (await this.#server).address() as AddressInfo;
    return ask(port, headers, body);
  }

  async close(): Promise<void> {
    const server = await this.#server?.catch(() => undefined);
    if (server === undefined) return;
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }
}

async function start(): Promise<Server> {
  const server = (await dynalite())({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return server;
}

async function dynalite(): Promise<Dynalite> {
  // By a name the compiler does not look up: dynalite has no types, and may not be installed.
  const name = 'dynalite';
  try {
    return ((await import(name)) as { readonly default: Dynalite }).default;
  } catch (cause) {
    throw Object.assign(fault('InternalServerError', 'DynamoDB in the sandbox needs the package dynalite.', 500), {
      cause,
    });
  }
}

function ask(port: number, headers: IncomingHttpHeaders, body: Buffer): Promise<WireAnswer> {
  return new Promise((resolve, reject) => {
    const { connection: _connection, 'transfer-encoding': _encoding, expect: _expect, ...kept } = headers;
    const options = {
      host: '127.0.0.1',
      port,
      method: 'POST',
      path: '/',
      agent: false as const,
      headers: { ...kept, 'content-length': String(body.length) },
    };
    const call = request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 500,
          headers: plain(response.headers),
          body: Buffer.concat(chunks),
        }),
      );
    });
    call.on('error', reject);
    call.end(body);
  });
}

function plain(headers: IncomingHttpHeaders): Record<string, string> {
  const kept = ['content-type', 'x-amzn-requestid', 'x-amz-crc32'];
  return Object.fromEntries(
    kept.flatMap((name) => (headers[name] === undefined ? [] : [[name, String(headers[name])]])),
  );
}
