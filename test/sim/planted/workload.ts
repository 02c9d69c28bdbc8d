import { EcsGateway } from '../../../src/aws/ecs-gateway.ts';
import type { Revision } from '../../../src/aws/gateway.ts';
import type { ContainerDefinition } from '../../../src/aws/operations.ts';
import type { Look } from '../../../src/reconcile/link.ts';
import { onCalls, onInput, onLook, replaceMethod } from './plant.ts';
import type { PlantedBug } from './planted-bug.ts';

/** Has the content of revisions, and not the hash they carry, decide; `seen` is how a container looks to the code. */
function comparesContainers(
  undo: DisposableStack,
  seen: (container: ContainerDefinition) => ContainerDefinition,
): void {
  const altered = (revision: Revision): Revision => ({
    taskDefinition: {
      ...revision.taskDefinition,
      containerDefinitions: (revision.taskDefinition.containerDefinitions ?? []).map(seen),
    },
    tags: revision.tags.filter(({ key }) => key !== 'evenkeel:spec-hash'),
  });
  const { prototype } = EcsGateway;
  replaceMethod(
    undo,
    prototype,
    'describeRevision',
    (describe) =>
      async function (this: EcsGateway, arn, options) {
        const revision = await describe.call(this, arn, options);
        return revision === undefined ? undefined : altered(revision);
      },
  );
}

type Named = { readonly name: string };

/** What the failed rollout left behind is not looked at. */
function forgiving(look: Look): Look {
  const { refusedRollout: _refused, ...outputs } = look.readiness.outputs ?? {};
  const refusal = look.refusal?.reason === 'RolloutFailed' ? undefined : look.refusal;
  return { ...look, refusal, readiness: { ...look.readiness, outputs } };
}

export const workloadBugs: readonly PlantedBug[] = [
  {
    id: 'environment-in-order',
    title: 'the environment is compared as a list',
    class: 'comparison',
    near: ['S06', 'S04', 'S03'],
    apply(undo) {
      comparesContainers(undo, (container) => {
        const names = ((container['environment'] ?? []) as readonly Named[]).map(({ name }) => name);
        const inOrder = names.every((name, index) => index === 0 || names[index - 1]! <= name);
        return inOrder ? container : { ...container, environment: [{ name: 'OUT_OF_ORDER', value: '' }] };
      });
      return {};
    },
  },
  {
    id: 'default-compared',
    title: 'what ECS fills in to a port mapping is taken for a difference',
    class: 'comparison',
    near: ['S02', 'S04'],
    apply(undo) {
      comparesContainers(undo, (container) => ({
        ...container,
        portMappings: ((container['portMappings'] ?? []) as readonly object[]).map((one) => ({ ...one, filledIn: 1 })),
      }));
      return {};
    },
  },
  {
    id: 'redeploys-after-rollback',
    title: 'what ECS rolled back is deployed again',
    class: 'workload',
    near: ['S31'],
    apply: () => onLook('task definition', forgiving),
  },
  {
    id: 'settings-again',
    title: 'settings that ECS went back from are deployed again',
    class: 'workload',
    near: ['S67'],
    apply: () =>
      onLook('service', (look) => (look.refusal?.reason === 'RolloutFailed' ? { ...look, refusal: undefined } : look)),
  },
  {
    id: 'failure-forgotten',
    title: 'a failed rollout is known for as long as the service shows it, and then tried again',
    class: 'workload',
    near: ['S33B'],
    apply: () => onLook('rollout memory', (look) => ({ ...look, actions: [] })),
  },
  {
    id: 'two-updates',
    title: 'one change of a manifest is sent in two updates, and makes two deployments',
    class: 'workload',
    near: ['S04B'],
    apply: () =>
      onCalls(() => async (operation, input, send) => {
        const { cluster, service, networkConfiguration, ...rest } = input;
        if (operation !== 'ecs:UpdateService' || networkConfiguration === undefined) return send(operation, input);
        await send(operation, { cluster, service, networkConfiguration });
        return send(operation, { cluster, service, ...rest });
      }),
  },
  {
    id: 'minimum-lowered',
    title: 'an update allows fewer healthy tasks than the manifest, to be quicker',
    class: 'workload',
    near: ['S04'],
    apply: () =>
      onInput('ecs:UpdateService', (input) => ({
        ...input,
        deploymentConfiguration: { minimumHealthyPercent: 0, maximumPercent: 200 },
      })),
  },
  {
    id: 'used-revision-deregistered',
    title: 'as soon as a new revision is registered, the one before is cleaned up',
    class: 'workload',
    near: ['S04'],
    apply: () =>
      onCalls(() => async (operation, input, send) => {
        const answer = await send(operation, input);
        const { family, revision = 0 } = (answer['taskDefinition'] ?? {}) as { family?: string; revision?: number };
        if (operation === 'ecs:RegisterTaskDefinition' && revision > 1) {
          await send('ecs:DeregisterTaskDefinition', { taskDefinition: `${family}:${revision - 1}` });
        }
        return answer;
      }),
  },
  {
    id: 'retention-every-pass',
    title: 'the retention of the log group is set in every pass',
    class: 'comparison',
    near: ['S12'],
    apply: () =>
      onCalls(() => async (operation, input, send) => {
        const answer = await send(operation, input);
        if (operation !== 'logs:DescribeLogGroups') return answer;
        const [group] = (answer['logGroups'] ?? []) as readonly { logGroupName?: string; retentionInDays?: number }[];
        const { logGroupName, retentionInDays } = group ?? {};
        if (retentionInDays !== undefined) await send('logs:PutRetentionPolicy', { logGroupName, retentionInDays });
        return answer;
      }),
  },
  {
    id: 'cleans-up-after-itself',
    title: 'when a policy cannot be put, the scalable target that was made for it is taken away again',
    class: 'workload',
    near: ['S29'],
    faults: ['throttle'],
    apply: () =>
      onCalls(() => async (operation, input, send) => {
        const { ServiceNamespace, ResourceId, ScalableDimension } = input;
        const target = { ServiceNamespace, ResourceId, ScalableDimension };
        return send(operation, input).catch(async (thrown: unknown) => {
          if (operation === 'application-autoscaling:PutScalingPolicy') {
            await send('application-autoscaling:DeregisterScalableTarget', target).catch(() => undefined);
          }
          throw thrown;
        });
      }),
  },
];
