import type { AwsGateway } from '../aws/gateway.ts';
import type { EcsService } from '../aws/operations.ts';
import { UsageError } from '../lib/errors.ts';
import type { Key } from '../manifest/key.ts';
import { parseKey } from '../manifest/key.ts';
import type { LoadedManifest } from '../manifest/load.ts';
import { loadFile } from '../manifest/load-file.ts';
import type { FargateService } from '../manifest/types.ts';
import { MANAGED_BY, OWNER_TAGS } from '../reconcile/ownership.ts';
import type { LiveService } from '../reconcile/resource.ts';
import { revisionName, tagMap } from '../resources/context.ts';
import { liveService } from '../resources/live-service.ts';
import type { ServiceTarget } from './program.ts';

/** A live service that a person named, with just enough of a manifest for the chain to take it away. */
export interface NamedService {
  readonly key: Key;
  readonly manifest: FargateService;
  readonly incarnation: Pick<LiveService, 'arn' | 'createdAt'>;
  /** Tagged as managed by Evenkeel, whichever controller it is. */
  readonly managed: boolean;
}

/** Finds the service in AWS. Throws `UsageError` when there is none of that name. */
export async function findService(
  gateway: AwsGateway,
  target: ServiceTarget,
  signal: AbortSignal,
): Promise<NamedService> {
  const { cluster, service: name } = target;
  const service = await gateway.ecs.describeService({ cluster, service: name }, { signal });
  if (service === undefined || service.status === 'INACTIVE') {
    throw new UsageError(`there is no service '${name}' in cluster '${cluster}' (${target.region})`);
  }
  const tags = tagMap(service.tags);
  const key = parseKey(tags[OWNER_TAGS.manifest] ?? name);
  const managed = tags[OWNER_TAGS.managedBy] === MANAGED_BY;
  const { manifest } = standIn(key, target, familyOf(service));
  return { key, manifest, incarnation: liveService(service), managed };
}

/** Of the revision that a service runs; its own name where it runs none. */
export function familyOf({ taskDefinition, serviceName = '' }: EcsService): string {
  return taskDefinition === undefined ? serviceName : (revisionName(taskDefinition).split(':')[0] ?? serviceName);
}

/** As `findService`, for what is written to the service itself: a service that is not ours is not touched. */
export async function findManaged(
  gateway: AwsGateway,
  target: ServiceTarget,
  signal: AbortSignal,
): Promise<NamedService> {
  const found = await findService(gateway, target, signal);
  if (found.managed) return found;
  throw new UsageError(
    `'${target.service}' in cluster '${target.cluster}' is not managed by Evenkeel: nothing is written to it`,
  );
}

/** A manifest that names the service and says nothing else that anybody would act upon. */
export function standIn(key: Key, target: ServiceTarget, family: string): LoadedManifest {
  const [namespace, name] = key.split('/');
  const text = JSON.stringify({
    apiVersion: 'evenkeel.dev/v1',
    kind: 'FargateService',
    metadata: { name, namespace },
    spec: {
      cluster: target.cluster,
      serviceName: target.service,
      region: target.region,
      ...(target.assumeRoleArn === undefined ? {} : { assumeRoleArn: target.assumeRoleArn }),
      family,
      deletionPolicy: 'delete',
      image: { uri: 'none/none:none' },
      network: { subnets: ['subnet-00000000'], securityGroups: ['sg-00000000'] },
      logging: { enabled: false },
    },
  });
  const { manifests, errors } = loadFile(
    { file: target.service, text },
    { variables: {}, defaultRegion: target.region },
  );
  const loaded = manifests[0];
  if (loaded === undefined) throw new UsageError(`'${target.service}' cannot be named: ${errors[0]?.message ?? ''}`);
  return loaded;
}
