import type { InputOf } from '../../aws/operations.ts';
import { findCluster, findService } from '../ecs/names.ts';
import { serviceDeploymentView, serviceRevisionArn, serviceRevisionView } from '../ecs/service-deployments.ts';
import type { Handlers } from '../handler.ts';
import { paginate } from '../page.ts';
import { fault, invalidParameter } from '../refusals.ts';
import type { Region } from '../region.ts';

/** DescribeServiceRevisions, `serviceRevisionArns`: up to 20. */
const MAX_REVISIONS = 20;

export const ECS_SERVICE_DEPLOYMENTS: Handlers = {
  ListServiceDeployments(region, input: InputOf<'ecs:ListServiceDeployments'>) {
    const service = findService(region, findCluster(region, input.cluster), input.service);
    if (service === undefined || service.status === 'INACTIVE')
      throw fault('ServiceNotFoundException', 'Service not found.');
    const { status = [] } = input;
    const all = service.history
      .map((record) => serviceDeploymentView(region, service, record))
      .filter((view) => status.length === 0 || status.includes(view.status));
    const { items, next } = paginate(all, {
      token: input.nextToken,
      size: input.maxResults,
      defaultSize: 20,
      maxSize: 100,
      rotation: region.nextRotation(),
      refuse: invalidParameter,
    });
    return { serviceDeployments: items, ...(next !== undefined && { nextToken: next }) };
  },

  DescribeServiceRevisions(region, { serviceRevisionArns: arns }: InputOf<'ecs:DescribeServiceRevisions'>) {
    if (arns.length === 0 || arns.length > MAX_REVISIONS) {
      throw invalidParameter(`serviceRevisionArns must hold from 1 to ${MAX_REVISIONS} ARNs.`);
    }
    const found = arns.map((arn) => ({ arn, revision: revisionOf(region, arn) }));
    return {
      serviceRevisions: found.flatMap(({ revision }) => (revision === undefined ? [] : [revision])),
      failures: found.flatMap(({ arn, revision }) => (revision === undefined ? [{ arn, reason: 'MISSING' }] : [])),
    };
  },
};

function revisionOf(region: Region, arn: string): ReturnType<typeof serviceRevisionView> | undefined {
  for (const service of region.services.values()) {
    const record = service.history.find(({ deployment }) => serviceRevisionArn(region, service, deployment) === arn);
    if (record !== undefined) return serviceRevisionView(region, service, record.deployment);
  }
  return undefined;
}
