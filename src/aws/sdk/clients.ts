import { type ClientConfig, clientConfig } from './client-config.ts';
import type { ApiName, SdkOptions } from './sdk-options.ts';
import type { SdkService } from './sdk-service.ts';

interface Slot {
  readonly service: Promise<SdkService>;
  calls: number;
  retired: boolean;
}

/**
 * One client an API, made on first use: each loads some 10 MB, and not everybody needs all of them.
 * A client may be retired; the next call gets a new one, and the old one goes when its last call has ended.
 */
export class Clients implements AsyncDisposable {
  readonly #options: SdkOptions;
  readonly #slots = new Map<ApiName, Slot>();
  #disposed = false;

  constructor(options: SdkOptions) {
    this.#options = options;
  }

  /** Runs `use` with the client of `api`; retires it when `isBroken` says so of what `use` threw. */
  async with<T>(
    api: ApiName,
    use: (service: SdkService) => Promise<T>,
    isBroken: (thrown: unknown) => boolean,
  ): Promise<T> {
    if (this.#disposed) throw new Error('the AWS clients are closed');
    const slot = this.#slot(api);
    slot.calls++;
    try {
      return await use(await slot.service);
    } catch (thrown) {
      if (isBroken(thrown)) this.#retire(api, slot);
      throw thrown;
    } finally {
      slot.calls--;
      if (slot.retired && slot.calls === 0) await destroy(slot);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    await Promise.all([...this.#slots.values()].map(destroy));
    this.#slots.clear();
  }

  #slot(api: ApiName): Slot {
    const known = this.#slots.get(api);
    if (known !== undefined) return known;
    const slot: Slot = { service: this.#load(api), calls: 0, retired: false };
    this.#slots.set(api, slot);
    slot.service.catch(() => this.#retire(api, slot));
    return slot;
  }

  #retire(api: ApiName, slot: Slot): void {
    slot.retired = true;
    if (this.#slots.get(api) === slot) this.#slots.delete(api);
  }

  async #load(api: ApiName): Promise<SdkService> {
    const [makeService, config] = await Promise.all([LOADERS[api](), clientConfig(api, this.#options)]);
    return makeService(config);
  }
}

type MakeService = (config: ClientConfig) => SdkService;

const LOADERS: Readonly<Record<ApiName, () => Promise<MakeService>>> = {
  ecs: async () => (await import('./ecs.ts')).ecsService,
  ecr: async () => (await import('./ecr.ts')).ecrService,
  logs: async () => (await import('./logs.ts')).logsService,
  'application-autoscaling': async () => (await import('./application-autoscaling.ts')).applicationAutoScalingService,
  elbv2: async () => (await import('./elbv2.ts')).elbv2Service,
  codebuild: async () => (await import('./codebuild.ts')).codeBuildService,
  s3: async () => (await import('./s3.ts')).s3Service,
  sts: async () => (await import('./sts.ts')).stsService,
};

async function destroy(slot: Slot): Promise<void> {
  const service = await slot.service.catch(() => undefined);
  service?.destroy();
}
