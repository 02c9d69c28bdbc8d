import type { ScalableTarget, ScalingPolicy, ScheduledAction } from '../aws/scaling-operations.ts';
import type { FargateService } from '../manifest/types.ts';
import { readKey } from '../reconcile/reads.ts';
import type { Pass } from '../reconcile/resource.ts';
import { clusterName, gatewayFor, type LinkContext } from './context.ts';

/** What Evenkeel calls the policies and scheduled actions that it makes begins with this. */
export const OWN_PREFIX = 'evenkeel-';

/** A scalable target with everything that hangs on it. */
export interface ScalingState {
  readonly target: ScalableTarget;
  readonly policies: readonly ScalingPolicy[];
  readonly scheduledActions: readonly ScheduledAction[];
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
    return { target, policies, scheduledActions };
  });
}

/**
 * True when Evenkeel made this: something on it carries our prefix. Tags could say it too, but reading them is a call
 * per service, and a target without a single policy or scheduled action of ours scales nothing for us.
 */
export function isOurScaling(state: ScalingState): boolean {
  const names = [
    ...state.policies.map((policy) => policy.PolicyName),
    ...state.scheduledActions.map((action) => action.ScheduledActionName),
  ];
  return names.some((name) => name?.startsWith(OWN_PREFIX));
}
