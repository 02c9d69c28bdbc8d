import { AwsError, type AwsErrorKind } from '../aws/errors.ts';
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

/** What an error of AWS means for the next pass; any other error is a bug of ours and is tried again with back-off. */
export function judgeAwsError(error: Error): Trouble {
  if (!(error instanceof AwsError)) return { kind: 'retry', reason: 'Internal', message: error.message };
  return { ...TROUBLE[error.kind], message: error.message };
}
