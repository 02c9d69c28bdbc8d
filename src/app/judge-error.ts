import { AwsError, type AwsErrorKind } from '../aws/errors.ts';
import { BuildFailed, EngineUnavailable, PushFailed } from '../build/build-errors.ts';
import { BuildRefused } from '../build/build-refused.ts';
import { RegistryDenied, RegistryUnreachable } from '../build/registry-protocol.ts';
import type { Trouble } from '../reconcile/trouble.ts';

const TROUBLE: Readonly<Record<AwsErrorKind, Pick<Trouble, 'kind' | 'reason'>>> = {
  missing: { kind: 'person', reason: 'NotFound' },
  exists: { kind: 'retry', reason: 'Conflict' },
  throttled: { kind: 'retry', reason: 'Throttled' },
  busy: { kind: 'wait', reason: 'Busy' },
  'not-ready': { kind: 'wait', reason: 'NotReady' },
  invalid: { kind: 'person', reason: 'Invalid' },
  denied: { kind: 'person', reason: 'AccessDenied' },
  credentials: { kind: 'retry', reason: 'Credentials' },
  quota: { kind: 'person', reason: 'Quota' },
  transient: { kind: 'retry', reason: 'Unavailable' },
  ambiguous: { kind: 'retry', reason: 'Unavailable' },
};

/** What an error means for the next pass. One that nobody knows is a bug of ours and is tried again with back-off. */
export function judgeError(error: Error): Trouble {
  const { message } = error;
  if (error instanceof AwsError) return { ...TROUBLE[error.kind], message };
  if (error instanceof BuildRefused) return { kind: 'person', reason: 'BuildRefused', message };
  if (error instanceof BuildFailed) {
    return { kind: error.kind === 'disk-full' ? 'retry' : 'person', reason: 'BuildFailed', message };
  }
  if (error instanceof EngineUnavailable) return { kind: 'retry', reason: 'Unavailable', message };
  if (error instanceof PushFailed)
    return { kind: error.kind === 'denied' ? 'person' : 'retry', reason: 'PushFailed', message };
  if (error instanceof RegistryDenied) return { kind: 'person', reason: 'AccessDenied', message };
  if (error instanceof RegistryUnreachable) return { kind: 'retry', reason: 'Unavailable', message };
  return { kind: 'retry', reason: 'Internal', message };
}
