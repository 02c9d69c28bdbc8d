import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as it went over the wire. */
export interface WireCall {
  /** `DescribeServices`, `GetCallerIdentity`, … */
  readonly operation: string;
  /** The JSON that was sent; for the Query protocol its fields; for S3 nothing. */
  readonly input: Readonly<Record<string, unknown>>;
}

/** Passes every request on and writes it down. */
export interface RecordingProxy extends AsyncDisposable {
  readonly url: string;
  /** What came since this was asked before, in order. */
  take(): readonly WireCall[];
}

export const isMutating = ({ operation }: WireCall): boolean => !/^(Describe|List|Get|Head|BatchGet)/.test(operation);

/** `mend` puts right what a target answers in a form that no client reads. */
export async function startRecordingProxy(
  target: string,
  mend?: (call: WireCall, answer: string) => string,
): Promise<RecordingProxy> {
  let calls: WireCall[] = [];
  const agent = new Agent({ keepAlive: true });
  const server = createServer((incoming, outgoing) => void serve(incoming, outgoing));
  const serve = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const body = Buffer.concat(await incoming.toArray());
    const { method = 'POST', headers, url = '/' } = incoming;
    const call = url === '/' ? callOf(headers['x-amz-target'], body.toString('utf8')) : restCallOf(method);
    calls.push(call);
    const forward = request(new URL(url, target), { method, headers, agent }, (answer) => {
      if (mend === undefined) {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      } else void pass(answer, outgoing, (text) => mend(call, text));
    });
    forward.on('error', () => outgoing.destroy());
    forward.end(body);
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    take() {
      const taken = calls;
      calls = [];
      return taken;
    },
    async [Symbol.asyncDispose]() {
      agent.destroy();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** Only S3 is asked by path. */
function restCallOf(method: string): WireCall {
  return { operation: method === 'HEAD' ? 'HeadObject' : 'PutObject', input: {} };
}

async function pass(answer: IncomingMessage, outgoing: ServerResponse, mend: (text: string) => string): Promise<void> {
  const { 'content-length': length, 'transfer-encoding': _, ...headers } = answer.headers;
  const body = Buffer.concat(await answer.toArray());
  const mended = Buffer.from(mend(body.toString('utf8')));
  // The length that the answer to a HEAD tells is of what it has not.
  const size = body.length === 0 ? length : String(mended.length);
  outgoing.writeHead(answer.statusCode ?? 502, {
    ...headers,
    ...(size === undefined ? {} : { 'content-length': size }),
  });
  outgoing.end(mended);
}

/** JSON protocols name the operation in a header, the Query protocol in the body. */
function callOf(target: string | string[] | undefined, body: string): WireCall {
  if (typeof target === 'string')
    return { operation: target.slice(target.indexOf('.') + 1), input: body === '' ? {} : JSON.parse(body) };
  const fields = Object.fromEntries(new URLSearchParams(body));
  return { operation: fields['Action'] ?? 'unknown', input: fields };
}
