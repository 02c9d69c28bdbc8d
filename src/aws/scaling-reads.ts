import { Batcher } from './batcher.ts';
import type { GatewayParts } from './gather.ts';
import { BATCH } from './limits.ts';
import { itemsOf, pagesOf } from './pages.ts';
import type { ScalableTarget, ScalingPolicy, ScheduledAction } from './scaling-operations.ts';
import { splitOn } from './split.ts';
import { Sweeper, type SweepPage } from './sweeper.ts';

/** What Application Auto Scaling calls an ECS service's count. */
export const ECS_COUNT = { ServiceNamespace: 'ecs', ScalableDimension: 'ecs:service:DesiredCount' } as const;

const TARGETS = 'application-autoscaling:DescribeScalableTargets';
const POLICIES = 'application-autoscaling:DescribeScalingPolicies';
const ACTIONS = 'application-autoscaling:DescribeScheduledActions';
/** As many services as one sweep answers for. */
const MAX_RESOURCES = 5000;

/** Scalable targets by resource id, fifty a call. */
export function targetBatcher({ transport, clock, window }: GatewayParts): Batcher<string, ScalableTarget | undefined> {
  const execute = splitOn<string, ScalableTarget | undefined>(['invalid'], async (ids, signal) => {
    const found = new Map<string, ScalableTarget>();
    const pages = pagesOf(
      TARGETS,
      (token) => transport.call(TARGETS, { ...ECS_COUNT, ResourceIds: ids, ...tokenIf(token) }, { signal }),
      (page) => page.NextToken,
    );
    for await (const page of pages) {
      for (const target of itemsOf(TARGETS, page.ScalableTargets)) found.set(target.ResourceId ?? '', target);
    }
    return ids.map((id) => ({ status: 'fulfilled', value: found.get(id) }));
  });
  const batches = { maxItems: BATCH.describeScalableTargets, bucket: () => '', same: (id: string) => id };
  return new Batcher({ name: TARGETS, ...window, ...batches, execute }, clock);
}

/** Policies by resource id. A call takes one id or none, and a page holds ten at most. */
export function policyBatcher(parts: GatewayParts): Batcher<string, readonly ScalingPolicy[]> {
  return sweeping(parts, POLICIES, async (ResourceId, token, signal) => {
    const input = { ...scope(ResourceId), ...tokenIf(token) };
    const answer = await parts.transport.call(POLICIES, input, { signal });
    return { items: itemsOf(POLICIES, answer.ScalingPolicies), token: answer.NextToken };
  });
}

/** Scheduled actions by resource id. A call takes one id or none. */
export function scheduledActionBatcher(parts: GatewayParts): Batcher<string, readonly ScheduledAction[]> {
  return sweeping(parts, ACTIONS, async (ResourceId, token, signal) => {
    const input = { ...scope(ResourceId), ...tokenIf(token) };
    const answer = await parts.transport.call(ACTIONS, input, { signal });
    return { items: itemsOf(ACTIONS, answer.ScheduledActions), token: answer.NextToken };
  });
}

type AskPage<Item> = (
  resourceId: string | undefined,
  token: string | undefined,
  signal: AbortSignal,
) => Promise<SweepPage<Item>>;

function sweeping<Item extends { readonly ResourceId?: string }>(
  { clock, window }: GatewayParts,
  operation: typeof POLICIES | typeof ACTIONS,
  askPage: AskPage<Item>,
): Batcher<string, readonly Item[]> {
  const sweeper = new Sweeper<Item>({
    page: (token, signal) => askPage(undefined, token, signal),
    keyOf: (item) => item.ResourceId,
    ask: async (id, signal) => {
      const items: Item[] = [];
      const pages = pagesOf(
        operation,
        (token) => askPage(id, token, signal),
        (page) => page.token,
      );
      for await (const page of pages) items.push(...page.items);
      return items;
    },
    oneIsEnough: false,
  });
  const batches = { maxItems: MAX_RESOURCES, bucket: () => '', same: (id: string) => id };
  const execute = (ids: readonly string[], signal: AbortSignal) => sweeper.find(ids, signal);
  return new Batcher({ name: operation, ...window, ...batches, execute }, clock);
}

/** The dimension may be named only together with a resource. */
function scope(ResourceId: string | undefined): { ServiceNamespace: string; ResourceId?: string } {
  return ResourceId === undefined ? { ServiceNamespace: ECS_COUNT.ServiceNamespace } : { ...ECS_COUNT, ResourceId };
}

function tokenIf(NextToken: string | undefined): { readonly NextToken?: string } {
  return NextToken === undefined ? {} : { NextToken };
}
