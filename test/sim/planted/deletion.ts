import type { Key } from '../../../src/manifest/key.ts';
import type { LoadedManifest } from '../../../src/manifest/load.ts';
import { DeletionGuard } from '../../../src/reconcile/deletion-guard.ts';
import type { Link, Look } from '../../../src/reconcile/link.ts';
import type { Desired } from '../../../src/source/source.ts';
import type { Alteration } from '../alteration.ts';
import { nameOf, onInput, onOutcome, onSource, replaceMethod } from './plant.ts';
import type { PlantedBug } from './planted-bug.ts';

/** Takes a source that cannot tell, for this reason, for one that says "deleted". */
function unknownIsDeleted(because: string): Alteration {
  return onSource(() => {
    const last = new Map<Key, LoadedManifest>();
    return (desired, key): Desired => {
      if (desired.kind === 'wanted') last.set(key, desired.loaded);
      const known = last.get(key);
      if (desired.kind !== 'unknown' || !desired.reason.includes(because) || known === undefined) return desired;
      const evidence = { absentSince: 0, confirmedAt: 0, snapshots: 1, rootIdentity: 'root', revision: 'r' };
      return { kind: 'deleted', last: known, ...evidence };
    };
  });
}

export const deletionBugs: readonly PlantedBug[] = [
  {
    id: 'one-snapshot-is-enough',
    title: 'a manifest that is missing from one snapshot counts as deleted',
    class: 'deletion',
    near: ['S18', 'S15'],
    apply: () => unknownIsDeleted('just went away'),
  },
  {
    id: 'unknown-is-deleted',
    title: 'a source that cannot be read counts as empty',
    class: 'deletion',
    near: ['S20'],
    apply: () => unknownIsDeleted('cannot be read'),
  },
  {
    id: 'guard-ignored',
    title: 'however many services disappear, all of them are deleted',
    class: 'deletion',
    near: ['S60'],
    apply(undo) {
      replaceMethod(undo, DeletionGuard.prototype, 'admits', () => () => true);
      return {};
    },
  },
  {
    id: 'retain-ignored',
    title: 'a service goes with its manifest although that does not ask for it',
    class: 'deletion',
    near: ['S14R'],
    apply: () =>
      onSource(() => (desired) => {
        if (desired.kind !== 'deleted') return desired;
        const { manifest } = desired.last;
        const spec = { ...manifest.spec, deletionPolicy: 'delete' as const };
        return { ...desired, last: { ...desired.last, manifest: { ...manifest, spec } } };
      }),
  },
  {
    id: 'pruning-always-on',
    title: 'services are deleted although pruning is off',
    class: 'deletion',
    near: ['S14P'],
    apply: () => ({ keeper: (parts) => ({ ...parts, config: { ...parts.config, prune: true } }) }),
  },
  {
    id: 'deletes-by-force',
    title: 'a service is deleted by force, with its tasks',
    class: 'deletion',
    near: ['S14'],
    apply: () => onInput('ecs:DeleteService', (input) => ({ ...input, force: true })),
  },
  {
    id: 'grace-cut-short',
    title: 'a manifest counts as deleted after half of the grace period',
    class: 'deletion',
    near: ['S14'],
    apply: () => ({ source: (knobs) => ({ ...knobs, graceMs: knobs.graceMs / 2 }) }),
  },
  {
    id: 'scaling-goes-first',
    title: 'as soon as a source cannot be read, autoscaling is taken away, in case the service has to follow',
    class: 'deletion',
    near: ['S20D'],
    apply: () => ({
      keeper(parts) {
        const { keeper } = unknownIsDeleted('cannot be read');
        const isUnknown = (key: Key): boolean => parts.source.get(key).kind === 'unknown';
        const chain = parts.chain.map((link): Link => {
          if (nameOf(link) === 'autoscaling') return link;
          const nothing = (look: Look): Look => ({ ...look, actions: [] });
          return {
            ...link,
            lookForRemoval: async (pass) => {
              const look = await link.lookForRemoval(pass);
              return isUnknown(pass.key) ? nothing(look) : look;
            },
          };
        });
        return keeper?.({ ...parts, chain }) ?? parts;
      },
    }),
  },
  {
    id: 'guard-holds-everything',
    title: 'the guard against mass deletions holds back the first one as well',
    class: 'deletion',
    near: ['S14Q'],
    apply(undo) {
      replaceMethod(undo, DeletionGuard.prototype, 'admits', () => () => false);
      return {};
    },
  },
  {
    id: 'removal-not-awaited',
    title: 'once its tasks have been told to stop, a service counts as gone',
    class: 'deletion',
    near: ['S14'],
    apply(undo) {
      const gone = { kind: 'gone' } as const;
      onOutcome(undo, (outcome) => (outcome.kind === 'waiting' && outcome.on === 'the tasks to stop' ? gone : outcome));
      return {};
    },
  },
];
