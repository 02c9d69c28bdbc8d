import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Gateways } from '../aws/gateway.ts';
import type { BuildOrder, ImageBuilds, PushTarget } from '../build/image-builds.ts';
import type { ImageMaker } from '../build/image-maker.ts';
import type { ImageRegistries } from '../build/image-registries.ts';
import type { RegistryAuths } from '../build/registry-protocol.ts';
import { UsageError } from '../lib/errors.ts';
import { sha256 } from '../lib/hash.ts';
import type { ImageParts } from '../resources/image.ts';
import type { CodeBuildConfig } from './codebuild-config.ts';
import type { Config } from './config.ts';
import type { Surroundings } from './host.ts';

/** So many files' hashes are kept, about 300 bytes each. */
const CACHED_FILES = 100_000;
/** A build keeps a machine busy by itself. */
const BUILDS_AT_ONCE = 2;
/** CodeBuild's machines; a new account may have few at once, and what is more waits in CodeBuild's queue. */
const REMOTE_BUILDS_AT_ONCE = 5;

/**
 * Engines of this machine, or CodeBuild in the controller's own account and region, and registries of this world. What it
 * takes to use them is loaded on first use.
 */
export function imageParts(config: Config, surroundings: Surroundings, gateways: Gateways): ImageParts {
  const builds = new LazyBuilds(() => loadBuilds(config, surroundings, gateways));
  return { builds, registries: new LazyRegistries(config) };
}

/** The sandbox's: every image of every registry exists, and nothing is built. */
export function sandboxImages(): ImageParts {
  const refuse = (): never => {
    throw new UsageError('the demo builds no images');
  };
  return {
    builds: { tagOf: refuse, buildAndPush: refuse },
    registries: { digestOf: async (image) => `sha256:${sha256(JSON.stringify(image))}` },
  };
}

async function loadBuilds(config: Config, surroundings: Surroundings, gateways: Gateways): Promise<ImageBuilds> {
  const { builder, codeBuild, buildRoot } = config;
  const remote = builder === 'codebuild' || builder === 'auto' ? codeBuild : undefined;
  const [{ LocalImageBuilds }, { HashCache }, { orderReader }, maker] = await Promise.all([
    import('../build/local-image-builds.ts'),
    import('../build/hash-cache.ts'),
    import('../build/read-order.ts'),
    remote === undefined ? engineMaker(config, surroundings) : codeBuildMaker(remote, config, surroundings, gateways),
  ]);
  return new LocalImageBuilds({
    maker,
    read: orderReader({
      cache: new HashCache({ maxFiles: CACHED_FILES, clock: surroundings.clock }),
      templatesFolder: join(import.meta.dirname, '..', '..', 'examples'),
      ...(buildRoot === undefined ? {} : { allowedRoot: buildRoot }),
    }),
    atOnce: remote === undefined ? BUILDS_AT_ONCE : REMOTE_BUILDS_AT_ONCE,
  });
}

async function engineMaker(config: Config, { env, clock }: Surroundings): Promise<ImageMaker> {
  const [{ EngineMaker }, { DockerBuilder }, { BuildahBuilder }] = await Promise.all([
    import('../build/engine-maker.ts'),
    import('../build/docker-builder.ts'),
    import('../build/buildah-builder.ts'),
  ]);
  const common = { env, tempFolder: tmpdir(), clock };
  const builders = [
    new DockerBuilder(common),
    new BuildahBuilder({ ...common, flavour: 'podman' }),
    new BuildahBuilder({ ...common, flavour: 'buildah', ...config.buildah }),
  ];
  return new EngineMaker({ builders, builder: config.builder, clock });
}

async function codeBuildMaker(
  place: CodeBuildConfig,
  { region }: Config,
  { clock }: Surroundings,
  gateways: Gateways,
): Promise<ImageMaker> {
  const { CodeBuildMaker } = await import('../build/codebuild-maker.ts');
  return new CodeBuildMaker({ place, aws: gateways.for({ region }), clock });
}

class LazyBuilds implements ImageBuilds {
  readonly #load: () => Promise<ImageBuilds>;
  #loaded: Promise<ImageBuilds> | undefined;

  constructor(load: () => Promise<ImageBuilds>) {
    this.#load = load;
  }

  async tagOf(order: BuildOrder, signal: AbortSignal): Promise<string> {
    return (await this.#builds()).tagOf(order, signal);
  }

  async buildAndPush(
    order: BuildOrder,
    target: PushTarget,
    on: Parameters<ImageBuilds['buildAndPush']>[2],
    signal: AbortSignal,
  ): Promise<{ readonly digest: string }> {
    return (await this.#builds()).buildAndPush(order, target, on, signal);
  }

  #builds(): Promise<ImageBuilds> {
    this.#loaded ??= this.#load();
    return this.#loaded;
  }
}

class LazyRegistries implements ImageRegistries {
  readonly #config: Config;
  #loaded: Promise<ImageRegistries> | undefined;

  constructor(config: Config) {
    this.#config = config;
  }

  async digestOf(image: Parameters<ImageRegistries['digestOf']>[0], signal: AbortSignal): Promise<string | undefined> {
    this.#loaded ??= this.#load();
    return (await this.#loaded).digestOf(image, signal);
  }

  async #load(): Promise<ImageRegistries> {
    const { RegistryProtocol } = await import('../build/registry-protocol.ts');
    const file = this.#config.registryAuthFile;
    return new RegistryProtocol(file === undefined ? {} : await readAuths(file));
  }
}

/** A file in the form of Docker's `config.json`. Its content never reaches an error. */
async function readAuths(file: string): Promise<RegistryAuths> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new UsageError(`EVENKEEL_REGISTRY_AUTH_FILE '${file}' cannot be read`);
  });
  try {
    const { auths = {} } = JSON.parse(text) as {
      readonly auths?: Readonly<Record<string, { readonly auth?: string }>>;
    };
    return Object.fromEntries(Object.entries(auths).map(([host, { auth = '' }]) => [host, auth]));
  } catch {
    throw new UsageError(`EVENKEEL_REGISTRY_AUTH_FILE '${file}' is not in the form of Docker's config.json`);
  }
}
