import type { InputOf } from '../../aws/operations.ts';
import type { OpenShape } from '../../aws/shape.ts';
import type { TargetGroupRecord, TargetRecord } from '../elb/balancer-state.ts';
import { addLoadBalancer } from '../elb/load-balancers.ts';
import { findTargetGroup, targetGroup } from '../elb/target-groups.ts';
import type { Handlers } from '../handler.ts';
import { hexId } from '../ids.ts';
import { type Page, paginate } from '../page.ts';
import { fault, validationError } from '../refusals.ts';
import type { Region } from '../region.ts';

interface Paged {
  readonly Marker?: string;
  readonly PageSize?: number;
}
interface Tag {
  readonly Key: string;
  readonly Value: string;
}
type TargetGroupsInput = InputOf<'elbv2:DescribeTargetGroups'> &
  Paged & { readonly Names?: readonly string[]; readonly LoadBalancerArn?: string };
interface BalancersInput extends Paged {
  readonly LoadBalancerArns?: readonly string[];
  readonly Names?: readonly string[];
}
interface ListenersInput extends Paged {
  readonly LoadBalancerArn?: string;
  readonly ListenerArns?: readonly string[];
}
interface CreateListenerInput extends OpenShape {
  readonly LoadBalancerArn: string;
  readonly DefaultActions?: readonly ListenerAction[];
  readonly Tags?: readonly Tag[];
}
interface ListenerAction {
  readonly TargetGroupArn?: string;
  readonly ForwardConfig?: { readonly TargetGroups?: readonly { readonly TargetGroupArn?: string }[] };
}

export const ELBV2: Handlers = {
  DescribeTargetGroups(region, input: TargetGroupsInput) {
    for (const arn of input.TargetGroupArns ?? []) knownTargetGroup(region, arn);
    const groups = [...region.balancers.targetGroups.values()]
      .map(({ group }) => group)
      .filter(({ TargetGroupArn }) => input.TargetGroupArns?.includes(TargetGroupArn) ?? true)
      .filter(({ TargetGroupName }) => input.Names?.includes(TargetGroupName) ?? true)
      .filter(
        ({ LoadBalancerArns = [] }) => !input.LoadBalancerArn || LoadBalancerArns.includes(input.LoadBalancerArn),
      );
    if (groups.length < (input.Names?.length ?? 0)) {
      throw fault('TargetGroupNotFoundException', 'One or more target groups not found');
    }
    const { items, next } = page(region, groups, input);
    return { TargetGroups: items, ...(next !== undefined && { NextMarker: next }) };
  },

  DescribeTargetHealth(region, { TargetGroupArn }: { readonly TargetGroupArn: string }) {
    const { targets } = knownTargetGroup(region, TargetGroupArn);
    return { TargetHealthDescriptions: [...targets.values()].map(healthView) };
  },

  CreateTargetGroup(region, { Name, Tags = [], ...given }: OpenShape & { Name: string; Tags?: readonly Tag[] }) {
    checkName(Name);
    const same = [...region.balancers.targetGroups.values()].find(({ group }) => group.TargetGroupName === Name);
    if (same !== undefined) return { TargetGroups: [same.group] };
    const id = hexId(region.environment.random, 16);
    const arn = region.arn('elasticloadbalancing', `targetgroup/${Name}/${id}`);
    const record = targetGroup(region, arn, Name, given);
    record.tags = tagMap(Tags);
    region.balancers.targetGroups.set(arn, record);
    return { TargetGroups: [record.group] };
  },

  DescribeLoadBalancers(region, input: BalancersInput) {
    const all = [...region.balancers.loadBalancers.values()].map(({ balancer }) => balancer);
    const balancers = all
      .filter(({ LoadBalancerArn }) => input.LoadBalancerArns?.includes(LoadBalancerArn) ?? true)
      .filter(({ LoadBalancerName }) => input.Names?.includes(LoadBalancerName) ?? true);
    const asked = Math.max(input.LoadBalancerArns?.length ?? 0, input.Names?.length ?? 0);
    if (balancers.length < asked) {
      throw fault('LoadBalancerNotFoundException', 'One or more load balancers not found');
    }
    const { items, next } = page(region, balancers, input);
    return { LoadBalancers: items, ...(next !== undefined && { NextMarker: next }) };
  },

  CreateLoadBalancer(region, { Name, Tags = [], ...given }: NamedBalancer) {
    checkName(Name);
    const record = addLoadBalancer(region, Name, given);
    record.tags = tagMap(Tags);
    return { LoadBalancers: [record.balancer] };
  },

  CreateListener(region, { Tags = [], ...given }: CreateListenerInput) {
    const { LoadBalancerArn, DefaultActions = [] } = given;
    if (!region.balancers.loadBalancers.has(LoadBalancerArn)) {
      throw fault('LoadBalancerNotFoundException', `Load balancer '${LoadBalancerArn}' not found`);
    }
    for (const arn of forwardedTo(DefaultActions)) attach(region, arn, LoadBalancerArn);
    const id = hexId(region.environment.random, 16);
    const ListenerArn = `${LoadBalancerArn.replace(':loadbalancer/', ':listener/')}/${id}`;
    const listener = { ListenerArn, ...given };
    region.balancers.listeners.set(ListenerArn, { listener, tags: tagMap(Tags) });
    return { Listeners: [listener] };
  },

  DescribeListeners(region, input: ListenersInput) {
    const listeners = [...region.balancers.listeners.values()]
      .map(({ listener }) => listener)
      .filter(({ LoadBalancerArn }) => !input.LoadBalancerArn || LoadBalancerArn === input.LoadBalancerArn)
      .filter(({ ListenerArn }) => input.ListenerArns?.includes(ListenerArn) ?? true);
    if (listeners.length < (input.ListenerArns?.length ?? 0)) {
      throw fault('ListenerNotFoundException', 'One or more listeners not found');
    }
    const { items, next } = page(region, listeners, input);
    return { Listeners: items, ...(next !== undefined && { NextMarker: next }) };
  },

  DescribeTags(region, { ResourceArns = [] }: { readonly ResourceArns?: readonly string[] }) {
    if (ResourceArns.length === 0 || ResourceArns.length > 20) {
      throw validationError('ResourceArns must have 1 to 20 items.');
    }
    const TagDescriptions = ResourceArns.map((ResourceArn) => ({
      ResourceArn,
      Tags: [...tagsOf(region, ResourceArn)].map(([Key, Value]) => ({ Key, Value })),
    }));
    return { TagDescriptions };
  },
};

interface NamedBalancer extends OpenShape {
  readonly Name: string;
  readonly Subnets?: readonly string[];
  readonly Tags?: readonly Tag[];
}

function knownTargetGroup(region: Region, arn: string): TargetGroupRecord {
  const record = findTargetGroup(region, arn ?? '');
  if (record === undefined) throw fault('TargetGroupNotFoundException', `Target groups '${arn}' not found`);
  return record;
}

function tagsOf(region: Region, arn: string): ReadonlyMap<string, string> {
  const { loadBalancers, listeners } = region.balancers;
  return (loadBalancers.get(arn) ?? listeners.get(arn) ?? knownTargetGroup(region, arn)).tags;
}

function forwardedTo(actions: readonly ListenerAction[]): readonly string[] {
  return actions
    .flatMap(({ TargetGroupArn, ForwardConfig }) => [
      TargetGroupArn,
      ...(ForwardConfig?.TargetGroups ?? []).map((tuple) => tuple.TargetGroupArn),
    ])
    .filter((arn) => arn !== undefined);
}

function attach(region: Region, arn: string, balancerArn: string): void {
  const record = knownTargetGroup(region, arn);
  record.group = { ...record.group, LoadBalancerArns: [balancerArn] };
}

const REASONS: Readonly<Record<TargetRecord['state'], string | undefined>> = {
  initial: 'Elb.InitialHealthChecking',
  healthy: undefined,
  draining: 'Target.DeregistrationInProgress',
};

function healthView({ Id, Port, state }: TargetRecord): object {
  const Reason = REASONS[state];
  return {
    Target: { Id, Port, AvailabilityZone: 'all' },
    HealthCheckPort: String(Port),
    TargetHealth: { State: state, ...(Reason !== undefined && { Reason }) },
  };
}

function checkName(name: string | undefined): void {
  if (!/^[A-Za-z0-9-]{1,32}$/.test(name ?? '')) throw validationError(`The name '${name}' is not valid`);
}

function tagMap(tags: readonly Tag[]): ReadonlyMap<string, string> {
  return new Map(tags.map(({ Key, Value }) => [Key, Value]));
}

function page<Item>(region: Region, items: readonly Item[], input: Paged): Page<Item> {
  return paginate(items, {
    token: input.Marker,
    size: input.PageSize,
    defaultSize: 400,
    maxSize: 400,
    rotation: region.nextRotation(),
    refuse: validationError,
  });
}
