import type { Clock } from '../lib/clock.ts';
import { CodeBuildGateway } from './codebuild-gateway.ts';
import { EcrGateway } from './ecr-gateway.ts';
import { EcsGateway } from './ecs-gateway.ts';
import type { AwsGateway } from './gateway.ts';
import type { GatewayParts } from './gather.ts';
import { IdentityGateway } from './identity-gateway.ts';
import { LoadBalancingGateway } from './load-balancing-gateway.ts';
import { LogsGateway } from './logs-gateway.ts';
import type { AwsTransport } from './operations.ts';
import { S3Gateway } from './s3-gateway.ts';
import { ScalingGateway } from './scaling-gateway.ts';

const IDLE_MS = 15;
const MAX_WAIT_MS = 150;

export interface GatewayOptions {
  readonly clock: Clock;
  readonly region: string;
  /** A tag of services that holds a number which never goes down: an answer with a smaller one is an old one. */
  readonly versionTag?: string;
  /** A describe is sent when nothing that can share its call came for this long; default 15. */
  readonly idleMs?: number;
  /** The longest a describe waits for company; default 150. */
  readonly maxWaitMs?: number;
}

/** The gateway of one account and region. `transport` must throw `AwsError` (see `decorate`). Disposing rejects waiting reads. */
export function createGateway(transport: AwsTransport, options: GatewayOptions): AwsGateway & Disposable {
  const window = { idleMs: options.idleMs ?? IDLE_MS, maxWaitMs: options.maxWaitMs ?? MAX_WAIT_MS };
  const parts: GatewayParts = { transport, clock: options.clock, window };
  const ecs = new EcsGateway(parts, options.versionTag);
  const ecr = new EcrGateway(parts);
  const logs = new LogsGateway(parts);
  const scaling = new ScalingGateway(parts);
  const loadBalancing = new LoadBalancingGateway(parts);
  const codeBuild = new CodeBuildGateway(parts);
  return {
    region: options.region,
    ecs,
    ecr,
    logs,
    scaling,
    loadBalancing,
    codeBuild,
    s3: new S3Gateway(transport),
    identity: new IdentityGateway(transport),
    [Symbol.dispose]() {
      for (const part of [ecs, ecr, logs, scaling, loadBalancing, codeBuild]) part[Symbol.dispose]();
    },
  };
}
