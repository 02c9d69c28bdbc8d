import type { IncomingHttpHeaders } from 'node:http';
import { AwsFault } from '../../aws/errors.ts';
import { toError } from '../../lib/errors.ts';
import { deliver } from '../faults/deliver.ts';
import { ConnectionFault, HtmlFault } from '../faults/failures.ts';
import { fault, unknownOperation } from '../refusals.ts';
import type { Caller } from '../region.ts';
import { callerOf } from '../sts/callers.ts';
import { SandboxTransport } from '../transport.ts';
import type { SandboxWorld } from '../world.ts';
import { credentialScope } from './credential-scope.ts';
import type { Dynamo, WireAnswer } from './dynamo.ts';
import { parseJson, writeJson } from './json-wire.ts';
import { formOf, parseForm, writeXml, writeXmlError } from './query-wire.ts';
import { s3Answer, s3Call, s3Failure } from './s3-wire.ts';
import { type WireTarget, wireTarget } from './targets.ts';

export interface WireRequest {
  /** `POST` in every protocol but S3's. */
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly requestId: string;
  readonly signal: AbortSignal;
}

/** Where an unsigned request goes. */
const DEFAULT_REGION = 'us-east-1';

/** The answer to one HTTP request, whatever it holds. Rejects when `signal` aborts, and with `ConnectionFault` when there is to be none. */
export async function answer(world: SandboxWorld, dynamo: Dynamo, request: WireRequest): Promise<WireAnswer> {
  const target = targetOf(request);
  try {
    switch (target.kind) {
      case 'dynamodb':
        return await forward(world, dynamo, target, request);
      case 'unknown':
        throw unknownOperation(`The sandbox does not imitate ${target.what}.`);
      case 's3':
        return s3Answer(await performRest(world, request), request.requestId);
      case 'json':
      case 'query':
        return success(target, await perform(world, target, request), request.requestId);
    }
  } catch (thrown) {
    request.signal.throwIfAborted();
    // The server ends a connection that is never answered.
    if (thrown instanceof ConnectionFault) throw thrown;
    return failure(target, thrown, request.requestId);
  }
}

/** An answer in the protocol of the request that says no. */
export function failure(target: WireTarget, thrown: unknown, requestId: string): WireAnswer {
  const refused = thrown instanceof AwsFault ? thrown : internal(toError(thrown));
  const status = refused.status ?? 500;
  if (refused instanceof HtmlFault) {
    return { status, headers: { 'content-type': 'text/html' }, body: refused.page };
  }
  if (target.kind === 's3') return s3Failure(refused, requestId, target.method);
  if (target.kind === 'query') {
    return {
      status,
      headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
      body: writeXmlError(target.api, refused.code, refused.message, requestId),
    };
  }
  const member = target.kind === 'json' && target.api === 'application-autoscaling' ? 'Message' : 'message';
  return {
    status,
    headers: jsonHeaders(requestId),
    body: JSON.stringify({ __type: refused.code, [member]: refused.message }),
  };
}

/** S3 has no such names: what it is asked for is known by its signature. */
export function targetOf({ method, headers, body }: Pick<WireRequest, 'method' | 'headers' | 'body'>): WireTarget {
  const name = headers['x-amz-target'];
  if (typeof name === 'string') return wireTarget(name, undefined);
  if (credentialScope(headers.authorization)?.service === 's3') return { kind: 's3', method };
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
  return wireTarget(undefined, isForm ? formOf(body.toString('utf8')) : undefined);
}

async function perform(
  world: SandboxWorld,
  target: WireTarget & { readonly kind: 'json' | 'query' },
  { headers, body, signal }: WireRequest,
): Promise<object> {
  const text = body.toString('utf8');
  const input = target.kind === 'json' ? parseJson(text, target.api) : parseForm(formOf(text));
  const { region, caller } = senderOf(world, headers);
  const transport = new SandboxTransport(world, region, caller);
  return await transport.send(target.operation, input, { signal });
}

function performRest(world: SandboxWorld, request: WireRequest): Promise<object> {
  const { operation, input } = s3Call(request);
  const { region, caller } = senderOf(world, request.headers);
  return new SandboxTransport(world, region, caller).send(operation, input, { signal: request.signal });
}

/** DynamoDB is another server: faults strike on the way to it. */
async function forward(
  world: SandboxWorld,
  dynamo: Dynamo,
  { operation }: { readonly operation: string },
  { headers, body, signal }: WireRequest,
): Promise<WireAnswer> {
  const effect = (): Promise<WireAnswer> => dynamo.forward(headers, body);
  const call = { ...senderOf(world, headers), operation, input: {} };
  const verdict = world.judge(call);
  if (verdict === undefined) return effect();
  return deliver({
    operation,
    callerArn: call.caller.arn,
    verdict,
    effect,
    refuse: () => undefined,
    later: (ms, run) => void world.clock.sleep(ms, signal).then(run, () => undefined),
    wait: (ms) => world.clock.sleep(ms, signal),
  });
}

function senderOf(world: SandboxWorld, headers: IncomingHttpHeaders): { region: string; caller: Caller } {
  const scope = credentialScope(headers.authorization);
  const caller = scope === undefined ? undefined : callerOfRequest(scope.accessKeyId, headers);
  return { region: scope?.region ?? DEFAULT_REGION, caller: caller ?? world.root };
}

function callerOfRequest(accessKeyId: string, headers: IncomingHttpHeaders): Caller | undefined {
  const token = headers['x-amz-security-token'];
  return callerOf(accessKeyId, typeof token === 'string' ? token : undefined);
}

function success(target: WireTarget, output: object, requestId: string): WireAnswer {
  if (target.kind !== 'query') return { status: 200, headers: jsonHeaders(requestId), body: writeJson(output) };
  const body = writeXml(target.operation, output, requestId);
  return { status: 200, headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId }, body };
}

function jsonHeaders(requestId: string): Readonly<Record<string, string>> {
  return { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': requestId };
}

/** A handler met an input of another shape than the API's: the caller's mistake more often than ours. */
function internal(error: Error): AwsFault {
  if (error instanceof TypeError) return fault('SerializationException', `Could not read the input: ${error.message}`);
  return fault('InternalFailure', error.message, 500);
}
