import { scrub } from '../aws/classify.ts';
import { AwsError, AwsFault } from '../aws/errors.ts';
import type { TaskDefinitionSettings } from '../aws/operations.ts';
import { mayShow } from '../reconcile/mask.ts';

/** Shorter ones cannot be told from ordinary text. */
const SHORTEST = 4;

/** The error as it may be told: AWS can repeat what it was sent, and a task definition carries secrets. */
export function withoutSecrets(thrown: unknown, document: TaskDefinitionSettings): unknown {
  if (!(thrown instanceof AwsError)) return thrown;
  const { kind, operation, code, requestId, message } = thrown;
  // Longest first: one may be part of another.
  const secrets = secretsOf(document).toSorted((a, b) => b.length - a.length);
  const clean = scrub(message.replace(`${operation}: ${code}: `, ''), secrets);
  return new AwsError(kind, operation, new AwsFault(code, clean, requestId === undefined ? {} : { requestId }));
}

function secretsOf({ containerDefinitions = [] }: TaskDefinitionSettings): readonly string[] {
  const values = containerDefinitions.flatMap(({ environment = [], secrets = [] }) => [
    ...environment.flatMap(({ name = '', value = '' }) => (mayShow(name, value) ? [] : [value])),
    ...secrets.map(({ valueFrom = '' }) => valueFrom),
  ]);
  return values.filter((value) => value.length >= SHORTEST);
}
