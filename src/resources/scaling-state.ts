import { isAwsError } from '../aws/errors.ts';
import type { ScalableTarget, ScalingPolicy, ScheduledAction } from '../aws/scaling-operations.ts';
import type { FargateService } from '../manifest/types.ts';
import { claimOf } from '../reconcile/ownership.ts';
import { readKey } from '../reconcile/reads.ts';
import type { Pass } from '../reconcile/resource.ts';
import { clusterName, gatewayFor, type LinkContext, ownerOf } from './context.ts';

/** What Evenkeel calls the policies and scheduled actions that it makes begins with this. */
export const OWN_PREFIX = 'evenkeel-';

/** A scalable target with everything that hangs on it. */
export interface ScalingState {
  readonly target: ScalableTarget;
  readonly policies: readonly ScalingPolicy[];
  readonly scheduledActions: readonly ScheduledAction[];
  /** The bare target carries our tags; looked at only when nothing hangs on it and the manifest declares nothing. */
  readonly taggedOurs?: boolean;
}

export const SCALING = readKey<ScalingState | undefined>('scaling');

/** `service/<cluster name>/<service name>`: names, also where the manifest gives the cluster's ARN. */
export function resourceIdOf(manifest: FargateService): string {
  return `service/${clusterName(manifest.spec.cluster)}/${manifest.spec.serviceName}`;
}

/** The live scaling of the service; undefined when it has no scalable target. */
export function readScaling(context: LinkContext, pass: Pass): Promise<ScalingState | undefined> {
  const { scaling } = gatewayFor(context, pass.manifest);
  const resourceId = resourceIdOf(pass.manifest);
  const options = { signal: pass.signal };
  return pass.reads.once(SCALING, async () => {
    const target = await scaling.describeTarget(resourceId, options);
    if (target === undefined) return undefined;
    const [policies, scheduledActions] = await Promise.all([
      scaling.listPolicies(resourceId, options),
      scaling.listScheduledActions(resourceId, options),
    ]);
    const state = { target, policies, scheduledActions };
    const inDoubt = isBare(state) && pass.manifest.spec.autoscaling === undefined;
    return inDoubt ? { ...state, taggedOurs: await isTaggedOurs(context, pass, target) } : state;
  });
}

function isBare({ policies, scheduledActions }: ScalingState): boolean {
  return policies.length === 0 && scheduledActions.length === 0;
}

/** Undefined ARN or an API without tags for targets: then nobody can tell, and it is not ours. */
async function isTaggedOurs(context: LinkContext, pass: Pass, { ScalableTargetARN }: ScalableTarget): Promise<boolean> {
  if (ScalableTargetARN === undefined) return false;
  const { scaling } = gatewayFor(context, pass.manifest);
  try {
    const tags = await scaling.tagsOf(ScalableTargetARN, { signal: pass.signal });
    return claimOf(tags, ownerOf(context, pass)).kind === 'ours';
  } catch (thrown) {
    if (isAwsError(thrown, 'missing', 'denied', 'invalid')) return false;
    throw thrown;
  }
}

/**
 * True when Evenkeel made this: something on it carries our prefix. Tags say it too, but reading them is a call per
 * service, so only those of a bare target are read: we may have ended between the target and its first policy.
 */
export function isOurScaling(state: ScalingState): boolean {
  if (state.taggedOurs === true) return true;
  const names = [
    ...state.policies.map((policy) => policy.PolicyName),
    ...state.scheduledActions.map((action) => action.ScheduledActionName),
  ];
  return names.some((name) => name?.startsWith(OWN_PREFIX));
}
