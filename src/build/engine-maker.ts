import type { Clock } from '../lib/clock.ts';
import { PushFailed } from './build-errors.ts';
import type { Builder, BuildProgress, BuildRequest, BuiltImage, Destination } from './builder.ts';
import { chooseBuilder } from './choose-builder.ts';
import { cleanUp } from './clean-up.ts';
import type { PushTarget } from './image-builds.ts';
import { destinationOf, type ImageMaker } from './image-maker.ts';
import { SharedBuild } from './shared-build.ts';

export interface EngineMakerOptions {
  readonly builders: readonly Builder[];
  /** Name of the one to use, or `auto`. */
  readonly builder: string;
  readonly clock: Clock;
}

interface Made {
  readonly builder: Builder;
  readonly built: BuiltImage;
}

/** An image that exists, or is coming to, as long as somebody needs it. */
interface HeldImage {
  holders: number;
  readonly build: SharedBuild<Made>;
  /** Undefined: not built, or not yet. */
  made: Made | undefined;
  /** Resolved once the engine has let go of it. */
  readonly gone: PromiseWithResolvers<void>;
}

/** Makes images with an engine of this machine: what is the same is built once, and pushed to each repository it is for. */
export class EngineMaker implements ImageMaker {
  readonly #options: EngineMakerOptions;
  /** By tag, which names the content. */
  readonly #images = new Map<string, HeldImage>();

  constructor(options: EngineMakerOptions) {
    this.#options = options;
  }

  async make(
    request: BuildRequest,
    target: PushTarget,
    on: (progress: BuildProgress) => void,
    signal: AbortSignal,
  ): Promise<{ readonly digest: string }> {
    const image = this.#imageOf(request, target.tag);
    image.holders++;
    try {
      const { builder, built } = await image.build.join(on, signal);
      return await push(builder, built, target, on, signal);
    } finally {
      image.holders--;
      if (image.holders === 0) await this.#letGo(target.tag, image);
    }
  }

  /** Nobody may join an image that is let go of: the engine may drop it at any moment. */
  #imageOf(request: BuildRequest, tag: string): HeldImage {
    const before = this.#images.get(tag);
    if (before !== undefined && before.holders > 0 && !before.build.abandoned) return before;
    const build = new SharedBuild<Made>(async (tell, stop) => {
      // The engine knows both by one name, which the one before takes away.
      await before?.gone.promise;
      const builder = await chooseBuilder(this.#options.builder, this.#options.builders, stop);
      const built = await builder.build(request, tell, stop);
      image.made = { builder, built };
      return image.made;
    });
    const image: HeldImage = { holders: 0, build, made: undefined, gone: Promise.withResolvers<void>() };
    this.#images.set(tag, image);
    return image;
  }

  async #letGo(tag: string, image: HeldImage): Promise<void> {
    const { made } = image;
    if (made !== undefined) await cleanUp(this.#options.clock, (late) => made.builder.discard(made.built, late));
    if (this.#images.get(tag) === image) this.#images.delete(tag);
    image.gone.resolve();
  }
}

/** A tag that is there already names the same content: whoever reads the registry next finds it. */
async function push(
  builder: Builder,
  built: BuiltImage,
  target: PushTarget,
  on: (progress: BuildProgress) => void,
  signal: AbortSignal,
): Promise<{ readonly digest: string }> {
  const credentials = await target.credentials(signal);
  const destination: Destination = { ...destinationOf(target), credentials };
  try {
    return await builder.push(built, destination, on, signal);
  } catch (thrown) {
    if (thrown instanceof PushFailed && thrown.kind === 'tag-exists') return { digest: '' };
    throw thrown;
  }
}
