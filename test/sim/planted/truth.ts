import { StatusMemory } from '../../../src/app/status-memory.ts';
import type { AwsTransport } from '../../../src/aws/operations.ts';
import { hashOf } from '../../../src/lib/hash.ts';
import type { Key } from '../../../src/manifest/key.ts';
import type { Difference } from '../../../src/reconcile/difference.ts';
import type { Link, Look } from '../../../src/reconcile/link.ts';
import type { Pass } from '../../../src/reconcile/resource.ts';
import type { StatusEvent } from '../../../src/reconcile/status.ts';
import type { Desired } from '../../../src/source/source.ts';
import { nameOf, onLinks, onLook, onSource, replaceMethod } from './plant.ts';
import type { PlantedBug } from './planted-bug.ts';

const SUCCEEDED = [
  { type: 'RolloutSucceeded', status: 'True', reason: 'Completed', message: 'it is rolled out' },
  { type: 'Healthy', status: 'True', reason: 'TasksRunning', message: 'its tasks are running' },
] as const;

/** Calls the rollout a success. */
function ready(look: Look): Look {
  const { outputs, rollout } = look.readiness;
  const over = rollout === undefined ? {} : { rollout: { ...rollout, state: 'Succeeded' as const } };
  return { ...look, readiness: { kind: 'ready', conditions: SUCCEEDED, ...over, ...(outputs && { outputs }) } };
}

/** The secrets of a manifest, in the open. */
function environmentOf({ manifest }: Pass): string {
  return JSON.stringify(manifest.spec.container.environment);
}

export const truthBugs: readonly PlantedBug[] = [
  {
    id: 'ready-by-counts',
    title: 'Ready is said as soon as as many tasks run as are wanted, of whatever revision',
    class: 'truth',
    near: ['S04'],
    apply: () =>
      onLook('rollout', (look) => {
        const { running = 0, desired = 1 } = look.readiness.outputs?.live ?? {};
        return running >= desired ? ready(look) : look;
      }),
  },
  {
    id: 'ready-while-draining',
    title: 'Ready is said while tasks of the old deployment still run',
    class: 'truth',
    near: ['S04'],
    apply: () =>
      onLook('rollout', (look) => {
        const { rollout } = look.readiness;
        const enough = rollout?.state === 'InProgress' && rollout.desired > 0 && rollout.running >= rollout.desired;
        return enough ? ready(look) : look;
      }),
  },
  {
    id: 'rollback-is-success',
    title: 'a service that went back to the old revision is called Ready',
    class: 'truth',
    near: ['S31'],
    apply: () =>
      onLinks((link) => {
        if (link.kind === 'task definition') {
          return { ...link, look: async (pass) => ({ ...(await link.look(pass)), refusal: undefined }) };
        }
        if (link.kind === 'service') return { ...link, look: async (pass) => quietly(await link.look(pass), pass) };
        if (link.kind !== 'rollout') return link;
        return { ...link, look: async (pass) => wentBack(await link.look(pass)) };
      }),
  },
  {
    id: 'suspension-ignored',
    title: 'a suspended service is changed',
    class: 'truth',
    near: ['S53'],
    apply: () =>
      onLook('admission', (look) => (look.refusal?.reason === 'Suspended' ? { ...look, refusal: undefined } : look)),
  },
  {
    id: 'unbounded-events',
    title: 'events of a service are kept for ever',
    class: 'truth',
    near: ['S03'],
    knobs: { resyncMs: 5_000 },
    apply(undo) {
      const kept = new WeakMap<StatusMemory, StatusEvent[]>();
      replaceMethod(
        undo,
        StatusMemory.prototype,
        'put',
        (put) =>
          function (this: StatusMemory, status) {
            const all = kept.get(this) ?? [];
            kept.set(this, all);
            all.unshift({ at: status.lastPassAt ?? '', type: 'Normal', reason: 'LookedAt', message: '' });
            put.call(this, { ...status, events: [...all] });
          },
      );
      return {};
    },
  },
  {
    id: 'manifest-of-before',
    title: 'what a status is about is an earlier manifest than the one in force',
    class: 'truth',
    near: ['S04'],
    apply(undo) {
      replaceMethod(
        undo,
        StatusMemory.prototype,
        'put',
        (put) =>
          function (this: StatusMemory, status) {
            const before = this.get(status.key)?.manifestHash;
            put.call(this, { ...status, manifestHash: before ?? status.manifestHash });
          },
      );
      return {};
    },
  },
  {
    id: 'secret-in-a-status',
    title: 'an error tells the whole input that was refused',
    class: 'secrecy',
    near: ['S23', 'S24'],
    apply: () =>
      onLinks((link) => ({
        ...link,
        async act(action, pass) {
          try {
            await link.act(action, pass);
          } catch (thrown) {
            if (thrown instanceof Error) thrown.message += ` (input: ${environmentOf(pass)})`;
            throw thrown;
          }
        },
      })),
  },
  {
    id: 'secret-in-a-log',
    title: 'the reason of an action repeats the environment',
    class: 'secrecy',
    near: ['S04'],
    apply: () =>
      onLook('task definition', (look, pass) => ({
        ...look,
        actions: look.actions.map((action) => ({ ...action, because: `${action.because}: ${environmentOf(pass)}` })),
      })),
  },
  {
    id: 'secret-in-a-difference',
    title: 'a difference shows values of the environment',
    class: 'secrecy',
    near: ['S53'],
    apply: () =>
      onLook('task definition', (look, pass) => {
        const desired = environmentOf(pass);
        const open = (difference: Difference): Difference => ({ ...difference, desired });
        return { ...look, differences: look.differences.map(open) };
      }),
  },
  {
    id: 'secret-in-base64',
    title: 'the reason of an action repeats a secret, encoded',
    class: 'secrecy',
    near: ['S04'],
    apply: () =>
      onLook('task definition', (look, pass) => {
        const [secret = ''] = Object.values(pass.manifest.spec.container.environment);
        const encoded = Buffer.from(secret).toString('base64');
        const because = `hash ${hashOf({ encoded })} of ${encoded}`;
        return { ...look, actions: look.actions.map((action) => ({ ...action, because })) };
      }),
  },
  {
    id: 'suspended-is-marked',
    title: 'a suspended service is tagged as such by every process that looks at it',
    class: 'truth',
    near: ['S53'],
    apply() {
      let send: AwsTransport['call'] | undefined;
      let looks = 0;
      const mark = async (look: Look, { manifest, signal }: Pass): Promise<Look> => {
        const resourceArn = look.readiness.outputs?.live?.arn ?? '';
        if (look.refusal?.reason !== 'Suspended' || ++looks < 2) return look;
        const tags = [{ key: 'suspended', value: manifest.metadata.name }];
        await send?.('ecs:TagResource', { resourceArn, tags }, { signal });
        send = undefined;
        return look;
      };
      const marking = (link: Link): Link =>
        nameOf(link) === 'admission' ? { ...link, look: async (pass) => mark(await link.look(pass), pass) } : link;
      return {
        transport(inner) {
          looks = 0;
          send = inner.call.bind(inner);
          return inner;
        },
        ...onLinks(marking),
      };
    },
  },
  {
    id: 'late-snapshot',
    title: 'a reading of before that ends late is believed, once',
    class: 'truth',
    near: ['S45'],
    apply: () =>
      onSource(() => {
        const known = new Map<Key, { readonly newest: Desired; readonly before: Desired | undefined; asked: number }>();
        let late = 0;
        return (desired, key): Desired => {
          const last = known.get(key);
          if (desired.kind !== 'wanted') return desired;
          const same = last?.newest.kind === 'wanted' && last.newest.loaded.hash === desired.loaded.hash;
          const now = last !== undefined && same ? last : { newest: desired, before: last?.newest, asked: 0 };
          known.set(key, now);
          const before = ++now.asked === 2 ? now.before : undefined;
          return before !== undefined && late++ === 0 ? before : desired;
        };
      }),
  },
  {
    id: 'file-among-the-labels',
    title: 'the file of a manifest is one of its labels',
    class: 'truth',
    near: ['S17'],
    apply: () =>
      onSource(() => (desired) => {
        if (desired.kind !== 'wanted') return desired;
        const { manifest, origin } = desired.loaded;
        const metadata = { ...manifest.metadata, labels: { ...manifest.metadata.labels, file: origin.file } };
        return { ...desired, loaded: { ...desired.loaded, manifest: { ...manifest, metadata } } };
      }),
  },
];

function wentBack(look: Look): Look {
  const { readiness } = look;
  return readiness.kind === 'broken' && readiness.reason === 'RolledBack' ? ready(look) : look;
}

/** The old revision is left to serve. */
function quietly(look: Look, pass: Pass): Look {
  return pass.outputs.refusedRollout === undefined ? look : { ...look, actions: [], differences: [] };
}
