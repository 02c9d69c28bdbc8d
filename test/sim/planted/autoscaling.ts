import type { Reads } from '../../../src/reconcile/reads.ts';
import { nameOf, onCalls, onInput, onLinks } from './plant.ts';
import type { PlantedBug } from './planted-bug.ts';

export const autoscalingBugs: readonly PlantedBug[] = [
  {
    id: 'count-under-autoscaling',
    title: 'every update sends the count, also while autoscaling decides it',
    class: 'autoscaling',
    near: ['S30'],
    apply: () => onInput('ecs:UpdateService', (input) => ({ desiredCount: 1, ...input })),
  },
  {
    id: 'scaling-skipped-after-crash',
    title: 'autoscaling is set up together with a change of the service, or never',
    class: 'autoscaling',
    near: ['S08'],
    faults: ['crash-after', 'crash-before'],
    apply: () => {
      const changed = new WeakSet<Reads>();
      return onLinks((link) => {
        if (nameOf(link) === 'service') {
          return {
            ...link,
            act: (action, pass) => {
              changed.add(pass.reads);
              return link.act(action, pass);
            },
          };
        }
        if (nameOf(link) !== 'autoscaling') return link;
        return {
          ...link,
          async look(pass) {
            const look = await link.look(pass);
            return changed.has(pass.reads) ? look : { ...look, actions: [] };
          },
        };
      });
    },
  },
  {
    id: 'scaling-every-pass',
    title: 'the scalable target is registered in every pass',
    class: 'autoscaling',
    near: ['S08', 'S09'],
    apply: () =>
      onCalls(() => async (operation, input, send) => {
        const answer = await send(operation, input);
        if (operation !== 'application-autoscaling:DescribeScalableTargets') return answer;
        const [target] = (answer['ScalableTargets'] ?? []) as readonly Record<string, unknown>[];
        if (target !== undefined) {
          const { ServiceNamespace, ResourceId, ScalableDimension, MinCapacity, MaxCapacity } = target;
          const band = { ServiceNamespace, ResourceId, ScalableDimension, MinCapacity, MaxCapacity };
          await send('application-autoscaling:RegisterScalableTarget', band);
        }
        return answer;
      }),
  },
  {
    id: 'old-policy-stays',
    title: 'a policy that the manifest no longer declares is left in force',
    class: 'autoscaling',
    near: ['S11'],
    apply: () =>
      onCalls(
        () => async (operation, input, send) =>
          operation === 'application-autoscaling:DeleteScalingPolicy' ? {} : send(operation, input),
      ),
  },
];
