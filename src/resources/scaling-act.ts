import type { ScalingPolicyInput, ScheduledActionInput } from '../aws/gateway.ts';
import type { ScalingPolicy, ScheduledAction } from '../aws/scaling-operations.ts';
import type { Pass } from '../reconcile/resource.ts';
import { gatewayFor, type LinkContext } from './context.ts';
import type { ScalingInput } from './scaling-plan.ts';
import { readScaling, resourceIdOf, SCALING } from './scaling-state.ts';

/** Carries out one write and records its effect: an acknowledged upsert is fresher than any list read after it. */
export async function actOnScaling(context: LinkContext, input: ScalingInput, pass: Pass): Promise<void> {
  const api = gatewayFor(context, pass.manifest).scaling;
  const resourceId = resourceIdOf(pass.manifest);
  const options = { signal: pass.signal };
  const state = (await readScaling(context, pass)) ?? { target: {}, policies: [], scheduledActions: [] };
  switch (input.kind) {
    case 'remove':
      await api.deregisterTarget(resourceId, options);
      pass.reads.put(SCALING, undefined);
      return;
    case 'band': {
      await api.registerTarget(resourceId, input, options);
      const target = { ...state.target, ResourceId: resourceId, MinCapacity: input.min, MaxCapacity: input.max };
      pass.reads.put(SCALING, { ...state, target });
      return;
    }
    case 'put-policy':
      await api.putPolicy(resourceId, input.policy, options);
      pass.reads.put(SCALING, { ...state, policies: withPolicy(state.policies, input.policy) });
      return;
    case 'delete-policy':
      await api.deletePolicy(resourceId, input.name, options);
      pass.reads.put(SCALING, {
        ...state,
        policies: state.policies.filter((policy) => policy.PolicyName !== input.name),
      });
      return;
    case 'put-schedule':
      await api.putScheduledAction(resourceId, input.schedule, options);
      pass.reads.put(SCALING, { ...state, scheduledActions: withSchedule(state.scheduledActions, input.schedule) });
      return;
    case 'delete-schedule': {
      await api.deleteScheduledAction(resourceId, input.name, options);
      const scheduledActions = state.scheduledActions.filter((action) => action.ScheduledActionName !== input.name);
      pass.reads.put(SCALING, { ...state, scheduledActions });
    }
  }
}

function withPolicy(policies: readonly ScalingPolicy[], put: ScalingPolicyInput): readonly ScalingPolicy[] {
  return [...policies.filter((policy) => policy.PolicyName !== put.PolicyName), put];
}

function withSchedule(actions: readonly ScheduledAction[], put: ScheduledActionInput): readonly ScheduledAction[] {
  return [...actions.filter((action) => action.ScheduledActionName !== put.ScheduledActionName), put];
}
