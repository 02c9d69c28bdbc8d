import type { TargetGroup } from '../../aws/operations.ts';
import type { OpenShape } from '../../aws/shape.ts';

export interface TargetRecord {
  readonly Id: string;
  readonly Port: number;
  state: 'initial' | 'healthy' | 'draining';
}

export interface TargetGroupRecord {
  group: TargetGroup & { readonly TargetGroupArn: string; readonly TargetGroupName: string };
  deregistrationDelayMs: number;
  /** By address. */
  readonly targets: Map<string, TargetRecord>;
  tags: ReadonlyMap<string, string>;
}

export interface LoadBalancerRecord {
  readonly balancer: OpenShape & { readonly LoadBalancerArn: string; readonly LoadBalancerName: string };
  tags: ReadonlyMap<string, string>;
}

export interface ListenerRecord {
  readonly listener: OpenShape & { readonly ListenerArn: string; readonly LoadBalancerArn: string };
  tags: ReadonlyMap<string, string>;
}

/** All by ARN. */
export interface BalancerState {
  readonly targetGroups: Map<string, TargetGroupRecord>;
  readonly loadBalancers: Map<string, LoadBalancerRecord>;
  readonly listeners: Map<string, ListenerRecord>;
}
