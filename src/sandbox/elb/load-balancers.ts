import { today } from '../environment.ts';
import { hexId } from '../ids.ts';
import type { Region } from '../region.ts';
import type { LoadBalancerRecord } from './balancer-state.ts';

export interface BalancerMembers {
  readonly Subnets?: readonly string[];
  readonly [member: string]: unknown;
}

/** With the defaults of CreateLoadBalancer. */
export function addLoadBalancer(
  region: Region,
  name: string,
  { Subnets, ...given }: BalancerMembers,
): LoadBalancerRecord {
  const id = hexId(region.environment.random, 16);
  const LoadBalancerArn = region.arn('elasticloadbalancing', `loadbalancer/app/${name}/${id}`);
  const record: LoadBalancerRecord = {
    balancer: {
      LoadBalancerArn,
      DNSName: `${name}-${id.slice(0, 8)}.${region.name}.elb.amazonaws.com`,
      CreatedTime: today(region.environment),
      LoadBalancerName: name,
      Scheme: 'internet-facing',
      VpcId: 'vpc-00000000000000000',
      State: { Code: 'active' },
      Type: 'application',
      AvailabilityZones: (Subnets ?? []).map((SubnetId) => ({ ZoneName: `${region.name}a`, SubnetId })),
      IpAddressType: 'ipv4',
      ...given,
    },
    tags: new Map(),
  };
  region.balancers.loadBalancers.set(LoadBalancerArn, record);
  return record;
}
