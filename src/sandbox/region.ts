import type { LogGroup } from '../aws/operations.ts';
import type { ScalableTarget, ScalingPolicy, ScheduledAction } from '../aws/scaling-operations.ts';
import type { TagMap } from '../aws/shape.ts';
import type { RepositoryRecord } from './ecr/repository-record.ts';
import type { ClusterRecord, RevisionRecord, ServiceRecord, TaskRecord } from './ecs/records.ts';
import type { BalancerState } from './elb/balancer-state.ts';
import type { Environment } from './environment.ts';

/** Who calls: what STS says, and whose state is seen. */
export interface Caller {
  readonly account: string;
  readonly arn: string;
  readonly userId: string;
}

export interface LogLine {
  /** Epoch milliseconds. */
  readonly timestamp: number;
  readonly message: string;
}

export interface LogGroupRecord {
  group: LogGroup & { readonly logGroupName: string; readonly logGroupArn: string };
  tags: TagMap;
  /** What containers printed, by stream. */
  readonly streams: Map<string, LogLine[]>;
}

export interface ScalableTargetRecord {
  target: ScalableTarget & { readonly ResourceId: string; readonly ScalableTargetARN: string };
  tags: TagMap;
  /** By name. */
  readonly policies: Map<string, ScalingPolicy>;
  readonly actions: Map<string, ScheduledAction>;
}

export type RegionMaps = Pick<
  Region,
  'clusters' | 'families' | 'services' | 'tasks' | 'logGroups' | 'scaling' | 'repositories' | 'balancers'
>;

/** Everything one account has in one region. Handlers change it; nobody outside `src/sandbox` holds it. */
export class Region {
  readonly account: string;
  readonly name: string;
  readonly environment: Environment;
  /** By name. */
  readonly clusters = new Map<string, ClusterRecord>();
  /** By family; the index is the revision less one. */
  readonly families = new Map<string, RevisionRecord[]>();
  /** By `<cluster>/<service>`. */
  readonly services = new Map<string, ServiceRecord>();
  /** By id. */
  readonly tasks = new Map<string, TaskRecord>();
  /** By name. */
  readonly logGroups = new Map<string, LogGroupRecord>();
  /** By resource id. */
  readonly scaling = new Map<string, ScalableTargetRecord>();
  /** By name. */
  readonly repositories = new Map<string, RepositoryRecord>();
  readonly balancers: BalancerState = { targetGroups: new Map(), loadBalancers: new Map(), listeners: new Map() };
  #listings = 0;

  constructor(account: string, name: string, environment: Environment) {
    this.account = account;
    this.name = name;
    this.environment = environment;
  }

  arn(service: string, resource: string): string {
    return `arn:aws:${service}:${this.name}:${this.account}:${resource}`;
  }

  /** A different beginning for every list whose order AWS does not promise. */
  nextRotation(): number {
    return this.#listings++;
  }

  /** As it is now, whatever becomes of this one. */
  copy(): Region {
    const { clusters, families, services, tasks, logGroups, scaling, repositories, balancers } = this;
    return this.#with(
      // Cloned together, for the records point to each other.
      structuredClone({ clusters, families, services, tasks, logGroups, scaling, repositories, balancers }),
    );
  }

  /** The same records, some of its maps replaced. */
  seenWith(maps: Partial<RegionMaps>): Region {
    const { clusters, families, services, tasks, logGroups, scaling, repositories, balancers } = this;
    return this.#with({ clusters, families, services, tasks, logGroups, scaling, repositories, balancers, ...maps });
  }

  #with(maps: RegionMaps): Region {
    const region = new Region(this.account, this.name, this.environment);
    region.#listings = this.#listings++;
    return Object.assign(region, maps);
  }
}
