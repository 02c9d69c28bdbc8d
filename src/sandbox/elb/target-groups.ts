import type { Region } from '../region.ts';
import type { TargetGroupRecord } from './balancer-state.ts';
import { addLoadBalancer } from './load-balancers.ts';

const ARN =
  /^arn:aws[a-z-]*:elasticloadbalancing:([a-z0-9-]+):(\d{12}):targetgroup\/([A-Za-z0-9-]{1,32})\/([0-9a-z]+)$/;

/** A target group by ARN; one that nobody created is made where the world implies target groups. */
export function findTargetGroup(region: Region, arn: string): TargetGroupRecord | undefined {
  const known = region.balancers.targetGroups.get(arn);
  if (known !== undefined || !region.environment.options.impliedTargetGroups) return known;
  const match = ARN.exec(arn);
  if (match === null || match[1] !== region.name || match[2] !== region.account) return undefined;
  const name = match[3]!;
  const { LoadBalancerArn } = addLoadBalancer(region, name, {}).balancer;
  const group = targetGroup(region, arn, name, { LoadBalancerArns: [LoadBalancerArn] });
  region.balancers.targetGroups.set(arn, group);
  return group;
}

/** With the defaults of CreateTargetGroup for target type `ip`. */
export function targetGroup(
  region: Region,
  arn: string,
  name: string,
  given: Readonly<Record<string, unknown>>,
): TargetGroupRecord {
  return {
    group: {
      TargetGroupArn: arn,
      TargetGroupName: name,
      Protocol: 'HTTP',
      Port: 80,
      VpcId: 'vpc-00000000000000000',
      HealthCheckProtocol: 'HTTP',
      HealthCheckPort: 'traffic-port',
      HealthCheckEnabled: true,
      HealthCheckIntervalSeconds: 30,
      HealthCheckTimeoutSeconds: 5,
      HealthyThresholdCount: 5,
      UnhealthyThresholdCount: 2,
      HealthCheckPath: '/',
      Matcher: { HttpCode: '200' },
      LoadBalancerArns: [],
      TargetType: 'ip',
      ProtocolVersion: 'HTTP1',
      IpAddressType: 'ipv4',
      ...given,
    },
    deregistrationDelayMs: region.environment.options.impliedDeregistrationDelayMs,
    targets: new Map(),
    tags: new Map(),
  };
}
