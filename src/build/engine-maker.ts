import type { Clock } from '../lib/clock.ts';
import { PushFailed } from './build-errors.ts';
import type { Builder, BuildProgress, BuildRequest, BuiltImage, Destination } from './builder.ts';
import { chooseBuilder } from './choose-builder.ts';
import { cleanUp } from './clean-up.ts';
import type { PushTarget } from './image-builds.ts';
import { destinationOf, type ImageMaker } from './image-maker.ts';

export interface EngineMakerOptions {
  readonly builders: readonly Builder[];
  /** Name of the one to use, or `auto`. */
  readonly builder: string;
  readonly clock: Clock;
}

/** Makes images with an engine of this machine. */
export class EngineMaker implements ImageMaker {
  readonly #options: EngineMakerOptions;

  constructor(options: EngineMakerOptions) {
    this.#options = options;
  }

  async make(
    request: BuildRequest,
    target: PushTarget,
    on: (progress: BuildProgress) => void,
    signal: AbortSignal,
  ): Promise<{ readonly digest: string }> {
    const builder = await chooseBuilder(this.#options.builder, this.#options.builders, signal);
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
