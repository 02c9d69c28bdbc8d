import { createHash, timingSafeEqual } from 'node:crypto';
import { type ApiRequest, problem, type Reply } from './message.ts';

/** Larger declared bodies are answered as too large; smaller ones as unwanted. No body is ever read. */
const MAX_BODY_BYTES = 64 * 1_024;

/**
 * What stands in the way of a request that changes something; undefined when nothing does.
 * A page of somebody else's in the operator's browser is refused whatever it carries.
 */
export function refuseWrite(request: ApiRequest, token: string | undefined): Reply | undefined {
  if (isForeign(request)) return problem(403, 'requests from other sites are refused');
  if (token === undefined) return problem(403, 'writes are switched off: no token is configured');
  if (!isAuthorized(request.headers['authorization'], token)) {
    return problem(401, 'a bearer token is needed', { 'www-authenticate': 'Bearer' });
  }
  return undefined;
}

/** None of our routes takes a body. */
export function refuseBody({ headers }: ApiRequest): Reply | undefined {
  const length = Number(headers['content-length'] ?? 0);
  if (length === 0 && headers['transfer-encoding'] === undefined) return undefined;
  const close = { connection: 'close' };
  if (length > MAX_BODY_BYTES) return problem(413, 'this address takes no body', close);
  const isJson = /^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '');
  return problem(isJson ? 400 : 415, 'this address takes no body', close);
}

function isForeign({ headers }: ApiRequest): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
  const origin = headers['origin'];
  return origin !== undefined && origin !== `http://${headers['host']}` && origin !== `https://${headers['host']}`;
}

/** Compares digests, so that neither the length nor the place of the first difference shows in the time taken. */
function isAuthorized(header: string | undefined, token: string): boolean {
  const given = /^Bearer ([\x21-\x7e]+)$/i.exec(header ?? '')?.[1];
  return token !== '' && timingSafeEqual(digest(given ?? ''), digest(token));
}

function digest(value: string): Buffer {
  return createHash('sha256').update(value).digest();
}
