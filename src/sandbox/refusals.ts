import { AwsFault } from '../aws/errors.ts';

const refuse =
  (code: string, status = 400) =>
  (message: string): AwsFault =>
    new AwsFault(code, message, { status });

/** AWS's ways to say no, by code. Each returns the fault to throw. */
export const clientException = refuse('ClientException');
export const invalidParameter = refuse('InvalidParameterException');
export const validationException = refuse('ValidationException');
export const validationError = refuse('ValidationError');
export const unknownOperation = refuse('UnknownOperationException');
export const serialization = refuse('SerializationException');
export const throttled = (): AwsFault => refuse('ThrottlingException')('Rate exceeded');

/** Any other code. */
export function fault(code: string, message: string, status = 400): AwsFault {
  return new AwsFault(code, message, { status });
}
