import type { AwsGateway, Gateways } from '../aws/gateway.ts';
import type { CallOptions, EcsService, EcsTag } from '../aws/operations.ts';
import type { Clock } from '../lib/clock.ts';
import type { FargateService, StringMap } from '../manifest/types.ts';
import type { Owner } from '../reconcile/ownership.ts';
import { type ReadKey, readKey } from '../reconcile/reads.ts';
import type { Pass } from '../reconcile/resource.ts';

/** What every link is made with. */
export interface LinkContext {
  readonly gateways: Gateways;
  readonly clock: Clock;
  readonly controllerId: string;
  /** How often a running rollout is looked at; absent: 5 s, for ECS itself moves in tens of seconds. */
  readonly rolloutPollMs?: number;
}

/** The account and region a manifest is for. */
export function gatewayFor(context: LinkContext, manifest: FargateService): AwsGateway {
  const { region, assumeRoleArn } = manifest.spec;
  return context.gateways.for(assumeRoleArn === undefined ? { region } : { region, assumeRoleArn });
}

export function ownerOf(context: LinkContext, pass: Pass): Owner {
  return { controllerId: context.controllerId, key: pass.key };
}

/** With what an action sends its writes: not once what the pass was begun for no longer holds. */
export function sendOptions({ signal, stillMeant }: Pass): CallOptions {
  return stillMeant === undefined ? { signal } : { signal, stillMeant };
}

/** The live service, which several links look at. */
export const SERVICE: ReadKey<EcsService | undefined> = readKey('service');

/** The live service as this pass has seen it; undefined when there is none (or only an INACTIVE one of that name). */
export async function readService(context: LinkContext, pass: Pass): Promise<EcsService | undefined> {
  const service = await readAnyService(context, pass);
  return service?.status === 'INACTIVE' ? undefined : service;
}

/** As `readService`, but also the remains of a deleted one. */
export function readAnyService(context: LinkContext, pass: Pass): Promise<EcsService | undefined> {
  const { cluster, serviceName } = pass.manifest.spec;
  const gateway = gatewayFor(context, pass.manifest);
  return pass.reads.once(SERVICE, () =>
    gateway.ecs.describeService({ cluster, service: serviceName }, { signal: pass.signal }),
  );
}

/** ECS's list of tags as a map. */
export function tagMap(tags: readonly EcsTag[] | undefined): StringMap {
  return Object.fromEntries((tags ?? []).map((tag) => [tag.key ?? '', tag.value ?? '']));
}

/** A map as ECS's list of tags, sorted by key. */
export function tagList(tags: StringMap): readonly EcsTag[] {
  return Object.keys(tags)
    .sort()
    .map((key) => ({ key, value: tags[key] ?? '' }));
}

/** The name in a cluster's ARN, or the name itself. */
export function clusterName(cluster: string): string {
  return cluster.slice(cluster.lastIndexOf('/') + 1);
}

/** How people call a service: `cluster/name`. */
export function serviceLabel(manifest: FargateService): string {
  return `${clusterName(manifest.spec.cluster)}/${manifest.spec.serviceName}`;
}

/** `family:revision` of a revision's ARN. */
export function revisionName(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}

const ROLLOUT_POLL_MS = 5000;

/** When to look again at something that ECS is busy with. */
export function untilNextLook(context: LinkContext): number {
  return untilNextTick(context.clock, context.rolloutPollMs ?? ROLLOUT_POLL_MS);
}

/** Until the next full `gridMs` of the clock, at least a fifth of it: keys that wait at the same time share their reads. */
function untilNextTick(clock: Clock, gridMs: number): number {
  const rest = gridMs - (clock.now() % gridMs);
  return rest < gridMs / 5 ? rest + gridMs : rest;
}
