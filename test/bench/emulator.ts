import { createRepository, putImage } from '../contract/support/put-image.ts';
import { type Ground, IMAGE } from './bench-manifests.ts';

const REGION = 'us-east-1';
const ECS_TARGET = 'AmazonEC2ContainerServiceV20141113';

/** Empties moto and gives it a cluster and an image; its default network is used. Goes past the proxy: nothing is counted. */
export async function prepareEmulator(url: string, cluster: string): Promise<Ground> {
  await send(`${url}/moto-api/reset`, { method: 'POST' });
  await send(url, {
    method: 'POST',
    headers: {
      ...signedFor('ecs'),
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `${ECS_TARGET}.CreateCluster`,
    },
    body: JSON.stringify({ clusterName: cluster }),
  });
  await createRepository(url, IMAGE.repository);
  await putImage({ url, repositoryName: IMAGE.repository, imageTag: IMAGE.tag });
  const subnets = await ask(url, 'DescribeSubnets', /<subnetId>([^<]+)</g);
  const securityGroups = await ask(url, 'DescribeSecurityGroups', /<groupId>([^<]+)</g);
  return { cluster, subnets: subnets.slice(0, 2), securityGroups: securityGroups.slice(0, 1) };
}

async function ask(url: string, action: string, ids: RegExp): Promise<readonly string[]> {
  const answer = await send(url, {
    method: 'POST',
    headers: { ...signedFor('ec2'), 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ Action: action, Version: '2016-11-15' }).toString(),
  });
  const found = [...answer.matchAll(ids)].map(([, id]) => id ?? '');
  if (found.length === 0) throw new Error(`the emulator has nothing to answer to ${action}`);
  return found;
}

/** The emulator routes by the credential scope and checks no signature. */
function signedFor(service: string): Readonly<Record<string, string>> {
  const scope = `20260101/${REGION}/${service}/aws4_request`;
  return { authorization: `AWS4-HMAC-SHA256 Credential=bench/${scope}, SignedHeaders=host, Signature=0` };
}

async function send(url: string, init: RequestInit): Promise<string> {
  const answer = await fetch(url, init);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${text.slice(0, 500)}`);
  return text;
}
