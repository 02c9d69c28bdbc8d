import type { Script } from './script.ts';

const IMAGE = '123456789012.dkr.ecr.us-east-1.amazonaws.com/by-hand:1.0';
const NETWORK = {
  awsvpcConfiguration: { subnets: ['subnet-a'], securityGroups: ['sg-a'], assignPublicIp: 'DISABLED' },
};

/** Somebody registers a revision in the console; its ARN. */
export function revisionByHand(script: Script, family: string): string {
  const made = script.person('ecs:RegisterTaskDefinition', {
    family,
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '256',
    memory: '512',
    executionRoleArn: 'arn:aws:iam::123456789012:role/ecsTaskExecutionRole',
    containerDefinitions: [{ name: 'web', image: IMAGE, essential: true }],
  }) as { readonly taskDefinition?: { readonly taskDefinitionArn?: string } } | undefined;
  return made?.taskDefinition?.taskDefinitionArn ?? '';
}

/** Somebody makes a service `web` in the console. */
export function serviceByHand(script: Script, tags: Readonly<Record<string, string>> = { team: 'ops' }): void {
  script.person('ecs:CreateService', {
    cluster: 'agents',
    serviceName: 'web',
    taskDefinition: revisionByHand(script, 'by-hand'),
    launchType: 'FARGATE',
    desiredCount: 1,
    networkConfiguration: NETWORK,
    healthCheckGracePeriodSeconds: 0,
    tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
  });
}
