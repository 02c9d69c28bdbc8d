import { CUT, scrub } from '../aws/classify.ts';
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
  const clean = withoutBeginning(scrub(message.replace(`${operation}: ${code}: `, ''), secrets), secrets);
  return new AwsError(kind, operation, new AwsFault(code, clean, requestId === undefined ? {} : { requestId }));
}

/** A long message has been cut, perhaps in the middle of a secret. */
function withoutBeginning(text: string, secrets: readonly string[]): string {
  if (!text.endsWith(CUT)) return text;
  const kept = text.slice(0, -CUT.length);
  const length = Math.max(0, ...secrets.map((secret) => begunAtTheEnd(kept, secret)));
  return length === 0 ? text : `${kept.slice(0, -length)}***${CUT}`;
}

/** How many characters of `secret` end the text. */
function begunAtTheEnd(text: string, secret: string): number {
  for (let length = secret.length - 1; length > 0; length--) if (text.endsWith(secret.slice(0, length))) return length;
  return 0;
}

function secretsOf({ containerDefinitions = [] }: TaskDefinitionSettings): readonly string[] {
  const values = containerDefinitions.flatMap(({ environment = [], secrets = [] }) => [
    ...environment.flatMap(({ name = '', value = '' }) => (mayShow(name, value) ? [] : [value])),
    ...secrets.map(({ valueFrom = '' }) => valueFrom),
  ]);
  return values.filter((value) => value.length >= SHORTEST);
}
