import type { InputOf } from '../../aws/operations.ts';
import type { ScalableRef } from '../../aws/scaling-operations.ts';
import type { TagMap } from '../../aws/shape.ts';
import { today } from '../environment.ts';
import type { Handlers } from '../handler.ts';
import { uuid } from '../ids.ts';
import { type Page, paginate } from '../page.ts';
import { fault, validationException } from '../refusals.ts';
import type { Region, ScalableTargetRecord } from '../region.ts';
import { registerTarget } from '../scaling/scalable-target.ts';
import { checkPolicy, filledPolicy } from '../scaling/scaling-policy.ts';

type Paged = { readonly NextToken?: string; readonly MaxResults?: number };
type PoliciesInput = InputOf<'application-autoscaling:DescribeScalingPolicies'> &
  Paged & { readonly PolicyNames?: readonly string[] };
type ActionsInput = InputOf<'application-autoscaling:DescribeScheduledActions'> &
  Paged & { readonly ScheduledActionNames?: readonly string[] };

export const SCALING: Handlers = {
  DescribeScalableTargets(region, input: InputOf<'application-autoscaling:DescribeScalableTargets'> & Paged) {
    const { ResourceIds } = input;
    if (ResourceIds !== undefined && ResourceIds.length > 50) {
      throw validationException('ResourceIds can have at most 50 items.');
    }
    const targets = [...region.scaling.values()]
      .map(({ target }) => target)
      .filter(({ ResourceId }) => ResourceIds === undefined || ResourceIds.includes(ResourceId));
    const { items, next } = page(region, targets, input, 50);
    return { ScalableTargets: items, ...(next !== undefined && { NextToken: next }) };
  },

  RegisterScalableTarget(region, input: InputOf<'application-autoscaling:RegisterScalableTarget'>) {
    checkDimension(input);
    return { ScalableTargetARN: registerTarget(region, input).target.ScalableTargetARN };
  },

  DeregisterScalableTarget(region, input: InputOf<'application-autoscaling:DeregisterScalableTarget'>) {
    region.scaling.delete(known(region, input).target.ResourceId);
    return {};
  },

  DescribeScalingPolicies(region, input: PoliciesInput) {
    const policies = [...region.scaling.values()]
      .flatMap((record) => [...record.policies.values()])
      .filter(({ ResourceId }) => input.ResourceId === undefined || ResourceId === input.ResourceId)
      .filter(({ PolicyName }) => input.PolicyNames === undefined || input.PolicyNames.includes(PolicyName!));
    const { items, next } = page(region, policies, input, 10);
    return { ScalingPolicies: items, ...(next !== undefined && { NextToken: next }) };
  },

  PutScalingPolicy(region, input: InputOf<'application-autoscaling:PutScalingPolicy'>) {
    const record = known(region, input);
    const old = record.policies.get(input.PolicyName);
    checkPolicy(input, old);
    if (old === undefined && record.policies.size >= 50) {
      throw fault('LimitExceededException', 'A scalable target can have at most 50 scaling policies.');
    }
    const policy = filledPolicy(region, input, old);
    record.policies.set(input.PolicyName, policy);
    return { PolicyARN: policy.PolicyARN, Alarms: policy['Alarms'] };
  },

  DeleteScalingPolicy(region, input: InputOf<'application-autoscaling:DeleteScalingPolicy'>) {
    const deleted = region.scaling.get(input.ResourceId)?.policies.delete(input.PolicyName) === true;
    if (!deleted) throw notFound(`No scaling policy found for resource ID: ${input.ResourceId}`);
    return {};
  },

  DescribeScheduledActions(region, input: ActionsInput) {
    const actions = [...region.scaling.values()]
      .flatMap((record) => [...record.actions.values()])
      .filter(({ ResourceId }) => input.ResourceId === undefined || ResourceId === input.ResourceId)
      .filter(
        ({ ScheduledActionName: name }) =>
          input.ScheduledActionNames === undefined || input.ScheduledActionNames.includes(name!),
      );
    const { items, next } = page(region, actions, input, 50);
    return { ScheduledActions: items, ...(next !== undefined && { NextToken: next }) };
  },

  PutScheduledAction(region, input: InputOf<'application-autoscaling:PutScheduledAction'>) {
    const record = known(region, input);
    const name = input.ScheduledActionName;
    const old = record.actions.get(name);
    if (input.Schedule === undefined && old === undefined) throw validationException('Schedule is required.');
    if (input.Schedule !== undefined && !/^(at|rate|cron)\(.+\)$/.test(input.Schedule)) {
      throw validationException(`Invalid schedule expression: ${input.Schedule}`);
    }
    // An upsert; but StartTime and EndTime that are left out are deleted (SDK `PutScheduledActionRequest`).
    const { StartTime: _start, EndTime: _end, ...kept } = old ?? {};
    record.actions.set(name, {
      ScheduledActionARN: policyArn(region, input, 'scheduledAction', `scheduledActionName/${name}`),
      CreationTime: today(region.environment),
      Timezone: 'UTC',
      ...kept,
      ...input,
    });
    return {};
  },

  DeleteScheduledAction(region, input: InputOf<'application-autoscaling:DeleteScheduledAction'>) {
    const deleted = region.scaling.get(input.ResourceId)?.actions.delete(input.ScheduledActionName) === true;
    if (!deleted) throw notFound(`No scheduled action found for resource ID: ${input.ResourceId}`);
    return {};
  },

  ListTagsForResource(region, { ResourceARN }: { readonly ResourceARN: string }) {
    return { Tags: byArn(region, ResourceARN).tags };
  },
  TagResource(region, { ResourceARN, Tags }: { readonly ResourceARN: string; readonly Tags: TagMap }) {
    const record = byArn(region, ResourceARN);
    record.tags = { ...record.tags, ...Tags };
    return {};
  },
  UntagResource(region, { ResourceARN, TagKeys }: { readonly ResourceARN: string; readonly TagKeys: string[] }) {
    const record = byArn(region, ResourceARN);
    record.tags = Object.fromEntries(Object.entries(record.tags).filter(([key]) => !TagKeys.includes(key)));
    return {};
  },
};

function policyArn(region: Region, { ResourceId }: ScalableRef, kind: string, name: string): string {
  const id = uuid(region.environment.random);
  return region.arn('autoscaling', `${kind}:${id}:resource/ecs/${ResourceId}:${name}`);
}

function checkDimension({ ServiceNamespace, ScalableDimension, ResourceId }: ScalableRef): void {
  if (ServiceNamespace !== 'ecs' || ScalableDimension !== 'ecs:service:DesiredCount') {
    throw validationException('Unsupported service namespace, resource type or scalable dimension');
  }
  if (!/^service\/[^/]+\/[^/]+$/.test(ResourceId ?? '')) {
    throw validationException(`Unsupported resource ID: ${ResourceId}`);
  }
}

function known(region: Region, ref: ScalableRef): ScalableTargetRecord {
  checkDimension(ref);
  const record = region.scaling.get(ref.ResourceId);
  if (record !== undefined) return record;
  throw notFound(
    `No scalable target registered for namespace: ${ref.ServiceNamespace}, resource ID: ${ref.ResourceId}, ` +
      `scalable dimension: ${ref.ScalableDimension}`,
  );
}

function byArn(region: Region, arn: string): ScalableTargetRecord {
  const record = [...region.scaling.values()].find(({ target }) => target.ScalableTargetARN === arn);
  if (record === undefined) throw fault('ResourceNotFoundException', `The specified resource doesn't exist: ${arn}`);
  return record;
}

const notFound = (message: string): Error => fault('ObjectNotFoundException', message);

function page<Item>(region: Region, items: readonly Item[], input: Paged, size: number): Page<Item> {
  return paginate(items, {
    token: input.NextToken,
    size: input.MaxResults,
    defaultSize: size,
    maxSize: size,
    rotation: region.nextRotation(),
    refuse: validationException,
    refuseToken: (message) => fault('InvalidNextTokenException', message),
  });
}
