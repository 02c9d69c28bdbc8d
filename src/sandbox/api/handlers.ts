import type { Handler, Handlers } from '../handler.ts';
import { CODEBUILD } from './codebuild.ts';
import { ECR } from './ecr.ts';
import { ECS_CLUSTERS } from './ecs-clusters.ts';
import { ECS_SERVICE_DEPLOYMENTS } from './ecs-service-deployments.ts';
import { ECS_SERVICES } from './ecs-services.ts';
import { ECS_TAGS } from './ecs-tags.ts';
import { ECS_TASK_DEFINITIONS } from './ecs-task-definitions.ts';
import { ECS_TASKS } from './ecs-tasks.ts';
import { ELBV2 } from './elbv2.ts';
import { LOG_EVENTS } from './log-events.ts';
import { LOGS } from './logs.ts';
import { S3 } from './s3.ts';
import { SCALING } from './scaling.ts';
import { STS } from './sts.ts';
import { ECS_UNIMITATED } from './unimitated.ts';

const APIS: readonly (readonly [string, Handlers])[] = [
  ['ecs', ECS_SERVICES],
  ['ecs', ECS_SERVICE_DEPLOYMENTS],
  ['ecs', ECS_TASK_DEFINITIONS],
  ['ecs', ECS_TASKS],
  ['ecs', ECS_TAGS],
  ['ecs', ECS_CLUSTERS],
  ['ecs', ECS_UNIMITATED],
  ['ecr', ECR],
  ['logs', LOGS],
  ['logs', LOG_EVENTS],
  ['application-autoscaling', SCALING],
  ['elbv2', ELBV2],
  ['codebuild', CODEBUILD],
  ['s3', S3],
  ['sts', STS],
];

/** Every operation the sandbox imitates, by `<api>:<operation>`. */
export const HANDLERS: Readonly<Record<string, Handler>> = Object.fromEntries(
  APIS.flatMap(([api, handlers]) => Object.entries(handlers).map(([name, handler]) => [`${api}:${name}`, handler])),
);
