import { mapBounded } from '../lib/bounded.ts';
import type { ServiceRef } from './gateway.ts';
import { trailingName } from './gather.ts';
import { BATCH } from './limits.ts';
import type { AwsTransport, EcsTask, ServiceDeployment } from './operations.ts';
import { itemsOf, malformed, pagesOf } from './pages.ts';

const DESCRIBE_AT_ONCE = 4;

/** The family in a task definition ARN (`…:task-definition/<family>:<revision>`). */
export function familyOf(arn: string): string {
  const name = trailingName(arn);
  return name.slice(0, name.lastIndexOf(':'));
}

function revisionOf(arn: string): number {
  return Number(arn.slice(arn.lastIndexOf(':') + 1));
}

/** ARNs of the ACTIVE revisions of exactly `family`, newest first, at most `limit`. */
export async function listedRevisions(
  transport: AwsTransport,
  family: string,
  limit: number,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const operation = 'ecs:ListTaskDefinitions';
  const wanted = { familyPrefix: family, status: 'ACTIVE', sort: 'DESC' };
  const maxResults = Math.min(limit, BATCH.listTaskDefinitionsPage);
  const arns: string[] = [];
  const pages = pagesOf(
    operation,
    (token) => transport.call(operation, { ...wanted, maxResults, ...tokenIf(token) }, { signal }),
    (page) => page.nextToken,
  );
  for await (const page of pages) {
    arns.push(...itemsOf(operation, page.taskDefinitionArns).filter((arn) => familyOf(arn) === family));
    if (arns.length >= limit) break;
  }
  return arns.sort((a, b) => revisionOf(b) - revisionOf(a)).slice(0, limit);
}

/** Names of the clusters of the account and region. */
export async function listedClusters(transport: AwsTransport, signal: AbortSignal): Promise<readonly string[]> {
  const operation = 'ecs:ListClusters';
  const names: string[] = [];
  const pages = pagesOf(
    operation,
    (token) => transport.call(operation, { maxResults: BATCH.listClustersPage, ...tokenIf(token) }, { signal }),
    (page) => page.nextToken,
  );
  for await (const page of pages) names.push(...itemsOf(operation, page.clusterArns).map(trailingName));
  return names;
}

/** Names of the services of a cluster that are not draining. */
export async function listedNames(
  transport: AwsTransport,
  cluster: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const operation = 'ecs:ListServices';
  const names: string[] = [];
  const pages = pagesOf(
    operation,
    (token) =>
      transport.call(operation, { cluster, maxResults: BATCH.listServicesPage, ...tokenIf(token) }, { signal }),
    (page) => page.nextToken,
  );
  for await (const page of pages) names.push(...itemsOf(operation, page.serviceArns).map(trailingName));
  return names;
}

/** Every deployment of a service that ECS remembers, in no order: 90 days of them. */
export async function listedDeployments(
  transport: AwsTransport,
  { cluster, service }: ServiceRef,
  signal: AbortSignal,
): Promise<readonly ServiceDeployment[]> {
  const operation = 'ecs:ListServiceDeployments';
  const wanted = { cluster, service, maxResults: BATCH.listServiceDeploymentsPage };
  const deployments: ServiceDeployment[] = [];
  const pages = pagesOf(
    operation,
    (token) => transport.call(operation, { ...wanted, ...tokenIf(token) }, { signal }),
    (page) => page.nextToken,
  );
  for await (const page of pages) deployments.push(...itemsOf(operation, page.serviceDeployments));
  return deployments;
}

/** ARNs of the tasks of a service. */
export async function listedTasks(
  transport: AwsTransport,
  ref: ServiceRef,
  desiredStatus: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const operation = 'ecs:ListTasks';
  const wanted = { cluster: ref.cluster, serviceName: ref.service, desiredStatus, maxResults: BATCH.listTasksPage };
  const arns: string[] = [];
  const pages = pagesOf(
    operation,
    (token) => transport.call(operation, { ...wanted, ...tokenIf(token) }, { signal }),
    (page) => page.nextToken,
  );
  for await (const page of pages) arns.push(...itemsOf(operation, page.taskArns));
  return arns;
}

/** The tasks that still exist. Throws `AwsError` when the answer is silent about some. */
export async function describedTasks(
  transport: AwsTransport,
  cluster: string,
  arns: readonly string[],
  signal: AbortSignal,
): Promise<readonly EcsTask[]> {
  const operation = 'ecs:DescribeTasks';
  const chunks = Array.from({ length: Math.ceil(arns.length / BATCH.describeTasks) }, (_, index) =>
    arns.slice(index * BATCH.describeTasks, (index + 1) * BATCH.describeTasks),
  );
  const described = await mapBounded(chunks, DESCRIBE_AT_ONCE, async (tasks) => {
    const answer = await transport.call(operation, { cluster, tasks }, { signal });
    const found = itemsOf(operation, answer.tasks);
    if (found.length + (answer.failures?.length ?? 0) < tasks.length) {
      throw malformed(operation, `${tasks.length} tasks asked, ${found.length} answered`);
    }
    return found;
  });
  return described.flat();
}

function tokenIf(nextToken: string | undefined): { readonly nextToken?: string } {
  return nextToken === undefined ? {} : { nextToken };
}
