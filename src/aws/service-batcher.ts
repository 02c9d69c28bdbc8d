import { Batcher } from './batcher.ts';
import { AwsError, AwsFault } from './errors.ts';
import type { ServiceRef } from './gateway.ts';
import { type GatewayParts, trailingName } from './gather.ts';
import { BATCH } from './limits.ts';
import type { EcsService, OutputOf } from './operations.ts';
import { settled, splitOn } from './split.ts';

const OPERATION = 'ecs:DescribeServices';

/** Services by cluster and name, ten a call. */
export function serviceBatcher({
  transport,
  clock,
  window,
}: GatewayParts): Batcher<ServiceRef, EcsService | undefined> {
  const execute = splitOn<ServiceRef, EcsService | undefined>(['invalid'], async (refs, signal) => {
    const input = { cluster: refs[0]!.cluster, services: refs.map((ref) => ref.service), include: ['TAGS'] };
    const answer = await transport.call(OPERATION, input, { signal });
    return Promise.all(refs.map((ref) => settled(() => serviceIn(answer, ref.service))));
  });
  return new Batcher(
    {
      name: OPERATION,
      ...window,
      maxItems: BATCH.describeServices,
      bucket: (ref) => ref.cluster,
      same: (ref) => ref.service,
      execute,
    },
    clock,
  );
}

/**
 * Undefined only when ECS says MISSING: an answer that does not speak of the service at all is in doubt.
 * The ARN of a failure is matched by its last part, for emulators leave the cluster out of it.
 */
function serviceIn(answer: OutputOf<typeof OPERATION>, name: string): EcsService | undefined {
  const found = answer.services?.find((service) => service?.serviceName === name);
  if (found !== undefined) return found;
  const failure = answer.failures?.find((failed) => trailingName(failed?.arn ?? '') === name);
  if (failure?.reason === 'MISSING') return undefined;
  const code = failure?.reason ?? 'MalformedAnswer';
  throw new AwsError(
    'ambiguous',
    OPERATION,
    new AwsFault(code, failure?.detail ?? `the answer does not mention ${name}`),
  );
}
