import { EngineMaker } from '../../../src/build/engine-maker.ts';
import { LocalImageBuilds } from '../../../src/build/local-image-builds.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import type { ImageParts } from '../../../src/resources/image.ts';
import type { Folders } from './folders.ts';
import { type AskEngine, SimBuilder } from './sim-builder.ts';

export interface SimImagesParts {
  readonly folders: Folders;
  readonly clock: Clock;
  readonly ask: AskEngine;
}

/** How a controller builds: everything is the real one but the files and the engine. */
export function simImages({ folders, clock, ask }: SimImagesParts): ImageParts {
  const maker = new EngineMaker({ builders: [new SimBuilder(ask, clock)], builder: 'docker', clock });
  const builds = new LocalImageBuilds({ maker, read: async ({ context }) => folders.read(context), atOnce: 2 });
  return { builds, registries: { digestOf: () => Promise.reject(new Error('no other registry is imitated')) } };
}
