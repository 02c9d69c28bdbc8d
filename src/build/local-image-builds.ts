import { Semaphore } from '../lib/semaphore.ts';
import type { BuildProgress } from './builder.ts';
import type { BuildOrder, ImageBuilds, PushTarget } from './image-builds.ts';
import type { ImageMaker } from './image-maker.ts';
import { ContextChanged } from './read-listed.ts';
import type { ReadOrder } from './read-order.ts';
import { SharedBuild } from './shared-build.ts';
import { SharedTurns } from './shared-turns.ts';

export interface LocalImageBuildsOptions {
  readonly maker: ImageMaker;
  readonly read: ReadOrder;
  /** Builds at once, of different content; each keeps a machine busy. */
  readonly atOnce: number;
}

type Digest = { readonly digest: string };

/** Builds what lies in folders of this machine, each content once. */
export class LocalImageBuilds implements ImageBuilds {
  readonly #options: LocalImageBuildsOptions;
  readonly #turns: SharedTurns;
  /** By repository and tag: manifests that share a folder share its build. */
  readonly #running = new Map<string, SharedBuild<Digest>>();

  constructor(options: LocalImageBuildsOptions) {
    this.#options = options;
    this.#turns = new SharedTurns(new Semaphore(options.atOnce));
  }

  async tagOf(order: BuildOrder, signal: AbortSignal): Promise<string> {
    return (await this.#options.read(order, signal)).tag;
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
      return await this.#turns.run(target.tag, () => this.#build(order, target, tell, stop), stop);
    });
    this.#running.set(name, build);
    void build.ended.then(() => this.#forget(name, build));
    return await build.join(on, signal);
  }

  #forget(name: string, build: SharedBuild<Digest>): void {
    if (this.#running.get(name) === build) this.#running.delete(name);
  }

  async #build(
    order: BuildOrder,
    target: PushTarget,
    on: (progress: BuildProgress) => void,
    signal: AbortSignal,
  ): Promise<Digest> {
    const { context, tag } = await this.#options.read(order, signal);
    // What is pushed under a tag must be what the tag says.
    if (tag !== target.tag) throw new ContextChanged(order.context);
    const { args, platform, target: stage } = order;
    const request = { context, args, platform, labels: {}, ...(stage === undefined ? {} : { target: stage }) };
    return await this.#options.maker.make(request, target, on, signal);
  }
}
