import { invalidParameter, validationError } from '../refusals.ts';
import type { Caller } from '../region.ts';

const KEY_PREFIX = 'ASIASBOX';
const ROLE = /^arn:aws[a-z-]*:iam::(\d{12}):role\/(?:.*\/)?([\w+=,.@-]{1,64})$/;

export interface SessionCredentials {
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly SessionToken: string;
}

/** Who somebody is after AssumeRole. Throws when `roleArn` is none. */
export function roleCaller(roleArn: string, sessionName: string): Caller {
  const match = ROLE.exec(roleArn);
  if (match === null) throw validationError(`${roleArn} is invalid`);
  if (!/^[\w+=,.@-]{2,64}$/.test(sessionName)) throw validationError('roleSessionName is invalid');
  const [, account = '', role = ''] = match;
  return {
    account,
    arn: `arn:aws:sts::${account}:assumed-role/${role}/${sessionName}`,
    userId: `AROASANDBOXSANDBOXSBX:${sessionName}`,
  };
}

/** Credentials that say by themselves whose they are: the sandbox keeps no list. They open nothing anywhere else. */
export function credentialsOf(caller: Caller): SessionCredentials {
  return {
    AccessKeyId: `${KEY_PREFIX}${caller.account}`,
    SecretAccessKey: 'sandbox',
    SessionToken: Buffer.from(JSON.stringify(caller)).toString('base64url'),
  };
}

/** Whoever such credentials stand for; undefined: they are no session of the sandbox. */
export function callerOf(accessKeyId: string, sessionToken: string | undefined): Caller | undefined {
  if (!accessKeyId.startsWith(KEY_PREFIX)) return undefined;
  try {
    const caller = JSON.parse(Buffer.from(sessionToken ?? '', 'base64url').toString('utf8')) as Caller;
    return { account: String(caller.account), arn: String(caller.arn), userId: String(caller.userId) };
  } catch {
    throw invalidParameter('The security token included in the request is invalid.');
  }
}
