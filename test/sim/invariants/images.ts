import type { Finding, Invariant } from '../invariant.ts';
import type { RunIndex } from '../run-index.ts';
import type { CallEvent } from '../trace.ts';
import { inputOf } from './about.ts';

export const runsWhatTheRegistryHas: Invariant = {
  id: 'I42',
  title: 'what is built is registered by digest only, and only by one that ECR has',
  check(run) {
    return run.stories.flatMap(({ call }): Finding[] => {
      if (call.operation !== 'ecs:RegisterTaskDefinition' || !isBuilt(run, call)) return [];
      const images = containersOf(call).map(({ image = '' }) => image);
      const unknown = images.find((image) => run.view.end.images?.[digestOf(image)] === undefined);
      return unknown === undefined ? [] : [{ at: call.at, message: `${call.target} was registered with ${unknown}` }];
    });
  },
};

/** What an image was made of, by the tag of its content; the reference itself when ECR does not know it. */
export function contentOf(run: RunIndex, image: string | undefined): string | undefined {
  return image === undefined ? undefined : (run.view.end.images?.[digestOf(image)] ?? image);
}

function digestOf(image: string): string {
  return image.split('@')[1] ?? '';
}

function isBuilt(run: RunIndex, { target }: CallEvent): boolean {
  return [...run.manifests.values()].some(
    ({ manifest: { spec } }) => spec.family === target && spec.image.build !== undefined,
  );
}

function containersOf(call: CallEvent): readonly { readonly image?: string }[] {
  return (inputOf(call)['containerDefinitions'] ?? []) as readonly { readonly image?: string }[];
}

export const buildsOnce: Invariant = {
  id: 'I43',
  title: 'the same content is built once, and once more for each thing that went wrong',
  check(run) {
    const { trace } = run.view;
    const builds = run.stories.filter(({ call }) => call.operation === 'engine:Build').map(({ call }) => call);
    const byContent = Map.groupBy(builds, (call) => JSON.stringify(call.input));
    // Somebody else works with the engine, too: what stops it fails one build after the other.
    const failed = run.stories.filter(({ call, answer }) => isOfImages(call) && answer?.code !== 'OK').length;
    const excused = failed + trace.of('fault').length + trace.of('life').length + trace.of('world').length;
    return [...byContent.values()].flatMap((same): Finding[] => {
      const surplus = same[1 + excused];
      return surplus === undefined
        ? []
        : [{ at: surplus.at, message: `${surplus.target} was built ${same.length} times` }];
    });
  },
};

function isOfImages({ operation }: CallEvent): boolean {
  return /^(ecr|engine):/.test(operation);
}
