import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { Fixture } from './sandbox-fixture.ts';

const NAME = { repositoryName: 'team/web' };
const MANIFEST = '{"schemaVersion":2,"layers":[]}';
const TYPE = 'application/vnd.oci.image.manifest.v1+json';
const DIGEST = `sha256:${createHash('sha256').update(MANIFEST).digest('hex')}`;
const LOGIN = `Basic ${Buffer.from('AWS:secret').toString('base64')}`;

/** By reference; a registry that has one image, and a door. */
const images = new Map([['1.0', MANIFEST]]);
const registry = createServer((request, response) => {
  if (request.headers.authorization !== LOGIN) return response.writeHead(401).end();
  const manifest = images.get(/^\/v2\/team\/web\/manifests\/(.+)$/.exec(request.url ?? '')?.[1] ?? '');
  if (manifest === undefined) return response.writeHead(404).end('{}');
  return response.writeHead(200, { 'content-type': TYPE }).end(manifest);
});
let host = '';
before(async () => {
  await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
  host = `127.0.0.1:${(registry.address() as AddressInfo).port}`;
});
after(() => registry.close());

interface Found {
  readonly images: readonly {
    readonly imageId: object;
    readonly imageManifest: string;
    readonly imageManifestMediaType: string;
  }[];
  readonly failures: readonly { readonly failureCode: string }[];
}
async function sandboxAt(password = 'secret'): Promise<Fixture> {
  const sandbox = new Fixture({ registry: { host, password } });
  await sandbox.send('ecr:CreateRepository', NAME);
  return sandbox;
}
function find(sandbox: Fixture, ...imageIds: readonly object[]): Promise<Found> {
  return sandbox.send<Found>('ecr:BatchGetImage', { ...NAME, imageIds });
}

test('ECR-6: repositories and tokens lead to a registry that stands for ECR’s', async () => {
  const sandbox = await sandboxAt();
  const { repositories } = await sandbox.send<{ repositories: { repositoryUri: string }[] }>(
    'ecr:DescribeRepositories',
  );
  assert.equal(repositories[0]?.repositoryUri, `${host}/team/web`);
  const { authorizationData } = await sandbox.send<{
    authorizationData: { authorizationToken: string; proxyEndpoint: string }[];
  }>('ecr:GetAuthorizationToken');
  assert.equal(authorizationData[0]?.proxyEndpoint, `http://${host}`);
  assert.equal(`Basic ${authorizationData[0]?.authorizationToken}`, LOGIN);
});

test('ECR-6: an image that was pushed there is found by its tag, and by its digest; a tag that moved has moved', async () => {
  const sandbox = await sandboxAt();
  const { images: found, failures } = await find(sandbox, { imageTag: '1.0' }, { imageTag: '2.0' });
  assert.deepEqual(found[0]?.imageId, { imageTag: '1.0', imageDigest: DIGEST });
  assert.equal(found[0]?.imageManifest, MANIFEST);
  assert.equal(found[0]?.imageManifestMediaType, TYPE);
  assert.deepEqual(
    failures.map(({ failureCode }) => failureCode),
    ['ImageNotFound'],
  );
  images.set('1.0', '{"schemaVersion":2}');
  const moved = await find(sandbox, { imageTag: '1.0' }, { imageDigest: DIGEST });
  images.set('1.0', MANIFEST);
  assert.deepEqual(
    moved.images.map(({ imageManifest }) => imageManifest),
    ['{"schemaVersion":2}', MANIFEST],
  );
});

test('ECR-6: a registry that does not let the sandbox in is no registry without the image', async () => {
  await assert.rejects(find(await sandboxAt('wrong'), { imageTag: '1.0' }), { code: 'ServerException' });
});
