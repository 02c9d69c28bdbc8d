import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where the services of the bench run. */
export interface Ground {
  readonly cluster: string;
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
}

export const nameOf = (index: number): string => `bench-${String(index).padStart(4, '0')}`;

/** What all services run; its tag is resolved to a digest. */
export const IMAGE = { repository: 'bench', tag: '1.0' } as const;

/** A log group that never expires, a task definition and a service; nothing shared with any other but the image. */
export function manifestText(index: number, { cluster, subnets, securityGroups }: Ground): string {
  const name = nameOf(index);
  return `apiVersion: evenkeel.dev/v1
kind: FargateService
metadata:
  name: ${name}
spec:
  cluster: ${cluster}
  executionRoleArn: arn:aws:iam::123456789012:role/ecsTaskExecutionRole
  image:
    uri: 123456789012.dkr.ecr.us-east-1.amazonaws.com/${IMAGE.repository}:${IMAGE.tag}
  container:
    name: app
    port: 8000
    environment:
      LOG_LEVEL: info
      SERVICE: ${name}
  network:
    subnets: [${subnets.join(', ')}]
    securityGroups: [${securityGroups.join(', ')}]
  logging:
    group: /ecs/${name}
    retentionDays: 0
`;
}

/** One file a service, over those of an earlier run. */
export async function writeManifests(directory: string, count: number, ground: Ground): Promise<void> {
  await Promise.all(
    Array.from({ length: count }, (_, index) =>
      writeFile(join(directory, `${nameOf(index)}.yaml`), manifestText(index, ground)),
    ),
  );
}
