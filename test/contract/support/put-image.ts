import { CreateRepositoryCommand, ECRClient, PutImageCommand } from '@aws-sdk/client-ecr';

const IMAGE_TYPE = 'application/vnd.docker.distribution.manifest.v2+json';
const CONFIG_TYPE = 'application/vnd.docker.container.image.v1+json';
const LAYER_TYPE = 'application/vnd.docker.image.rootfs.diff.tar.gzip';

export interface PutImage {
  /** Where ECR answers. */
  readonly url: string;
  readonly repositoryName: string;
  readonly imageTag: string;
}

/** Puts the manifest of an image whose layers nobody has pushed. Resolves to its digest. */
export async function putImage({ url, repositoryName, imageTag }: PutImage): Promise<string> {
  const layer = { mediaType: LAYER_TYPE, size: 1, digest: `sha256:${'a'.repeat(64)}` };
  const config = { mediaType: CONFIG_TYPE, size: 1, digest: `sha256:${'b'.repeat(64)}` };
  const imageManifest = JSON.stringify({ schemaVersion: 2, mediaType: IMAGE_TYPE, config, layers: [layer] });
  using ecr = new Ecr(url);
  const { image } = await ecr.client.send(new PutImageCommand({ repositoryName, imageTag, imageManifest }));
  return image!.imageId!.imageDigest!;
}

export async function createRepository(url: string, repositoryName: string): Promise<void> {
  using ecr = new Ecr(url);
  await ecr.client.send(new CreateRepositoryCommand({ repositoryName }));
}

class Ecr implements Disposable {
  readonly client: ECRClient;

  constructor(endpoint: string) {
    const credentials = { accessKeyId: 'contract', secretAccessKey: 'contract' };
    this.client = new ECRClient({ endpoint, region: 'us-east-1', credentials });
  }

  [Symbol.dispose](): void {
    this.client.destroy();
  }
}
