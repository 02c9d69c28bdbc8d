import type { BuildProgress, BuildRequest, Destination } from './builder.ts';
import type { PushTarget } from './image-builds.ts';

/** Makes an image and puts it in a registry, here or elsewhere. */
export interface ImageMaker {
  /**
   * Resolves when the registry has the image: with its digest, or with an empty one when the tag was there already, which
   * names the same content. Throws BuildRefused, ContextChanged, BuildFailed, PushFailed, EngineUnavailable; rejects with
   * the signal's reason on abort, and leaves nothing running.
   */
  make(
    request: BuildRequest,
    target: PushTarget,
    on: (progress: BuildProgress) => void,
    signal: AbortSignal,
  ): Promise<{ readonly digest: string }>;
}

/** Where the image goes, without the means to get in. */
export function destinationOf({ repositoryUri, tag }: PushTarget): Destination {
  const slash = repositoryUri.indexOf('/');
  return { registry: repositoryUri.slice(0, slash), repository: repositoryUri.slice(slash + 1), tag };
}
