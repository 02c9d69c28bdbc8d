import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http';
import { text } from 'node:stream/consumers';

const PATIENCE_MS = 30_000;

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Question {
  readonly method?: string;
  readonly body?: string;
  /** Sends the body in chunks, without saying how long it is. */
  readonly chunked?: boolean;
  readonly headers?: OutgoingHttpHeaders;
  /** Hangs up when it aborts. */
  readonly signal?: AbortSignal;
}

/** One request over a connection of its own, so that no other's is in use or is counted on. */
export async function ask(url: string, question: Question = {}): Promise<Answer> {
  const { body = '', chunked = false, signal } = question;
  const sent = request(url, {
    agent: false,
    method: question.method ?? (body === '' ? 'GET' : 'POST'),
    headers: { ...(chunked || body === '' ? {} : { 'content-length': Buffer.byteLength(body) }), ...question.headers },
    signal: AbortSignal.any([AbortSignal.timeout(PATIENCE_MS), ...(signal === undefined ? [] : [signal])]),
  });
  const answered = new Promise<Answer>((resolve, reject) => {
    sent.once('error', reject);
    sent.once('response', (response) => {
      text(response).then(
        (whole) => resolve({ status: response.statusCode ?? 0, headers: response.headers, text: whole }),
        reject,
      );
    });
  });
  for (let at = 0; chunked && at < body.length; at += 65_536) sent.write(body.slice(at, at + 65_536));
  sent.end(chunked ? undefined : body);
  return await answered;
}

/** The code of the error in a refusal. */
export function errorCode({ text: body }: Answer): unknown {
  return (JSON.parse(body) as { error?: { code?: unknown } }).error?.code;
}

/** The text an invocation was answered with. */
export function answerText({ text: body }: Answer): unknown {
  return (JSON.parse(body) as { output?: { text?: unknown } }).output?.text;
}
