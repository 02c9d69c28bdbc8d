import type { Clock } from '../lib/clock.ts';
import { Semaphore } from '../lib/semaphore.ts';
import { type BuildContext, readBuildContext } from './build-context.ts';
import { PushFailed } from './build-errors.ts';
import type { Builder, BuildProgress, BuiltImage, Destination } from './builder.ts';
import { chooseBuilder } from './choose-builder.ts';
import { cleanUp } from './clean-up.ts';
import { hashContext } from './context-hash.ts';
import type { HashCache } from './hash-cache.ts';
import type { BuildOrder, ImageBuilds, PushTarget } from './image-builds.ts';
import { ContextChanged } from './read-listed.ts';
import { SharedBuild } from './shared-build.ts';
import { readTemplateContext, STRANDS_AGENT } from './template.ts';

export interface LocalImageBuildsOptions {
  readonly builders: readonly Builder[];
  /** Name of the one to use, or `auto`. */
  readonly builder: string;
  readonly cache: HashCache;
  readonly clock: Clock;
  /** Holds the files of the templates, a folder each. */
  readonly templatesFolder: string;
  /** Builds at once; each keeps a machine busy. */
  readonly atOnce: number;
}

type Digest = { readonly digest: string };

/** Builds with an engine of this machine. */
export class LocalImageBuilds implements ImageBuilds {
  readonly #options: LocalImageBuildsOptions;
  readonly #room: Semaphore;
  /** By repository and tag: manifests that share a folder share its build. */
  readonly #running = new Map<string, SharedBuild<Digest>>();

  constructor(options: LocalImageBuildsOptions) {
    this.#options = options;
    this.#room = new Semaphore(options.atOnce);
  }

  async tagOf(order: BuildOrder, signal: AbortSignal): Promise<string> {
    return (await this.#hashed(order, signal)).tag;
  }

  async buildAndPush(
    order: BuildOrder,
    target: PushTarget,
    on: (progress: BuildProgress) => void,
    signal: AbortSignal,
  ): Promise<Digest> {
    const name = `${target.repositoryUri}:${target.tag}`;
    const running = this.#running.get(name);
    if (running !== undefined && !running.abandoned) return await running.join(on, signal);
    const build = new SharedBuild<Digest>(async (tell, stop) => {
      // One that was given up still cleans up, and would take the name of its push from this one's.
      await running?.ended;
      return await this.#room.run(() => this.#build(order, target, tell, stop), stop);
    });
    this.#running.set(name, build);
    void build.ended.then(() => this.#forget(name, build));
    return await build.join(on, signal);
  }

  #forget(name: string, build: SharedBuild<Digest>): void {
    if (this.#running.get(name) === build) this.#running.delete(name);
  }

  async #hashed(
    order: BuildOrder,
    signal: AbortSignal,
  ): Promise<{ readonly context: BuildContext; readonly tag: string }> {
    const place = { context: order.context, dockerfile: order.dockerfile, base: order.root, root: order.root };
    const context =
      order.template === undefined
        ? await readBuildContext(place, signal)
        : await readTemplateContext(place, STRANDS_AGENT, `${this.#options.templatesFolder}/${order.template}`, signal);
    const { args, platform, target } = order;
    const input = { context, args, platform, ...(target === undefined ? {} : { target }) };
    const { hash } = await hashContext(input, this.#options.cache, signal);
    return { context, tag: hash };
  }

  async #build(
    order: BuildOrder,
    target: PushTarget,
    on: (progress: BuildProgress) => void,
    signal: AbortSignal,
  ): Promise<Digest> {
    const builder = await chooseBuilder(this.#options.builder, this.#options.builders, signal);
    const { context, tag } = await this.#hashed(order, signal);
    // What is pushed under a tag must be what the tag says.
    if (tag !== target.tag) throw new ContextChanged(order.context);
    const { args, platform, target: stage } = order;
    const request = { context, args, platform, labels: {}, ...(stage === undefined ? {} : { target: stage }) };
    const built = await builder.build(request, on, signal);
    try {
      return await push(builder, built, target, on, signal);
    } finally {
      await cleanUp(this.#options.clock, (cleaning) => builder.discard(built, cleaning));
    }
  }
}

/** A tag that is there already names the same content: whoever reads the registry next finds it. */
async function push(
  builder: Builder,
  built: BuiltImage,
  target: PushTarget,
  on: (progress: BuildProgress) => void,
  signal: AbortSignal,
): Promise<Digest> {
  const slash = target.repositoryUri.indexOf('/');
  const destination: Destination = {
    registry: target.repositoryUri.slice(0, slash),
    repository: target.repositoryUri.slice(slash + 1),
    tag: target.tag,
    credentials: await target.credentials(signal),
  };
  try {
    return await builder.push(built, destination, on, signal);
  } catch (thrown) {
    if (thrown instanceof PushFailed && thrown.kind === 'tag-exists') return { digest: '' };
    throw thrown;
  }
}
