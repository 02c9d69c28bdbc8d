import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { type ApiRequest, json } from '../../src/http/message.ts';
import type { Handler } from '../../src/http/routes.ts';
import { type HttpServer, type ServerOptions, startServer } from '../../src/http/server.ts';
import { SystemClock } from '../../src/lib/clock.ts';
import { FakeClock, settle } from '../support/fake-clock.ts';

interface Bench {
  readonly server: HttpServer;
  readonly asked: ApiRequest[];
  readonly served: { method: string; route: string; status: number }[];
  readonly failures: string[];
  /** Sends bytes, resolves with everything received once the server closed the connection. */
  readonly raw: (...parts: string[]) => Promise<string>;
  readonly open: () => Promise<Socket>;
}

const ok: Handler = async () => ({ ...json(200, { fine: true }), route: '/fine' });

async function setUp(t: TestContext, overrides: Partial<ServerOptions> = {}): Promise<Bench> {
  const asked: ApiRequest[] = [];
  const served: Bench['served'] = [];
  const failures: string[] = [];
  const { routes = ok, ...rest } = overrides;
  const server = await startServer(
    {
      listen: { port: 0 },
      clock: new SystemClock(),
      routes: (request) => {
        asked.push(request);
        return routes(request);
      },
      observer: {
        served: ({ method, route, status }) => served.push({ method, route, status }),
        failed: (error) => failures.push(error.message),
      },
      ...rest,
    },
    t.signal,
  );
  t.after(() => server.close());
  const open = async (): Promise<Socket> => {
    const socket = connect(server.port, server.host);
    socket.on('error', () => undefined);
    t.after(() => socket.destroy());
    await once(socket, 'connect');
    return socket;
  };
  const raw = async (...parts: string[]): Promise<string> => {
    const socket = await open();
    let received = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      received += chunk;
    });
    for (const part of parts) socket.write(part);
    await once(socket, 'close');
    return received;
  };
  return { server, asked, served, failures, raw, open };
}

const GET = 'GET / HTTP/1.1\r\nHost: localhost\r\n';
const CLOSE = 'Connection: close\r\n\r\n';

function statusOf(answer: string): number {
  return Number(answer.split(' ')[1]);
}

test('it listens on 127.0.0.1 unless told otherwise, and answers', async (t) => {
  const { server, served } = await setUp(t);
  assert.equal(server.host, '127.0.0.1');
  const response = await fetch(`http://127.0.0.1:${server.port}/x?y=1`);
  assert.deepEqual(await response.json(), { fine: true });
  assert.equal(response.headers.get('content-security-policy'), "default-src 'none'; frame-ancestors 'none'");
  assert.deepEqual(served, [{ method: 'GET', route: '/fine', status: 200 }]);
});

test('a port that is taken rejects', async (t) => {
  const { server } = await setUp(t);
  const again = startServer({ listen: { port: server.port }, clock: new SystemClock(), routes: ok }, t.signal);
  await assert.rejects(again, { code: 'EADDRINUSE' });
});

const requests: readonly { name: string; send: readonly string[]; status: number; reaches?: boolean }[] = [
  { name: 'H03: another name', send: ['GET / HTTP/1.1\r\nHost: evil.example\r\n', CLOSE], status: 421 },
  {
    name: 'H03: a name that resolves to us',
    send: ['GET / HTTP/1.1\r\nHost: 127.0.0.1.nip.io\r\n', CLOSE],
    status: 421,
  },
  { name: 'H03: no Host', send: ['GET / HTTP/1.1\r\n', CLOSE], status: 400 },
  { name: 'H03: two Hosts', send: [`${GET}Host: evil.example\r\n`, CLOSE], status: 400 },
  { name: 'H03: no Host in HTTP/1.0', send: ['GET / HTTP/1.0\r\n\r\n'], status: 421 },
  { name: 'H10: 17 KiB of headers', send: [GET, `X: ${'a'.repeat(17 * 1_024)}\r\n`, CLOSE], status: 431 },
  { name: 'H10: 2 001 headers', send: [GET, 'a: 1\r\n'.repeat(2_001), CLOSE], status: 431 },
  {
    name: 'H10: both lengths, as smuggling has them',
    send: [
      'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n',
      CLOSE,
      '0\r\n\r\n',
    ],
    status: 400,
  },
  { name: 'H10: a bare line feed in a header', send: [`${GET}X: a\nY: b\r\n`, CLOSE], status: 400 },
  { name: 'H14: a method that does not exist', send: ['PATCHX / HTTP/1.1\r\nHost: localhost\r\n', CLOSE], status: 400 },
  { name: 'H14: a method in lower case', send: ['get / HTTP/1.1\r\nHost: localhost\r\n', CLOSE], status: 400 },
  {
    name: 'H14: TRACE reaches the routes',
    send: ['TRACE / HTTP/1.1\r\nHost: localhost\r\n', CLOSE],
    status: 200,
    reaches: true,
  },
  {
    name: 'H28: HEAD has no body',
    send: ['HEAD / HTTP/1.1\r\nHost: localhost\r\n', CLOSE],
    status: 200,
    reaches: true,
  },
];
for (const { name, send, status, reaches = false } of requests) {
  test(`${name}: ${status}`, async (t) => {
    const bench = await setUp(t);
    const answer = await bench.raw(...send);
    assert.equal(statusOf(answer), status, answer);
    assert.equal(bench.asked.length, reaches ? 1 : 0);
    if (name.startsWith('H28')) assert.ok(answer.endsWith('\r\n\r\n') && /content-length: 14/i.test(answer));
  });
}

test('H14: CONNECT is cut off', async (t) => {
  const bench = await setUp(t);
  assert.equal(await bench.raw('CONNECT evil.example:443 HTTP/1.1\r\nHost: localhost\r\n\r\n'), '');
  assert.equal(bench.asked.length, 0);
});

test('H14, H15: only a few methods become labels', async (t) => {
  const bench = await setUp(t);
  for (const method of ['TRACE', 'PURGE', 'DELETE'])
    await bench.raw(`${method} / HTTP/1.1\r\nHost: localhost\r\n`, CLOSE);
  assert.deepEqual([...new Set(bench.served.map(({ method }) => method))], ['other']);
});

test('H10: a thousand pipelined requests are answered in turn', async (t) => {
  const bench = await setUp(t);
  const answer = await bench.raw(`${GET}\r\n`.repeat(999), GET, CLOSE);
  assert.equal(answer.split('HTTP/1.1 200 OK').length - 1, 1_000);
});

test('H08, H28: a body announced with Expect: 100-continue is refused before it is sent', async (t) => {
  const refuse: Handler = async ({ headers }) => ({ ...json(413, headers['content-length']), route: '/fine' });
  const bench = await setUp(t, { routes: refuse });
  const head = 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000000\r\nExpect: 100-continue\r\n';
  const answer = await bench.raw(head, CLOSE);
  assert.equal(statusOf(answer), 413);
  assert.ok(!answer.includes('100 Continue'));
});

test('H09: headers that trickle in are cut off with 408', async (t) => {
  const bench = await setUp(t, { limits: { headersTimeoutMs: 50, requestTimeoutMs: 100, checkEveryMs: 10 } });
  assert.equal(statusOf(await bench.raw('GET / HTTP/1.1\r\nHost: loc')), 408);
  assert.equal(bench.asked.length, 0);
});

test('H09: a connection that says nothing is closed', async (t) => {
  const bench = await setUp(t, { limits: { idleTimeoutMs: 50 } });
  assert.equal(await bench.raw(), '');
});

test('H09: connections over the cap are closed, those within go on', async (t) => {
  const bench = await setUp(t, { limits: { maxConnections: 2 } });
  const [first, second] = [await bench.open(), await bench.open()];
  assert.equal(await bench.raw(), '');
  first.write(`${GET}\r\n`);
  const [answer] = await once(first, 'data');
  assert.equal(statusOf(String(answer)), 200);
  for (const socket of [first, second]) socket.destroy();
});

test('H25: a client that goes away in the middle harms nobody', async (t) => {
  const held = Promise.withResolvers<void>();
  const large: Handler = async () => {
    await held.promise;
    return { ...json(200, 'x'.repeat(1_000_000)), route: '/large' };
  };
  const bench = await setUp(t, { routes: large });
  const socket = await bench.open();
  socket.write(`${GET}\r\n`);
  while (bench.asked.length === 0) await settle();
  socket.resetAndDestroy();
  await once(socket, 'close');
  held.resolve();
  assert.equal(statusOf(await bench.raw(GET, CLOSE)), 200);
  assert.deepEqual(bench.failures, []);
});

test('H25: a client that goes away while the answer is on its way harms nobody', async (t) => {
  const large: Handler = async () => ({ ...json(200, 'x'.repeat(20_000_000)), route: '/large' });
  const bench = await setUp(t, { routes: large });
  const socket = await bench.open();
  socket.write(`${GET}\r\n`);
  await once(socket, 'data');
  socket.resetAndDestroy();
  await once(socket, 'close');
  await settle();
  assert.equal(statusOf(await bench.raw('HEAD / HTTP/1.1\r\nHost: localhost\r\n', CLOSE)), 200);
  assert.deepEqual(bench.failures, []);
});

test('a route that throws is a 500 that tells nothing, and is reported', async (t) => {
  const bench = await setUp(t, { routes: () => Promise.reject(new Error('canary /etc/secret')) });
  const answer = await bench.raw(GET, CLOSE);
  assert.equal(statusOf(answer), 500);
  assert.doesNotMatch(answer, /canary|at .*\.ts/);
  assert.deepEqual(bench.failures, ['canary /etc/secret']);
  assert.deepEqual(bench.served, [{ method: 'GET', route: 'failed', status: 500 }]);
});

test('an observer that throws does not reach the client', async (t) => {
  const fail = (): never => {
    throw new Error('a bug in the metrics');
  };
  const bench = await setUp(t, { observer: { served: fail, failed: fail } });
  assert.equal(statusOf(await bench.raw(GET, CLOSE)), 200);
});

test('close lets an open request end', async (t) => {
  const held = Promise.withResolvers<void>();
  const clock = new FakeClock();
  const bench = await setUp(t, { clock, routes: (request) => held.promise.then(() => ok(request)) });
  const answer = bench.raw(GET, '\r\n');
  while (bench.asked.length === 0) await settle();
  const closed = bench.server.close();
  await settle();
  held.resolve();
  assert.match(await answer, /^HTTP\/1\.1 200 OK[\s\S]*connection: close/i);
  await closed;
  assert.equal(clock.sleeping, 0);
  await assert.rejects(fetch(`http://127.0.0.1:${bench.server.port}/`));
});

test('close cuts off what is still open at its deadline, and may be repeated', async (t) => {
  const clock = new FakeClock();
  const bench = await setUp(t, { clock, routes: () => new Promise(() => undefined), limits: { closeMs: 2_000 } });
  const answer = bench.raw(GET, '\r\n');
  while (bench.asked.length === 0) await settle();
  const closed = Promise.all([bench.server.close(), bench.server.close()]);
  await clock.advance(2_000);
  await closed;
  assert.equal(await answer, '');
});

test('an aborted signal closes it', async () => {
  const stop = new AbortController();
  const server = await startServer({ listen: { port: 0 }, clock: new SystemClock(), routes: ok }, stop.signal);
  stop.abort(new Error('shutting down'));
  await server.close();
  await assert.rejects(fetch(`http://127.0.0.1:${server.port}/`));
  await assert.rejects(
    startServer({ listen: { port: 0 }, clock: new SystemClock(), routes: ok }, stop.signal),
    /shutting/,
  );
});
