import { EcsGateway } from '../../../src/aws/ecs-gateway.ts';
import type { AwsErrorKind } from '../../../src/aws/errors.ts';
import { AwsFault, isAwsError } from '../../../src/aws/errors.ts';
import { RecentRevisions } from '../../../src/aws/recent-revisions.ts';
import type { Key } from '../../../src/manifest/key.ts';
import type { Link } from '../../../src/reconcile/link.ts';
import { Reads } from '../../../src/reconcile/reads.ts';
import type { Pass } from '../../../src/reconcile/resource.ts';
import { onCalls, replaceMethod } from './plant.ts';
import type { PlantedBug } from './planted-bug.ts';

/** Takes a failed read of the service for the news that there is none. */
function believes(undo: DisposableStack, ...kinds: readonly AwsErrorKind[]): void {
  replaceMethod(
    undo,
    EcsGateway.prototype,
    'describeService',
    (describe) =>
      function (this: EcsGateway, ref, options) {
        return describe.call(this, ref, options).catch((thrown: unknown) => {
          if (isAwsError(thrown, ...kinds)) return undefined;
          throw thrown;
        });
      },
  );
}

/** What this process itself has registered counts only once ECS lists it. */
function forgetsRecentRevisions(undo: DisposableStack): void {
  replaceMethod(undo, RecentRevisions.prototype, 'joined', () => (_family, listed) => listed);
  replaceMethod(undo, RecentRevisions.prototype, 'has', () => () => false);
}

const KEPT_MS = 120_000;

export const readingBugs: readonly PlantedBug[] = [
  {
    id: 'denied-is-absent',
    title: 'a read that is not allowed is taken for "there is none"',
    class: 'reading',
    near: ['S04', 'S03'],
    faults: ['denied'],
    apply(undo) {
      believes(undo, 'denied');
      return {};
    },
  },
  {
    id: 'failed-is-absent',
    title: 'a read that failed is taken for "there is none"',
    class: 'reading',
    near: ['S04', 'S03'],
    faults: ['expired'],
    apply(undo) {
      believes(undo, 'credentials', 'transient', 'throttled', 'ambiguous');
      return {};
    },
  },
  {
    id: 'stale-read-wins',
    title: 'what a write has answered is not kept: an old list read after it decides',
    class: 'reading',
    near: ['S04', 'S02'],
    faults: ['stale'],
    apply(undo) {
      replaceMethod(
        undo,
        Reads.prototype,
        'put',
        () =>
          function (this: Reads, key) {
            this.forget(key);
          },
      );
      forgetsRecentRevisions(undo);
      return {};
    },
  },
  {
    id: 'own-revisions-forgotten',
    title: 'a revision that ECS does not list yet is taken for one that was never registered',
    class: 'reading',
    near: ['S02'],
    // The registration is done, and what was to follow it is not.
    faults: ['reset-after', 'denied'],
    rules: [{ fault: { kind: 'not-visible', ms: 20_000 } }],
    apply(undo) {
      forgetsRecentRevisions(undo);
      return {};
    },
  },
  {
    id: 'reads-outlive-the-pass',
    title: 'what one pass has read is believed by the next ones, for two minutes',
    class: 'reading',
    near: ['S29', 'S04'],
    apply: () => ({
      keeper(parts) {
        const kept = new Map<Key, { readonly reads: Reads; readonly untilMs: number }>();
        const withKept = (pass: Pass): Pass => {
          const now = parts.clock.elapsed();
          const known = kept.get(pass.key);
          if (known !== undefined && now < known.untilMs) return { ...pass, reads: known.reads };
          kept.set(pass.key, { reads: pass.reads, untilMs: now + KEPT_MS });
          return pass;
        };
        const chain = parts.chain.map(
          (link): Link => ({
            ...link,
            ahead: (pass) => link.ahead(withKept(pass)),
            look: (pass) => link.look(withKept(pass)),
            lookForRemoval: (pass) => link.lookForRemoval(withKept(pass)),
            act: (action, pass) => link.act(action, withKept(pass)),
          }),
        );
        return { ...parts, chain };
      },
    }),
  },
  {
    id: 'credentials-error-remembered',
    title: 'once the credentials have expired, no call is tried again in the life of the process',
    class: 'reading',
    near: ['S45'],
    apply: () =>
      onCalls(() => {
        let failed: Error | undefined;
        return async (operation, input, send) => {
          if (failed !== undefined) throw failed;
          try {
            return await send(operation, input);
          } catch (thrown) {
            if (thrown instanceof AwsFault && thrown.code === 'ExpiredTokenException') failed = thrown;
            throw thrown;
          }
        };
      }),
  },
];
