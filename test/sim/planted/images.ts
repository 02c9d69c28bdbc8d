import { SimBuilder } from '../images/sim-builder.ts';
import { onInput, replaceMethod } from './plant.ts';
import type { PlantedBug } from './planted-bug.ts';

export const imageBugs: readonly PlantedBug[] = [
  {
    id: 'runs-a-tag',
    title: 'a revision names the image that was built by a tag, which may be moved, and not by its digest',
    class: 'workload',
    near: ['S61'],
    apply: () =>
      onInput('ecs:RegisterTaskDefinition', (input) => {
        const containers = (input['containerDefinitions'] ?? []) as readonly { readonly image?: string }[];
        const tagged = containers.map((one) => ({ ...one, image: one.image?.replace(/@.*$/, ':newest') }));
        return { ...input, containerDefinitions: tagged };
      }),
  },
  {
    id: 'builds-to-compare',
    title: 'an image is built four times, to see whether it comes out the same',
    class: 'idempotency',
    near: ['S61'],
    apply(undo) {
      replaceMethod(
        undo,
        SimBuilder.prototype,
        'build',
        (build) =>
          async function (this: SimBuilder, request, on, signal) {
            for (let time = 1; time < 4; time++) await build.call(this, request, on, signal);
            return build.call(this, request, on, signal);
          },
      );
      return {};
    },
  },
];
