import type { Difference } from './difference.ts';
import type { Action, Refusal } from './plan.ts';
import type { Outputs, Pass, Readiness, Resource } from './resource.ts';

/** What one link sees and would do. */
export interface Look {
  readonly differences: readonly Difference[];
  readonly actions: readonly Action[];
  readonly refusal: Refusal | undefined;
  readonly readiness: Readiness;
}

/** A resource whose own types are closed over, so that a list of different ones needs no `any`. */
export interface Link {
  readonly kind: string;
  readonly promises: readonly (keyof Outputs)[];
  /** Comes before the others in both directions. */
  readonly leads: boolean;
  /** Begins what `look` will read and can share with other passes. */
  ahead(pass: Pass): Promise<unknown> | undefined;
  look(pass: Pass): Promise<Look>;
  /** As `look`, for a manifest that was deleted: the actions take the thing away. */
  lookForRemoval(pass: Pass): Promise<Look>;
  act(action: Action, pass: Pass): Promise<void>;
}

/** Seals a resource into a link. */
export function link<Desired, Live>(resource: Resource<Desired, Live>): Link {
  return {
    kind: resource.kind,
    promises: resource.promises ?? [],
    leads: resource.leads ?? false,
    ahead: (pass) => resource.ahead?.(pass),
    async look(pass) {
      const desired = resource.desired(pass);
      const seen = await resource.observe(pass, desired);
      const differences = seen.kind === 'present' ? resource.diff(desired, seen.live, pass) : [];
      return {
        differences,
        actions: resource.plan(desired, seen, differences, pass),
        refusal: resource.refuse?.(desired, seen, pass, differences),
        readiness: resource.verify(desired, seen, pass),
      };
    },
    async lookForRemoval(pass) {
      const seen = await resource.observe(pass, resource.desired(pass));
      return {
        differences: [],
        actions: resource.plan(undefined, seen, [], pass),
        refusal: resource.refuse?.(undefined, seen, pass, []),
        readiness: resource.verify(undefined, seen, pass),
      };
    },
    act: (action, pass) => resource.act(action, pass),
  };
}
