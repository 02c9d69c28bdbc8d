import type { OperationName } from './operations.ts';

/** A token bucket: `burst` calls at once, then `perSecond`. */
export interface Quota {
  readonly burst: number;
  readonly perSecond: number;
}

/**
 * AWS's default quotas, per account and region, by category. ECS shares one bucket among all operations of a category:
 * Amazon ECS API reference, "Request throttling for the Amazon ECS API".
 */
export const QUOTAS = {
  /** ECS "Service modify" actions: 50, 5 a second. */
  'ecs service modify': { burst: 50, perSecond: 5 },
  /** ECS "Service read" actions: 100, 20 a second. */
  'ecs service read': { burst: 100, perSecond: 20 },
  /** ECS "Task definition modify" actions: 20, 1 a second. */
  'ecs task definition modify': { burst: 20, perSecond: 1 },
  /** ECS "Service deployments read" and "Service revisions read" actions: 50, 20 a second each. */
  'ecs service deployment read': { burst: 50, perSecond: 20 },
  'ecs service revision read': { burst: 50, perSecond: 20 },
  /** ECS "Task definition read" actions: 50, 20 a second. */
  'ecs task definition read': { burst: 50, perSecond: 20 },
  /** ECS "Cluster read" actions: 50, 20 a second. */
  'ecs cluster read': { burst: 50, perSecond: 20 },
  /** ECS "Cluster resource read" actions: 100, 20 a second. */
  'ecs cluster resource read': { burst: 100, perSecond: 20 },
  /** ECS "Tag modify" actions: 20, 10 a second. */
  'ecs tag modify': { burst: 20, perSecond: 10 },
  /** CloudWatch Logs quotas, DescribeLogGroups: 10 a second. The page gives no bursts: one second's worth is assumed. */
  'logs describe groups': { burst: 10, perSecond: 10 },
  /** CloudWatch Logs quotas, CreateLogGroup: 10 a second. */
  'logs create group': { burst: 10, perSecond: 10 },
  /** CloudWatch Logs quotas, PutRetentionPolicy and DeleteRetentionPolicy: 5 a second each. */
  'logs put retention': { burst: 5, perSecond: 5 },
  'logs delete retention': { burst: 5, perSecond: 5 },
  /** CloudWatch Logs quotas, ListTagsForResource: 30 a second. */
  'logs list tags': { burst: 30, perSecond: 30 },
  /** CloudWatch Logs quotas, TagResource: 5 a second. */
  'logs tag': { burst: 5, perSecond: 5 },
  /** CloudWatch Logs quotas, GetLogEvents: 10 a second in several regions, 25 in most. */
  'logs events': { burst: 10, perSecond: 10 },
  /** Amazon ECR service quotas, BatchGetImage: 2 000 a second; the page gives no burst. */
  'ecr get image': { burst: 200, perSecond: 200 },
  /** No published rate for ECR's control plane. Our choice. */
  'ecr read': { burst: 20, perSecond: 10 },
  'ecr modify': { burst: 10, perSecond: 5 },
  /** No published rate. Our choice, well above what 1 000 services need. */
  'scaling read': { burst: 20, perSecond: 10 },
  /** No published rate; throttled from 3 or 4 at once (hashicorp/terraform-provider-aws #1430, #2275). Our choice. */
  'scaling modify': { burst: 6, perSecond: 4 },
  /** ELB API throttling: a bucket of 40, 10 a second, shared by the Describe actions of an account. */
  'elbv2 read': { burst: 40, perSecond: 10 },
  /** No published rate for CodeBuild's API. Our choice, well above what the builds of one controller need. */
  'codebuild read': { burst: 10, perSecond: 5 },
  'codebuild modify': { burst: 5, perSecond: 2 },
  /** S3 user guide, "Optimizing Amazon S3 performance": 3 500 writes and 5 500 reads a second and prefix. */
  's3 read': { burst: 100, perSecond: 100 },
  's3 write': { burst: 100, perSecond: 100 },
  /** IAM and STS quotas: 600 a second an account; one call in the life of a gateway. */
  'sts read': { burst: 600, perSecond: 600 },
} as const satisfies Readonly<Record<string, Quota>>;

export type QuotaCategory = keyof typeof QUOTAS;

/** Which bucket a call draws on. */
export const CATEGORY_OF: Readonly<Record<OperationName, QuotaCategory>> = {
  'ecs:DescribeServices': 'ecs service read',
  'ecs:ListClusters': 'ecs cluster read',
  'ecs:ListServices': 'ecs service read',
  'ecs:ListServiceDeployments': 'ecs service deployment read',
  'ecs:DescribeServiceRevisions': 'ecs service revision read',
  'ecs:CreateService': 'ecs service modify',
  'ecs:UpdateService': 'ecs service modify',
  'ecs:DeleteService': 'ecs service modify',
  'ecs:RegisterTaskDefinition': 'ecs task definition modify',
  'ecs:DeregisterTaskDefinition': 'ecs task definition modify',
  'ecs:DescribeTaskDefinition': 'ecs task definition read',
  'ecs:ListTaskDefinitions': 'ecs task definition read',
  'ecs:ListTaskDefinitionFamilies': 'ecs task definition read',
  'ecs:ListTasks': 'ecs cluster resource read',
  'ecs:DescribeTasks': 'ecs cluster resource read',
  'ecs:TagResource': 'ecs tag modify',
  'ecs:UntagResource': 'ecs tag modify',
  'ecr:DescribeRepositories': 'ecr read',
  'ecr:GetLifecyclePolicy': 'ecr read',
  'ecr:ListTagsForResource': 'ecr read',
  'ecr:GetAuthorizationToken': 'ecr read',
  'ecr:BatchGetImage': 'ecr get image',
  'ecr:CreateRepository': 'ecr modify',
  'ecr:PutImageTagMutability': 'ecr modify',
  'ecr:PutImageScanningConfiguration': 'ecr modify',
  'ecr:PutLifecyclePolicy': 'ecr modify',
  'ecr:DeleteLifecyclePolicy': 'ecr modify',
  'ecr:TagResource': 'ecr modify',
  'logs:DescribeLogGroups': 'logs describe groups',
  'logs:CreateLogGroup': 'logs create group',
  'logs:PutRetentionPolicy': 'logs put retention',
  'logs:DeleteRetentionPolicy': 'logs delete retention',
  'logs:ListTagsForResource': 'logs list tags',
  'logs:TagResource': 'logs tag',
  'logs:GetLogEvents': 'logs events',
  'application-autoscaling:DescribeScalableTargets': 'scaling read',
  'application-autoscaling:DescribeScalingPolicies': 'scaling read',
  'application-autoscaling:DescribeScheduledActions': 'scaling read',
  'application-autoscaling:ListTagsForResource': 'scaling read',
  'application-autoscaling:RegisterScalableTarget': 'scaling modify',
  'application-autoscaling:DeregisterScalableTarget': 'scaling modify',
  'application-autoscaling:PutScalingPolicy': 'scaling modify',
  'application-autoscaling:DeleteScalingPolicy': 'scaling modify',
  'application-autoscaling:PutScheduledAction': 'scaling modify',
  'application-autoscaling:DeleteScheduledAction': 'scaling modify',
  'elbv2:DescribeTargetGroups': 'elbv2 read',
  'codebuild:BatchGetBuilds': 'codebuild read',
  'codebuild:ListBuildsForProject': 'codebuild read',
  'codebuild:StartBuild': 'codebuild modify',
  'codebuild:StopBuild': 'codebuild modify',
  's3:HeadObject': 's3 read',
  's3:PutObject': 's3 write',
  'sts:GetCallerIdentity': 'sts read',
};

/** How many things one call takes, and how many a page holds; each from the API reference page of that operation. */
export const BATCH = {
  /** DescribeServices, `services`: up to 10, all of one cluster. */
  describeServices: 10,
  /** DescribeTasks, `tasks`: up to 100. */
  describeTasks: 100,
  /** ListClusters, `maxResults`: from 1 to 100. */
  listClustersPage: 100,
  /** ListServices, `maxResults`: from 1 to 100, 10 unless given. */
  listServicesPage: 100,
  /** ListServiceDeployments, `maxResults`: from 1 to 100, 20 unless given. */
  listServiceDeploymentsPage: 100,
  /** ListTasks, `maxResults`: from 1 to 100. */
  listTasksPage: 100,
  /** ListTaskDefinitions and ListTaskDefinitionFamilies, `maxResults`: from 1 to 100. */
  listTaskDefinitionsPage: 100,
  /** DescribeLogGroups, `logGroupIdentifiers`: from 1 to 50, with no other filter beside them. */
  describeLogGroups: 50,
  /** DescribeScalableTargets: a page holds 50 targets (`MaxResults`), so more ids would only make more pages. */
  describeScalableTargets: 50,
  /** DescribeRepositories, `repositoryNames`: up to 100; kept small, for one unknown name fails the whole call. */
  describeRepositories: 20,
  /** BatchGetImage, `imageIds`: up to 100, all of one repository. */
  batchGetImage: 100,
  /** DescribeTargetGroups: a page holds up to 400 (`PageSize`); kept small, for one unknown ARN fails the whole call. */
  describeTargetGroups: 20,
  /** BatchGetBuilds, `ids`: up to 100. */
  batchGetBuilds: 100,
} as const;
