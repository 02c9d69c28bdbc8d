import { GatewayRegistry } from '../../../src/app/gateways.ts';
import type { Look } from '../../../src/reconcile/link.ts';
import type { Pass } from '../../../src/reconcile/resource.ts';
import { type Input, nameOf, onCalls, onLinks, onLook, replaceMethod } from './plant.ts';
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
  {
    id: 'tags-what-it-reads',
    title: 'a revision that carries none of our tags gets one, whoever made it',
    class: 'identity',
    near: ['S47'],
    apply: () =>
      onCalls(() => {
        const tagged = new Set<unknown>();
        return async (operation, input, send) => {
          const answer = await send(operation, input);
          if (operation !== 'ecs:DescribeTaskDefinition') return answer;
          const { taskDefinitionArn: resourceArn } = answer['taskDefinition'] as Input;
          const ours = JSON.stringify(answer['tags'] ?? []).includes('evenkeel:managed-by');
          if (ours || tagged.has(resourceArn)) return answer;
          tagged.add(resourceArn);
          await send('ecs:TagResource', { resourceArn, tags: [{ key: 'seen-by', value: 'evenkeel' }] });
          return answer;
        };
      }),
  },
  {
    id: 'made-under-two-names',
    title: 'a service is made a second time, under a name beside its own',
    class: 'identity',
    near: ['S02'],
    apply: () =>
      onCalls(() => async (operation, input, send) => {
        if (operation !== 'ecs:CreateService') return send(operation, input);
        const serviceName = `${String(input['serviceName'])}-canary`;
        await send('ecs:DescribeServices', { cluster: input['cluster'], services: [serviceName] });
        await send(operation, { ...input, serviceName, clientToken: `c${String(input['clientToken']).slice(1)}` });
        return send(operation, input);
      }),
  },
  {
    id: 'default-cluster-first',
    title: 'a change is tried in the default cluster before it goes to the one of the manifest',
    class: 'identity',
    near: ['S04'],
    apply: () =>
      onCalls(() => async (operation, input, send) => {
        if (operation === 'ecs:UpdateService') {
          await send(operation, { ...input, cluster: 'default' }).catch(() => undefined);
        }
        return send(operation, input);
      }),
  },
  {
    id: 'log-group-before-account',
    title: 'the log group is made before anybody looks whose account it is',
    class: 'identity',
    near: ['S46'],
    apply: () => ({
      keeper(parts) {
        const group = parts.chain.find((link) => nameOf(link) === 'log group');
        const early = async (look: Look, pass: Pass): Promise<Look> => {
          if (look.refusal?.reason !== 'AccountMismatch' || group === undefined) return look;
          for (const action of (await group.look(pass)).actions) await group.act(action, pass);
          return look;
        };
        const chain = parts.chain.map((link) =>
          nameOf(link) === 'admission'
            ? { ...link, look: async (pass: Pass) => early(await link.look(pass), pass) }
            : link,
        );
        return { ...parts, chain };
      },
    }),
  },
];
