import type { InputOf } from '../../aws/operations.ts';
import { findTargetGroup } from '../elb/target-groups.ts';
import type { Handlers } from '../handler.ts';
import { paginate } from '../page.ts';
import { fault, validationError } from '../refusals.ts';

type DescribeTargetGroupsInput = InputOf<'elbv2:DescribeTargetGroups'> & {
  readonly Names?: readonly string[];
  readonly LoadBalancerArn?: string;
  readonly PageSize?: number;
};

export const ELBV2: Handlers = {
  DescribeTargetGroups(region, input: DescribeTargetGroupsInput) {
    for (const arn of input.TargetGroupArns ?? []) {
      if (findTargetGroup(region, arn) === undefined) {
        throw fault('TargetGroupNotFound', `Target groups '${arn}' not found`);
      }
    }
    const groups = [...region.balancers.targetGroups.values()]
      .map(({ group }) => group)
      .filter(({ TargetGroupArn }) => input.TargetGroupArns?.includes(TargetGroupArn) ?? true)
      .filter(({ TargetGroupName }) => input.Names?.includes(TargetGroupName) ?? true)
      .filter(({ LoadBalancerArns = [] }) =>
        input.LoadBalancerArn === undefined ? true : LoadBalancerArns.includes(input.LoadBalancerArn),
      );
    if (groups.length === 0 && input.Names !== undefined) {
      throw fault('TargetGroupNotFound', 'One or more target groups not found');
    }
    const { items, next } = paginate(groups, {
      token: input.Marker,
      size: input.PageSize,
      defaultSize: 400,
      maxSize: 400,
      rotation: region.nextRotation(),
      refuse: validationError,
    });
    return { TargetGroups: items, ...(next !== undefined && { NextMarker: next }) };
  },
};
