import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BuildOrder, ImageBuilds, PushTarget } from '../build/image-builds.ts';
import type { ImageRegistries } from '../build/image-registries.ts';
import type { RegistryAuths } from '../build/registry-protocol.ts';
import { UsageError } from '../lib/errors.ts';
import { sha256 } from '../lib/hash.ts';
import type { ImageParts } from '../resources/image.ts';
import type { Config } from './config.ts';
import type { Surroundings } from './host.ts';

/** So many files' hashes are kept, about 300 bytes each. */
const CACHED_FILES = 100_000;
/** A build keeps a machine busy by itself. */
const BUILDS_AT_ONCE = 2;

/** Engines of this machine and registries of this world. What it takes to use them is loaded on first use. */
export function imageParts(config: Config, surroundings: Surroundings): ImageParts {
  return { builds: new LazyBuilds(() => loadBuilds(config, surroundings)), registries: new LazyRegistries(config) };
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

async function loadBuilds(config: Config, { env, clock }: Surroundings): Promise<ImageBuilds> {
  const [{ LocalImageBuilds }, { DockerBuilder }, { BuildahBuilder }, { HashCache }] = await Promise.all([
    import('../build/local-image-builds.ts'),
    import('../build/docker-builder.ts'),
    import('../build/buildah-builder.ts'),
    import('../build/hash-cache.ts'),
  ]);
  const common = { env, tempFolder: tmpdir(), clock };
  return new LocalImageBuilds({
    builders: [
      new DockerBuilder(common),
      new BuildahBuilder({ ...common, flavour: 'podman' }),
      new BuildahBuilder({ ...common, flavour: 'buildah', ...config.buildah }),
    ],
    builder: config.builder,
    cache: new HashCache({ maxFiles: CACHED_FILES, clock }),
    clock,
    templatesFolder: join(import.meta.dirname, '..', '..', 'examples'),
    atOnce: BUILDS_AT_ONCE,
  });
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
