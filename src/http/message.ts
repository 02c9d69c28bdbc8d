/** What a route sees of a request. */
export interface ApiRequest {
  /** As sent: `GET`, `POST`, … */
  readonly method: string;
  /** Path and query as sent, not decoded. */
  readonly url: string;
  /** By lower-case name; the first value where a header came twice. */
  readonly headers: Readonly<Record<string, string | undefined>>;
}

export interface ApiResponse {
  readonly status: number;
  /** Which route answered, for metrics: a pattern, never the path that was asked for. */
  readonly route: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Our pages are data for programs: nothing may run, be framed, be guessed at or be kept. */
const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  413: 'Content Too Large',
  414: 'URI Too Long',
  415: 'Unsupported Media Type',
  421: 'Misdirected Request',
  500: 'Internal Server Error',
};

export type Reply = Omit<ApiResponse, 'route'>;

export function text(status: number, body: string, contentType = 'text/plain; charset=utf-8'): Reply {
  return { status, headers: { ...SECURITY_HEADERS, 'content-type': contentType }, body };
}

export function json(status: number, value: unknown): Reply {
  return text(status, `${JSON.stringify(value)}\n`, 'application/json; charset=utf-8');
}

/** An error as RFC 9457 has it. `detail` is ours alone: never what the client sent, never what was thrown. */
export function problem(status: number, detail: string, headers: Readonly<Record<string, string>> = {}): Reply {
  const body = { type: 'about:blank', title: TITLES[status] ?? 'Error', status, detail };
  const reply = text(status, `${JSON.stringify(body)}\n`, 'application/problem+json; charset=utf-8');
  return { ...reply, headers: { ...reply.headers, ...headers } };
}
