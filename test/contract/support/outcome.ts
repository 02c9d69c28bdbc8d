import { AwsError } from '../../../src/aws/errors.ts';
import type { InputOf, OperationName, OutputOf } from '../../../src/aws/operations.ts';
import { CALL, type Subject } from './subject.ts';

/** One call, past the gateway. */
export function answer<Name extends OperationName>(
  subject: Subject,
  name: Name,
  input: InputOf<Name>,
): Promise<OutputOf<Name>> {
  return subject.transport.call(name, input, CALL);
}

export function tried<Name extends OperationName>(subject: Subject, name: Name, input: InputOf<Name>): Promise<string> {
  return outcomeOf(answer(subject, name, input));
}

/** `done`, or the kind of the error. */
export async function outcomeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'done';
  } catch (thrown) {
    if (thrown instanceof AwsError) return thrown.kind;
    throw thrown;
  }
}
