import type { DeploymentRequestDocument } from './deployment-request.generated.ts';
import type { FargateServiceDocument, ImageDocument, SpecDocument } from './fargate-service.generated.ts';
import { type Path, parsePath, startsWith } from './path.ts';

/** The manifest that a valid deployment request stands for. */
export function lowerRequest(request: DeploymentRequestDocument): FargateServiceDocument {
  const spec: SpecDocument = {
    region: request.region ?? 'us-east-1',
    cluster: request.cluster_name,
    family: request.task_definition_family,
    image: imageOf(request),
    container: { healthCheck: { path: request.health_check_path ?? '/health' } },
    network: {
      subnets: request.subnet_ids,
      securityGroups: request.security_group_ids,
      assignPublicIp: request.assign_public_ip ?? false,
    },
    logging: { enabled: request.enable_logging ?? true },
  };
  if (request.cpu !== undefined) spec.cpu = request.cpu;
  if (request.memory !== undefined) spec.memory = request.memory;
  if (request.container_name !== undefined) spec.container!.name = request.container_name;
  if (request.container_port !== undefined) spec.container!.port = request.container_port;
  if (request.desired_count !== undefined) spec.desiredCount = request.desired_count;
  if (request.execution_role_arn) spec.executionRoleArn = request.execution_role_arn;
  if (request.task_role_arn) spec.taskRoleArn = request.task_role_arn;
  if (request.target_group_arn) spec.loadBalancers = [{ targetGroupArn: request.target_group_arn }];
  if (request.enable_autoscaling === true) {
    spec.autoscaling = {
      minCapacity: request.min_capacity ?? 1,
      maxCapacity: request.max_capacity ?? 10,
      targets: [{ cpu: request.target_cpu_utilization ?? 70 }],
    };
  }
  return { apiVersion: 'evenkeel.dev/v1', kind: 'FargateService', metadata: { name: request.service_name }, spec };
}

function imageOf(request: DeploymentRequestDocument): ImageDocument {
  if (request.image_uri) return { uri: request.image_uri };
  return { build: { context: request.code_path ?? '', template: 'strands-agent' } };
}

/** Where the parts of the lowered manifest came from, longest paths first. */
const ORIGINS: readonly (readonly [manifest: string, request: string])[] = [
  ['metadata.name', 'service_name'],
  ['spec.cluster', 'cluster_name'],
  ['spec.family', 'task_definition_family'],
  ['spec.container.name', 'container_name'],
  ['spec.container.port', 'container_port'],
  ['spec.container.healthCheck', 'health_check_path'],
  ['spec.cpu', 'cpu'],
  ['spec.memory', 'memory'],
  ['spec.network.subnets', 'subnet_ids'],
  ['spec.network.securityGroups', 'security_group_ids'],
  ['spec.network.assignPublicIp', 'assign_public_ip'],
  ['spec.desiredCount', 'desired_count'],
  ['spec.logging', 'enable_logging'],
  ['spec.loadBalancers', 'target_group_arn'],
  ['spec.autoscaling.minCapacity', 'min_capacity'],
  ['spec.autoscaling.maxCapacity', 'max_capacity'],
  ['spec.autoscaling.targets', 'target_cpu_utilization'],
  ['spec.autoscaling', 'enable_autoscaling'],
  ['spec.region', 'region'],
  ['spec.executionRoleArn', 'execution_role_arn'],
  ['spec.taskRoleArn', 'task_role_arn'],
  ['spec.image.uri', 'image_uri'],
  ['spec.image.build', 'code_path'],
];

/** The field of a request that a path of the lowered manifest stands for. Positions inside lists are kept. */
export function requestPath(path: Path): Path {
  for (const [manifest, request] of ORIGINS) {
    const prefix = parsePath(manifest);
    if (!startsWith(path, prefix)) continue;
    const keepsPosition = request === 'subnet_ids' || request === 'security_group_ids';
    return keepsPosition ? [request, ...path.slice(prefix.length)] : [request];
  }
  return [];
}
