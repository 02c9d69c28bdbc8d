import { type Key, keyOf } from '../manifest/key.ts';
import type { ServiceStatus } from '../reconcile/status.ts';
import { type Check, checksReply } from './checks.ts';
import { type ApiRequest, type ApiResponse, json, problem, type Reply, text } from './message.ts';
import { serviceDetail, serviceSummary } from './service-view.ts';
import { refuseBody, refuseWrite } from './write-guard.ts';

type Awaitable<Value> = Value | Promise<Value>;

/** What the routes read, and the one thing they can ask for. */
export interface ReadModel {
  services(): Awaitable<readonly ServiceStatus[]>;
  service(key: Key): Awaitable<ServiceStatus | undefined>;
  metrics(): Promise<{ readonly contentType: string; readonly text: string }>;
  /** Is the program alive: would a restart help? */
  live(): readonly Check[];
  /** Does the program do its work: source read, lease held, credentials good? */
  ready(): readonly Check[];
  /** Puts the key in the queue. Any number of calls cause one pass. `retry`: also of a rollout that failed before. */
  reconcile(key: Key, options: { readonly retry: boolean }): void;
}

export interface RouteOptions {
  /** Undefined switches every write off. */
  readonly writeToken?: string;
}

export type Handler = (request: ApiRequest) => Promise<ApiResponse>;

interface Call {
  readonly request: ApiRequest;
  readonly query: URLSearchParams;
  readonly model: ReadModel;
  /** Of the path's `{namespace}` and `{name}`. */
  readonly key: Key;
  readonly writeToken: string | undefined;
}

interface Route {
  readonly method: 'GET' | 'POST';
  readonly pattern: string;
  /** Query parameters it knows. Undefined: takes any, because scrapers and probes may add theirs. */
  readonly query?: readonly string[];
  readonly answer: (call: Call) => Awaitable<Reply>;
}

const SERVICE = '/api/v1/services/{namespace}/{name}';

const ROUTES: readonly Route[] = [
  { method: 'GET', pattern: '/metrics', answer: metrics },
  {
    method: 'GET',
    pattern: '/livez',
    answer: ({ model, query }) => checksReply('livez', model.live(), isVerbose(query)),
  },
  {
    method: 'GET',
    pattern: '/healthz',
    answer: ({ model, query }) => checksReply('healthz', model.live(), isVerbose(query)),
  },
  {
    method: 'GET',
    pattern: '/readyz',
    answer: ({ model, query }) => checksReply('readyz', model.ready(), isVerbose(query)),
  },
  { method: 'GET', pattern: '/api/v1/services', query: [], answer: services },
  { method: 'GET', pattern: SERVICE, query: [], answer: (call) => ofService(call, (status) => serviceDetail(status)) },
  { method: 'GET', pattern: `${SERVICE}/events`, query: [], answer: (call) => ofService(call, events) },
  { method: 'POST', pattern: `${SERVICE}/reconcile`, query: ['retry'], answer: reconcile },
];

const MAX_URL_LENGTH = 2_048;
/** The names a key can have. Anything else is not found, before any look-up. */
const NAME = /^[a-z0-9]([a-z0-9-]{0,253}[a-z0-9])?$/;

/** The whole HTTP interface as a function: it does no I/O but what the read model does. Rejects only if that does. */
export function createRoutes(model: ReadModel, { writeToken }: RouteOptions = {}): Handler {
  return async (request) => {
    if (request.url.length > MAX_URL_LENGTH) return { ...problem(414, 'the address is too long'), route: 'unmatched' };
    const mark = request.url.indexOf('?');
    const path = mark < 0 ? request.url : request.url.slice(0, mark);
    const found = ROUTES.map((route) => ({ route, key: match(route.pattern, path) })).filter(
      ({ key }) => key !== undefined,
    );
    const [first] = found;
    if (first === undefined) return { ...problem(404, 'there is nothing at this address'), route: 'unmatched' };
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const chosen = found.find(({ route }) => route.method === method);
    if (chosen === undefined) return { ...wrongMethod(first.route), route: first.route.pattern };
    const query = new URLSearchParams(mark < 0 ? '' : request.url.slice(mark + 1));
    const call: Call = { request, query, model, key: chosen.key!, writeToken };
    return { ...(await answer(chosen.route, call)), route: chosen.route.pattern };
  };
}

async function answer(route: Route, call: Call): Promise<Reply> {
  const refused = route.method === 'POST' ? refuseWrite(call.request, call.writeToken) : undefined;
  if (refused !== undefined) return refused;
  const unwanted = refuseBody(call.request);
  if (unwanted !== undefined) return unwanted;
  const known = route.query;
  if (known !== undefined && [...call.query.keys()].some((name) => !known.includes(name))) {
    return problem(400, 'this address does not take such a query');
  }
  return route.answer(call);
}

/** The key in the path, an empty one where the pattern has none; undefined when the path is another. */
function match(pattern: string, path: string): Key | undefined {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return undefined;
  const names: string[] = [];
  for (const [index, part] of wanted.entries()) {
    const segment = given[index]!;
    if (!part.startsWith('{')) {
      if (part !== segment) return undefined;
    } else if (NAME.test(segment)) names.push(segment);
    else return undefined;
  }
  return keyOf(names[0] ?? '', names[1] ?? '');
}

function wrongMethod({ method }: Route): Reply {
  return problem(405, 'this address does not take such a method', { allow: method === 'GET' ? 'GET, HEAD' : method });
}

function isVerbose(query: URLSearchParams): boolean {
  return query.has('verbose') && query.get('verbose') !== 'false';
}

async function metrics({ model }: Call): Promise<Reply> {
  const { contentType, text: body } = await model.metrics();
  return text(200, body, contentType);
}

async function services({ model }: Call): Promise<Reply> {
  const all = await model.services();
  const items = all.toSorted((a, b) => (a.key < b.key ? -1 : 1)).map(serviceSummary);
  return json(200, { kind: 'ServiceList', items });
}

async function ofService({ model, key }: Call, view: (status: ServiceStatus) => unknown): Promise<Reply> {
  const status = await model.service(key);
  return status === undefined ? problem(404, 'no such service is managed here') : json(200, view(status));
}

function events(status: ServiceStatus): unknown {
  return { kind: 'EventList', key: status.key, items: status.events };
}

async function reconcile({ model, key, query }: Call): Promise<Reply> {
  if ((await model.service(key)) === undefined) return problem(404, 'no such service is managed here');
  model.reconcile(key, { retry: query.get('retry') === 'true' });
  return json(202, { kind: 'Accepted', key });
}
