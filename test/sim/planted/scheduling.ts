import { KeyedQueue } from '../../../src/engine/queue.ts';
import { ServiceReconciler } from '../../../src/reconcile/reconciler.ts';
import { onCalls, onOutcome, replaceMethod } from './plant.ts';
import type { PlantedBug } from './planted-bug.ts';

type Queue = KeyedQueue<unknown>;

/** Tells which keys are handed out. */
function watchRunning(undo: DisposableStack): WeakMap<Queue, Set<unknown>> {
  const running = new WeakMap<Queue, Set<unknown>>();
  const of = (queue: Queue): Set<unknown> => {
    const known = running.get(queue) ?? new Set();
    running.set(queue, known);
    return known;
  };
  const prototype = KeyedQueue.prototype as Queue;
  replaceMethod(
    undo,
    prototype,
    'take',
    (take) =>
      async function (this: Queue) {
        const key = await take.call(this);
        if (key !== undefined) of(this).add(key);
        return key;
      },
  );
  replaceMethod(
    undo,
    prototype,
    'done',
    (done) =>
      function (this: Queue, key) {
        of(this).delete(key);
        done.call(this, key);
      },
  );
  return running;
}

function withoutDelay(undo: DisposableStack, change: (ms: number) => number | undefined): void {
  replaceMethod(
    undo,
    KeyedQueue.prototype as Queue,
    'addAfter',
    (addAfter) =>
      function (this: Queue, key, ms) {
        const delayMs = change(ms);
        if (delayMs !== undefined) addAfter.call(this, key, delayMs);
      },
  );
}

/** Whatever fails, and however often, is tried again after so long. */
function retriedAfter(undo: DisposableStack, ms: number): void {
  replaceMethod(
    undo,
    KeyedQueue.prototype as Queue,
    'retry',
    () =>
      function (this: Queue, key) {
        this.addAfter(key, ms);
        return ms;
      },
  );
}

export const schedulingBugs: readonly PlantedBug[] = [
  {
    id: 'no-back-off',
    title: 'what failed is tried again at once',
    class: 'scheduling',
    near: ['S45'],
    apply(undo) {
      retriedAfter(undo, 500);
      return {};
    },
  },
  {
    id: 'lost-wake-up',
    title: 'a change that arrives during a pass is forgotten when the pass ends',
    class: 'scheduling',
    near: ['S22'],
    apply(undo) {
      replaceMethod(
        undo,
        KeyedQueue.prototype as Queue,
        'done',
        (done) =>
          function (this: Queue, key) {
            this.add = () => undefined;
            done.call(this, key);
            Reflect.deleteProperty(this, 'add');
          },
      );
      return {};
    },
  },
  {
    id: 'twice-at-once',
    title: 'a key whose pass is running is handed out a second time',
    class: 'scheduling',
    near: ['S22'],
    apply(undo) {
      const running = watchRunning(undo);
      replaceMethod(
        undo,
        KeyedQueue.prototype as Queue,
        'add',
        (add) =>
          function (this: Queue, key) {
            if (running.get(this)?.has(key) === true) this.done(key);
            add.call(this, key);
          },
      );
      return {};
    },
  },
  {
    id: 'no-resync',
    title: 'what is settled is never looked at again by itself',
    class: 'scheduling',
    near: ['S26'],
    apply(undo) {
      withoutDelay(undo, (ms) => (ms > 15_000 ? undefined : ms));
      return {};
    },
  },
  {
    id: 'unbounded-retries',
    title: 'what only a person can put right is tried again every tenth of a second',
    class: 'scheduling',
    near: ['S46'],
    apply(undo) {
      withoutDelay(undo, (ms) => Math.min(ms, 100));
      return {};
    },
  },
  {
    id: 'poison-holds-its-worker',
    title: 'a key that is refused keeps its worker until the timeout of the pass',
    class: 'scheduling',
    near: ['S50'],
    apply(undo) {
      replaceMethod(
        undo,
        ServiceReconciler.prototype,
        'reconcile',
        (reconcile) =>
          async function (this: ServiceReconciler, key, signal) {
            const outcome = await reconcile.call(this, key, signal);
            if (outcome.kind !== 'blocked') return outcome;
            return new Promise((_resolve, reject) => {
              signal.addEventListener('abort', () => reject(signal.reason), { once: true });
            });
          },
      );
      return {};
    },
  },
  {
    id: 'constant-back-off',
    title: 'what fails is tried again every twenty seconds, for ever',
    class: 'scheduling',
    near: ['S45'],
    apply(undo) {
      retriedAfter(undo, 20_000);
      return {};
    },
  },
  {
    id: 'resync-too-rare',
    title: 'what is settled is looked at again ten times later than it should be',
    class: 'scheduling',
    near: ['S03'],
    knobs: { resyncMs: 60_000 },
    apply(undo) {
      onOutcome(undo, (outcome) =>
        outcome.kind === 'settled' ? { ...outcome, againMs: outcome.againMs * 10 } : outcome,
      );
      return {};
    },
  },
  {
    id: 'two-at-a-resync',
    title: 'a service that was as wanted is looked at by two passes at once',
    class: 'scheduling',
    near: ['S03'],
    apply(undo) {
      const settled = new WeakSet<ServiceReconciler>();
      replaceMethod(
        undo,
        ServiceReconciler.prototype,
        'reconcile',
        (reconcile) =>
          async function (this: ServiceReconciler, key, signal) {
            const passes = settled.has(this) ? 2 : 1;
            const all = await Promise.all(Array.from({ length: passes }, () => reconcile.call(this, key, signal)));
            const outcome = all[0]!;
            if (outcome.kind === 'settled') settled.add(this);
            return outcome;
          },
      );
      return {};
    },
  },
  {
    id: 'blocked-is-forgotten',
    title: 'a service that is not ours is not looked at again',
    class: 'scheduling',
    near: ['S48'],
    knobs: { quietMs: 20 * 60_000 },
    apply(undo) {
      onOutcome(undo, (outcome) =>
        outcome.kind === 'blocked' && outcome.reason === 'NotOurs' ? { ...outcome, againMs: 24 * 3_600_000 } : outcome,
      );
      return {};
    },
  },
  {
    id: 'wary-for-ever',
    title: 'once a call has failed, services are read a hundred times over, to be sure, every twenty seconds',
    class: 'scheduling',
    near: ['S03'],
    faults: ['throttle'],
    knobs: { resyncMs: 20_000 },
    apply() {
      let now = (): number => 0;
      const calls = onCalls(() => {
        let nextMs = Number.POSITIVE_INFINITY;
        return async (operation, input, send) => {
          const isDue = operation === 'ecs:DescribeServices' && now() >= nextMs;
          if (isDue) nextMs = now() + 20_000;
          const again = Array.from({ length: isDue ? 100 : 0 }, () => send(operation, input));
          await Promise.allSettled(again);
          return send(operation, input).catch((thrown: unknown) => {
            nextMs = Math.min(nextMs, now() + 20_000);
            throw thrown;
          });
        };
      });
      return {
        ...calls,
        keeper(parts) {
          now = () => parts.clock.elapsed();
          return parts;
        },
      };
    },
  },
];
