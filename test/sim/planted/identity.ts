import { GatewayRegistry } from '../../../src/app/gateways.ts';
import type { Look } from '../../../src/reconcile/link.ts';
import { onCalls, onLinks, onLook, replaceMethod } from './plant.ts';
import type { PlantedBug } from './planted-bug.ts';

/** Goes on where the first link says no for this reason. */
function ignoring(reason: string, says = ''): (look: Look) => Look {
  return (look) =>
    look.refusal?.reason === reason && look.refusal.message.includes(says) ? { ...look, refusal: undefined } : look;
}

export const identityBugs: readonly PlantedBug[] = [
  {
    id: 'adopts-unasked',
    title: 'a service without our tags is taken over without being asked to',
    class: 'identity',
    near: ['S47', 'S28'],
    apply: () => onLook('admission', ignoring('NotOurs', 'carries no tags')),
  },
  {
    id: 'takes-from-others',
    title: 'a service that belongs to another controller is changed',
    class: 'identity',
    near: ['S48'],
    apply: () => onLook('admission', ignoring('NotOurs', 'belongs to the Evenkeel controller')),
  },
  {
    id: 'takes-from-manifest',
    title: 'a service that belongs to another manifest is changed',
    class: 'identity',
    near: ['S25'],
    apply: () => onLook('admission', ignoring('NotOurs', 'belongs to the manifest')),
  },
  {
    id: 'name-for-incarnation',
    title: 'what is taken away is whatever has the name',
    class: 'identity',
    near: ['S14N'],
    apply: () =>
      onLinks((link) => ({
        ...link,
        lookForRemoval: async (pass) => ignoring('IncarnationUnknown')(await link.lookForRemoval(pass)),
      })),
  },
  {
    id: 'account-guard-missing',
    title: 'nobody looks whose account the credentials are of',
    class: 'identity',
    near: ['S46'],
    apply: () => onLook('admission', ignoring('AccountMismatch')),
  },
  {
    id: 'wrong-region',
    title: 'everything goes to one region, whatever the manifest says',
    class: 'identity',
    near: ['S02'],
    apply(undo) {
      const { prototype } = GatewayRegistry;
      replaceMethod(
        undo,
        prototype,
        'for',
        (original) =>
          function (this: GatewayRegistry, target) {
            return original.call(this, { ...target, region: 'eu-west-1' });
          },
      );
      return {};
    },
  },
  {
    id: 'foreign-tags-removed',
    title: 'tags that somebody else has set are taken away',
    class: 'identity',
    near: ['S47'],
    apply: () =>
      onCalls(() => async (operation, input, send) => {
        const answer = await send(operation, input);
        const { resourceArn } = input;
        if (operation === 'ecs:TagResource') await send('ecs:UntagResource', { resourceArn, tagKeys: ['team'] });
        return answer;
      }),
  },
];
