import type { LogGroup } from '../aws/operations.ts';
import type { ScalableTarget, ScalingPolicy, ScheduledAction } from '../aws/scaling-operations.ts';
import type { TagMap } from '../aws/shape.ts';
import type { BuildRecord, ProjectRecord } from './codebuild/build-record.ts';
import type { RepositoryRecord } from './ecr/repository-record.ts';
import type { ClusterRecord, RevisionRecord, ServiceRecord, TaskRecord } from './ecs/records.ts';
import type { BalancerState } from './elb/balancer-state.ts';
import type { Environment } from './environment.ts';
import type { Bucket } from './s3/buckets.ts';

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

/** What reads may see as it was some time ago. */
const MAPS = [
  'clusters',
  'families',
  'services',
  'tasks',
  'logGroups',
  'scaling',
  'repositories',
  'balancers',
  'projects',
  'builds',
] as const;
export type RegionMaps = Pick<Region, (typeof MAPS)[number]>;

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
  /** Of AWS CodeBuild, by name. */
  readonly projects = new Map<string, ProjectRecord>();
  /** Of AWS CodeBuild, by id, oldest first. */
  readonly builds = new Map<string, BuildRecord>();
  /** By name. Amazon S3 is strongly consistent: nobody sees an older state of it. */
  readonly buckets: Map<string, Bucket>;
  readonly balancers: BalancerState = { targetGroups: new Map(), loadBalancers: new Map(), listeners: new Map() };
  #listings = 0;

  constructor(account: string, name: string, environment: Environment, buckets: Map<string, Bucket> = new Map()) {
    this.buckets = buckets;
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
    // Cloned together, for the records point to each other.
    return this.#with(structuredClone(this.#maps()));
  }

  /** The same records, some of its maps replaced. */
  seenWith(maps: Partial<RegionMaps>): Region {
    return this.#with({ ...this.#maps(), ...maps });
  }

  #maps(): RegionMaps {
    return Object.fromEntries(MAPS.map((name) => [name, this[name]])) as unknown as RegionMaps;
  }

  #with(maps: RegionMaps): Region {
    const region = new Region(this.account, this.name, this.environment, this.buckets);
    region.#listings = this.#listings++;
    return Object.assign(region, maps);
  }
}
