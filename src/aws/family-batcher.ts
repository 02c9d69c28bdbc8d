import { Batcher } from './batcher.ts';
import { familyOf, listedRevisions } from './ecs-lists.ts';
import type { GatewayParts } from './gather.ts';
import { BATCH } from './limits.ts';
import type { AwsTransport } from './operations.ts';
import { itemsOf } from './pages.ts';
import { Sweeper, type SweepPage } from './sweeper.ts';

const OPERATION = 'ecs:ListTaskDefinitionFamilies';
/** As many families as one sweep answers for. */
const MAX_FAMILIES = 5000;

/** Whether a family has an ACTIVE revision, for many families by one sweep of all their names. */
export function familyBatcher({ transport, clock, window }: GatewayParts): Batcher<string, boolean> {
  const sweeper = new Sweeper<string>({
    page: (token, signal) => pageOfFamilies(transport, token, signal),
    keyOf: (family) => family,
    ask: async (family, signal) => (await listedRevisions(transport, family, 1, signal)).map(familyOf),
    oneIsEnough: true,
  });
  return new Batcher(
    {
      name: OPERATION,
      ...window,
      maxItems: MAX_FAMILIES,
      bucket: () => '',
      same: (family) => family,
      execute: async (families, signal) => (await sweeper.find(families, signal)).map(toExistence),
    },
    clock,
  );
}

async function pageOfFamilies(
  transport: AwsTransport,
  token: string | undefined,
  signal: AbortSignal,
): Promise<SweepPage<string>> {
  const paging = { maxResults: BATCH.listTaskDefinitionsPage, ...(token !== undefined && { nextToken: token }) };
  const answer = await transport.call(OPERATION, { status: 'ACTIVE', ...paging }, { signal });
  return { items: itemsOf(OPERATION, answer.families), token: answer.nextToken };
}

function toExistence(result: PromiseSettledResult<readonly string[]>): PromiseSettledResult<boolean> {
  return result.status === 'rejected' ? result : { status: 'fulfilled', value: result.value.length > 0 };
}
