import type { EcsTag } from '../../aws/operations.ts';
import { clientException, fault, invalidParameter } from '../refusals.ts';
import type { Region } from '../region.ts';
import type { ClusterRecord, RevisionRecord, ServiceRecord } from './records.ts';

/** The last part of a name or ARN. */
export function lastPart(nameOrArn: string): string {
  return nameOrArn.slice(nameOrArn.lastIndexOf('/') + 1);
}

/** The cluster of a call, made on first use where the world implies clusters. */
export function findCluster(region: Region, nameOrArn: string | undefined): ClusterRecord {
  const name = lastPart(nameOrArn ?? 'default');
  const found = region.clusters.get(name);
  if (found?.status === 'ACTIVE') return found;
  if (!region.environment.options.impliedClusters) {
    throw fault('ClusterNotFoundException', 'Cluster not found.');
  }
  return addCluster(region, name, {}, []);
}

export function addCluster(
  region: Region,
  name: string,
  given: ClusterRecord['given'],
  tags: readonly EcsTag[],
): ClusterRecord {
  if (!/^[a-zA-Z0-9_-]{1,255}$/.test(name)) throw invalidParameter('Invalid cluster name.');
  const arn = region.arn('ecs', `cluster/${name}`);
  const cluster: ClusterRecord = { name, arn, status: 'ACTIVE', given, tags };
  region.clusters.set(name, cluster);
  return cluster;
}

/** A service of this cluster by name or ARN, whatever its status. An ARN of another cluster is a mistake of the caller. */
export function findService(region: Region, cluster: ClusterRecord, nameOrArn: string): ServiceRecord | undefined {
  const parts = nameOrArn.split('/');
  if (parts.length === 3 && parts[1] !== cluster.name) {
    throw invalidParameter(`Identifier is for ${parts[1]}. Your cluster is ${cluster.name}`);
  }
  return region.services.get(`${cluster.name}/${lastPart(nameOrArn)}`);
}

/** A revision by ARN or `family:revision`, whatever its status; by family the newest ACTIVE one. */
export function findRevision(region: Region, reference: string): RevisionRecord | undefined {
  const [family, revision] = lastPart(reference).split(':');
  if (reference.startsWith('arn:') && !reference.startsWith(region.arn('ecs', 'task-definition/'))) return undefined;
  const revisions = region.families.get(family ?? '') ?? [];
  if (revision !== undefined) return revisions[Number(revision) - 1];
  return revisions.findLast((record) => record.definition.status === 'ACTIVE');
}

/** The revision a service is to run. */
export function usableRevision(region: Region, reference: string): RevisionRecord {
  const found = findRevision(region, reference);
  if (found === undefined) throw clientException('TaskDefinition not found.');
  if (found.definition.status !== 'ACTIVE') throw clientException('TaskDefinition is inactive');
  return found;
}
