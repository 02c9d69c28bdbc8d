import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ApiResponse } from '../../src/http/message.ts';
import { createRoutes, type ReadModel, type RouteOptions } from '../../src/http/routes.ts';
import { type Key, keyOf } from '../../src/manifest/key.ts';
import type { ServiceStatus } from '../../src/reconcile/status.ts';

const TOKEN = 'correct-horse';

const web: ServiceStatus = {
  key: keyOf('default', 'web'),
  cluster: 'agents',
  service: 'web',
  region: 'eu-west-1',
  mode: 'manage',
  suspended: false,
  origin: 'web.yaml',
  manifestHash: '0'.repeat(64),
  generation: 2,
  observedGeneration: 2,
  sync: 'OutOfSync',
  health: 'Healthy',
  conditions: [],
  drift: [{ path: 'cpu', desired: 256, live: 512, verdict: 'declared', replaces: false }],
  events: [{ at: '2026-01-01T00:00:00.000Z', type: 'Normal', reason: 'Created', message: 'service created' }],
};
const api: ServiceStatus = { ...web, key: keyOf('default', 'api'), service: 'api' };

interface Bench {
  readonly ask: (method: string, url: string, headers?: Record<string, string>) => Promise<ApiResponse>;
  readonly queued: Key[];
}

function setUp(overrides: Partial<ReadModel> = {}, options: RouteOptions = { writeToken: TOKEN }): Bench {
  const queued: Key[] = [];
  const services = [web, api];
  const model: ReadModel = {
    services: () => services,
    service: (key) => services.find((service) => service.key === key),
    metrics: async () => ({ contentType: 'text/plain; version=0.0.4; charset=utf-8', text: 'evenkeel_leader 1\n' }),
    live: () => [{ name: 'loop', ok: true }],
    ready: () => [
      { name: 'source', ok: true, detail: '4 manifests, 0 invalid, read 3s ago' },
      { name: 'lease', ok: true },
    ],
    reconcile: (key) => queued.push(key),
    ...overrides,
  };
  const routes = createRoutes(model, options);
  return {
    queued,
    ask: (method, url, headers = {}) => routes({ method, url, headers: { host: 'localhost:9090', ...headers } }),
  };
}

const bearer = { authorization: `Bearer ${TOKEN}` };
const WEB = '/api/v1/services/default/web';

const table: readonly {
  name: string;
  request: readonly [method: string, url: string, headers?: Record<string, string>];
  status: number;
  body?: RegExp;
  route?: string;
}[] = [
  { name: 'metrics are served as they are', request: ['GET', '/metrics'], status: 200, body: /^evenkeel_leader 1\n$/ },
  { name: 'a scraper may add a query', request: ['GET', '/metrics?name[]=up'], status: 200 },
  { name: 'livez says ok', request: ['GET', '/livez'], status: 200, body: /^ok\n$/ },
  {
    name: 'healthz is another name for it',
    request: ['GET', '/healthz?verbose'],
    status: 200,
    body: /^\[\+\]loop ok\nhealthz check passed\n$/,
  },
  {
    name: 'readyz tells each check when asked',
    request: ['GET', '/readyz?verbose'],
    status: 200,
    body: /^\[\+\]source ok \(4 manifests, 0 invalid, read 3s ago\)\n\[\+\]lease ok\nreadyz check passed\n$/,
  },
  { name: 'readyz is short otherwise', request: ['GET', '/readyz'], status: 200, body: /^ok\n$/ },
  { name: 'one service has its drift', request: ['GET', WEB], status: 200, body: /"drift":\[\{"path":"cpu"/ },
  {
    name: 'one service has its events elsewhere',
    request: ['GET', `${WEB}/events`],
    status: 200,
    body: /"reason":"Created"/,
  },
  { name: 'HEAD is answered as GET', request: ['HEAD', '/livez'], status: 200 },
  {
    name: 'an unknown service is not found',
    request: ['GET', '/api/v1/services/default/none'],
    status: 404,
    route: '/api/v1/services/{namespace}/{name}',
  },
  { name: 'the root is not found', request: ['GET', '/'], status: 404, route: 'unmatched' },

  {
    name: 'H05: a CORS preflight gets no permission',
    request: ['OPTIONS', WEB, { origin: 'https://evil.example' }],
    status: 405,
  },
  { name: 'H11: parent segments', request: ['GET', '/api/v1/services/default/..%2f..%2fetc'], status: 404 },
  { name: 'H11: plain parent segments', request: ['GET', '/api/v1/services/../../metrics'], status: 404 },
  { name: 'H11: a null byte', request: ['GET', '/api/v1/services/default/web%00'], status: 404 },
  { name: 'H11: overlong UTF-8', request: ['GET', '/api/v1/services/default/%C0%AE'], status: 404 },
  { name: 'H11: encoded twice', request: ['GET', '/api/v1/services/default/%252e%252e'], status: 404 },
  { name: 'H11: doubled slashes', request: ['GET', '//metrics'], status: 404 },
  { name: 'H11: a slash at the end', request: ['GET', '/metrics/'], status: 404 },
  { name: 'H11: a dot at the end', request: ['GET', '/metrics.'], status: 404 },
  { name: 'H11: a path of 8 KiB', request: ['GET', `/${'a'.repeat(8_192)}`], status: 414 },
  { name: 'H11: an address of another host', request: ['GET', 'http://evil.example/metrics'], status: 404 },
  { name: 'H12: __proto__', request: ['GET', '/api/v1/services/default/__proto__'], status: 404 },
  { name: 'H12: constructor', request: ['GET', '/api/v1/services/default/constructor'], status: 404 },
  { name: 'H12: hasOwnProperty', request: ['GET', '/api/v1/services/hasOwnProperty/web'], status: 404 },
  { name: 'H12: __proto__ as a route', request: ['GET', '/__proto__'], status: 404 },
  { name: 'H13: a negative limit', request: ['GET', '/api/v1/services?limit=-1'], status: 400 },
  { name: 'H13: nested parameters', request: ['GET', '/api/v1/services?a[]=1&a[b]=2'], status: 400 },
  { name: 'H13: too many parameters', request: ['GET', `/api/v1/services?${'a&'.repeat(10_000)}`], status: 414 },
  { name: 'H14: TRACE', request: ['TRACE', '/metrics'], status: 405 },
  { name: 'H14: DELETE', request: ['DELETE', WEB], status: 405 },
  {
    name: 'H28: ranges are ignored',
    request: ['GET', '/metrics', { range: 'bytes=0-1' }],
    status: 200,
    body: /^evenkeel/,
  },
  {
    name: 'H28: so are conditions',
    request: ['GET', '/metrics', { 'if-modified-since': 'Wed, 21 Oct 2099 07:28:00 GMT' }],
    status: 200,
  },
  { name: 'H08: a body on a read', request: ['GET', '/livez', { 'content-length': '5' }], status: 415 },
];
for (const { name, request, status, body, route } of table) {
  test(name, async () => {
    const bench = setUp();
    const response = await bench.ask(...request);
    assert.equal(response.status, status);
    if (body !== undefined) assert.match(response.body, body);
    if (route !== undefined) assert.equal(response.route, route);
    assert.equal(bench.queued.length, 0);
    assert.equal(response.headers['content-security-policy'], "default-src 'none'; frame-ancestors 'none'");
    assert.equal(response.headers['x-content-type-options'], 'nosniff');
    assert.equal(response.headers['cache-control'], 'no-store');
    assert.ok(!Object.keys(response.headers).some((header) => header.startsWith('access-control')));
  });
}

test('the list is sorted and has no history', async () => {
  const { body } = await setUp().ask('GET', '/api/v1/services');
  const list = JSON.parse(body);
  assert.deepEqual(
    list.items.map((item: Record<string, unknown>) => [item['namespace'], item['name'], item['driftedFields']]),
    [
      ['default', 'api', 1],
      ['default', 'web', 1],
    ],
  );
  assert.ok(!body.includes('"events"') && !body.includes('"drift"'));
});

for (const path of ['/livez', '/healthz', '/readyz']) {
  test(`${path} fails with 503 and says why without being asked`, async () => {
    const checks = (): ReturnType<ReadModel['ready']> => [
      { name: 'good', ok: true },
      { name: 'bad', ok: false, detail: 'stale for 300s' },
    ];
    const { status, body } = await setUp({ live: checks, ready: checks }).ask('GET', path);
    assert.equal(status, 503);
    assert.equal(body, `[+]good ok\n[-]bad failed (stale for 300s)\n${path.slice(1)} check failed\n`);
  });
}

const writes: readonly {
  name: string;
  headers: Record<string, string>;
  status: number;
  options?: RouteOptions;
  url?: string;
}[] = [
  { name: 'the right token puts the key in the queue', headers: bearer, status: 202 },
  { name: 'the scheme may be spelt in any case', headers: { authorization: `bearer ${TOKEN}` }, status: 202 },
  { name: 'H01: no token', headers: {}, status: 401 },
  { name: 'H01: a wrong token', headers: { authorization: 'Bearer wrong' }, status: 401 },
  { name: 'H01: a token that begins right', headers: { authorization: `Bearer ${TOKEN}x` }, status: 401 },
  { name: 'H01: another scheme', headers: { authorization: `Basic ${TOKEN}` }, status: 401 },
  { name: 'H01: a token without a scheme', headers: { authorization: TOKEN }, status: 401 },
  { name: 'H01: an empty token', headers: { authorization: 'Bearer ' }, status: 401 },
  { name: 'H02: writes are off without a token configured', headers: bearer, status: 403, options: {} },
  {
    name: 'H02: an empty token configured lets nobody in',
    headers: { authorization: 'Bearer ' },
    status: 401,
    options: { writeToken: '' },
  },
  {
    name: 'H04: a foreign origin, even with the token',
    headers: { ...bearer, origin: 'https://evil.example' },
    status: 403,
  },
  { name: 'H04: the null origin', headers: { ...bearer, origin: 'null' }, status: 403 },
  { name: 'H04: another port is another origin', headers: { ...bearer, origin: 'http://localhost:1' }, status: 403 },
  { name: 'H04: a cross-site fetch', headers: { ...bearer, 'sec-fetch-site': 'cross-site' }, status: 403 },
  { name: 'our own origin', headers: { ...bearer, origin: 'http://localhost:9090' }, status: 202 },
  {
    name: 'H04: a text body',
    headers: { ...bearer, 'content-type': 'text/plain', 'content-length': '2' },
    status: 415,
  },
  {
    name: 'H04: a form body',
    headers: { ...bearer, 'content-type': 'application/x-www-form-urlencoded', 'content-length': '2' },
    status: 415,
  },
  { name: 'H08: a body of 64 KiB and one byte', headers: { ...bearer, 'content-length': '65537' }, status: 413 },
  {
    name: 'H08: a body of unknown length',
    headers: { ...bearer, 'transfer-encoding': 'chunked', 'content-type': 'application/json' },
    status: 400,
  },
  {
    name: 'H16: any JSON',
    headers: { ...bearer, 'content-length': '13', 'content-type': 'application/json' },
    status: 400,
  },
  { name: 'H16: a length that is no number', headers: { ...bearer, 'content-length': 'x' }, status: 415 },
  { name: 'an unknown service', headers: bearer, status: 404, url: '/api/v1/services/default/none/reconcile' },
  {
    name: 'H02: an unknown service, without the token, says nothing of it',
    headers: {},
    status: 401,
    url: '/api/v1/services/default/none/reconcile',
  },
  { name: 'H13: a query', headers: bearer, status: 400, url: `${WEB}/reconcile?force=1` },
];
for (const { name, headers, status, options, url = `${WEB}/reconcile` } of writes) {
  test(`reconcile: ${name}: ${status}`, async () => {
    const bench = setUp({}, options ?? { writeToken: TOKEN });
    const response = await bench.ask('POST', url, headers);
    assert.equal(response.status, status);
    assert.deepEqual(bench.queued, status === 202 ? ['default/web'] : []);
    assert.equal(response.headers['www-authenticate'], status === 401 ? 'Bearer' : undefined);
  });
}

for (const method of ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'post', 'PROPFIND']) {
  test(`H14: reconcile refuses ${method} and names what it takes`, async () => {
    const bench = setUp();
    const response = await bench.ask(method, `${WEB}/reconcile`, bearer);
    assert.deepEqual([response.status, response.headers['allow']], [405, 'POST']);
    assert.deepEqual(bench.queued, []);
  });
}

test('a problem body says what is wrong and repeats nothing of the request', async () => {
  const response = await setUp().ask('GET', '/<script>alert(1)</script>?canary');
  assert.equal(response.headers['content-type'], 'application/problem+json; charset=utf-8');
  assert.deepEqual(JSON.parse(response.body), {
    type: 'about:blank',
    title: 'Not Found',
    status: 404,
    detail: 'there is nothing at this address',
  });
});

test('H15: whatever is asked, the routes in the metrics are a fixed few', async () => {
  const { ask } = setUp();
  const request = fc.record({
    method: fc.constantFrom('GET', 'POST', 'X'),
    url: fc.oneof(
      fc.string(),
      fc
        .array(fc.constantFrom('', 'api', 'v1', 'services', 'a', 'events', 'reconcile', '..', '%2e'))
        .map((parts) => `/${parts.join('/')}`),
    ),
  });
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(request, async ({ method, url }) => {
      const { status, route } = await ask(method, url);
      assert.ok([200, 400, 401, 404, 405].includes(status), `${status}`);
      seen.add(route);
    }),
    { numRuns: 150 },
  );
  const known = [
    'unmatched',
    '/api/v1/services',
    ...['', '/events', '/reconcile'].map((end) => `/api/v1/services/{namespace}/{name}${end}`),
  ];
  assert.deepEqual(
    [...seen].filter((route) => !known.includes(route)),
    [],
  );
});

test('H18: a hundred requests at once are a hundred hints, and the answers are equal', async () => {
  const bench = setUp();
  const request = (): Promise<ApiResponse> => bench.ask('POST', `${WEB}/reconcile`, bearer);
  const answers = await Promise.all(Array.from({ length: 100 }, request));
  assert.deepEqual([...new Set(answers.map((answer) => answer.body))], ['{"kind":"Accepted","key":"default/web"}\n']);
  assert.equal(new Set(bench.queued).size, 1);
});

test('H22: what anybody may read of health holds nothing but the checks', async () => {
  const bench = setUp();
  for (const path of ['/livez?verbose', '/readyz?verbose', '/healthz?verbose']) {
    const { body } = await bench.ask('GET', path);
    assert.doesNotMatch(body, /arn:|AKIA|\d{12}/);
  }
});
