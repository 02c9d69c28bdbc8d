import assert from 'node:assert/strict';
import { AwsError, type AwsErrorKind } from '../../../src/aws/errors.ts';
import type { Subject } from './subject.ts';

/** The subject of the suite, once it has started. */
export type Of = () => Subject;

/** For `assert.rejects`: an `AwsError` of this kind. */
export const ofKind =
  (kind: AwsErrorKind) =>
  (thrown: unknown): boolean => {
    assert.ok(thrown instanceof AwsError, String(thrown));
    assert.equal(thrown.kind, kind, thrown.message);
    return true;
  };
