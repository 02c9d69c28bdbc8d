/** A token bucket: `burst` at once, `perSecond` afterwards. */
export interface Quota {
  readonly category: string;
  readonly burst: number;
  readonly perSecond: number;
  readonly operations: readonly string[];
}

/**
 * What AWS allows an account in a region, shared by all operations of a category.
 *
 * The sandbox's own reading of AWS's pages, on purpose not the table that Evenkeel paces itself by.
 */
export const QUOTAS: readonly Quota[] = [
  // ECS: "Request throttling for the Amazon ECS API" (APIReference/request-throttling).
  {
    category: 'ecs cluster modify',
    burst: 20,
    perSecond: 1,
    operations: ['ecs:CreateCluster', 'ecs:DeleteCluster'],
  },
  { category: 'ecs cluster read', burst: 50, perSecond: 20, operations: ['ecs:DescribeClusters', 'ecs:ListClusters'] },
  {
    category: 'ecs task definition modify',
    burst: 20,
    perSecond: 1,
    operations: ['ecs:RegisterTaskDefinition', 'ecs:DeregisterTaskDefinition'],
  },
  {
    category: 'ecs task definition read',
    burst: 50,
    perSecond: 20,
    operations: ['ecs:DescribeTaskDefinition', 'ecs:ListTaskDefinitions', 'ecs:ListTaskDefinitionFamilies'],
  },
  { category: 'ecs task definition deletion', burst: 5, perSecond: 1, operations: ['ecs:DeleteTaskDefinitions'] },
  {
    category: 'ecs service modify',
    burst: 50,
    perSecond: 5,
    operations: ['ecs:CreateService', 'ecs:UpdateService', 'ecs:DeleteService'],
  },
  { category: 'ecs service read', burst: 100, perSecond: 20, operations: ['ecs:DescribeServices', 'ecs:ListServices'] },
  {
    category: 'ecs service deployment read',
    burst: 50,
    perSecond: 20,
    operations: ['ecs:ListServiceDeployments'],
  },
  {
    category: 'ecs service revision read',
    burst: 50,
    perSecond: 20,
    operations: ['ecs:DescribeServiceRevisions'],
  },
  { category: 'ecs tag modify', burst: 20, perSecond: 10, operations: ['ecs:TagResource', 'ecs:UntagResource'] },
  { category: 'ecs tag read', burst: 50, perSecond: 20, operations: ['ecs:ListTagsForResource'] },
  { category: 'ecs cluster resource modify', burst: 100, perSecond: 40, operations: ['ecs:StopTask'] },
  {
    category: 'ecs cluster resource read',
    burst: 100,
    perSecond: 20,
    operations: ['ecs:DescribeTasks', 'ecs:ListTasks'],
  },

  // ECR: "Amazon ECR endpoints and quotas" (general/gr/ecr). Control-plane calls have no published rate.
  { category: 'ecr token', burst: 500, perSecond: 500, operations: ['ecr:GetAuthorizationToken'] },
  { category: 'ecr image read', burst: 2000, perSecond: 2000, operations: ['ecr:BatchGetImage'] },
  { category: 'ecr put image', burst: 10, perSecond: 10, operations: ['ecr:PutImage'] },

  // CloudWatch Logs: "CloudWatch Logs quotas" (logs/cloudwatch_limits_cwl), each operation for itself.
  { category: 'logs create', burst: 10, perSecond: 10, operations: ['logs:CreateLogGroup'] },
  { category: 'logs delete', burst: 10, perSecond: 10, operations: ['logs:DeleteLogGroup'] },
  { category: 'logs describe', burst: 10, perSecond: 10, operations: ['logs:DescribeLogGroups'] },
  { category: 'logs put retention', burst: 5, perSecond: 5, operations: ['logs:PutRetentionPolicy'] },
  { category: 'logs delete retention', burst: 5, perSecond: 5, operations: ['logs:DeleteRetentionPolicy'] },
  { category: 'logs tag', burst: 5, perSecond: 5, operations: ['logs:TagResource'] },
  { category: 'logs untag', burst: 5, perSecond: 5, operations: ['logs:UntagResource'] },
  { category: 'logs tags', burst: 30, perSecond: 30, operations: ['logs:ListTagsForResource'] },
  { category: 'logs streams', burst: 25, perSecond: 25, operations: ['logs:DescribeLogStreams'] },
  { category: 'logs events', burst: 25, perSecond: 25, operations: ['logs:GetLogEvents'] },
  { category: 'logs filter', burst: 25, perSecond: 25, operations: ['logs:FilterLogEvents'] },

  // Elastic Load Balancing: "Throttling for the Elastic Load Balancing API" (elasticloadbalancing/elb-api-throttling).
  {
    category: 'elbv2 read',
    burst: 200,
    perSecond: 50,
    operations: [
      'elbv2:DescribeTargetGroups',
      'elbv2:DescribeTargetHealth',
      'elbv2:DescribeLoadBalancers',
      'elbv2:DescribeListeners',
      'elbv2:DescribeTags',
    ],
  },
  {
    category: 'elbv2 modify',
    burst: 20,
    perSecond: 3,
    operations: ['elbv2:CreateTargetGroup', 'elbv2:CreateListener'],
  },
  { category: 'elbv2 create balancer', burst: 10, perSecond: 0.2, operations: ['elbv2:CreateLoadBalancer'] },
];

const QUOTA_OF: ReadonlyMap<string, Quota> = new Map(
  QUOTAS.flatMap((quota) => quota.operations.map((operation) => [operation, quota] as const)),
);

interface Bucket {
  tokens: number;
  at: number;
}

/** The buckets of every account and region. */
export class Quotas {
  readonly #buckets = new Map<string, Bucket>();

  /** Takes a token at that moment (ms); false: none is left. Operations without a published rate always may. */
  take(place: string, operation: string, at: number): boolean {
    const quota = QUOTA_OF.get(operation);
    if (quota === undefined) return true;
    const key = `${place} ${quota.category}`;
    const bucket = this.#buckets.get(key) ?? { tokens: quota.burst, at };
    this.#buckets.set(key, bucket);
    bucket.tokens = Math.min(quota.burst, bucket.tokens + ((at - bucket.at) / 1000) * quota.perSecond);
    bucket.at = at;
    // Thousandths forgive what floating point loses between two refills.
    if (bucket.tokens < 0.999) return false;
    bucket.tokens -= 1;
    return true;
  }
}
