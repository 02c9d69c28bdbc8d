import { EcsGateway } from '../../../src/aws/ecs-gateway.ts';
import { isAwsError } from '../../../src/aws/errors.ts';
import { type Input, onCalls, onInput, replaceMethod } from './plant.ts';
import type { PlantedBug } from './planted-bug.ts';

export const idempotencyBugs: readonly PlantedBug[] = [
  {
    id: 'random-client-token',
    title: 'every attempt to create a service has a client token of its own',
    class: 'idempotency',
    near: ['S02'],
    faults: ['reset-before', 'reset-after', 'crash-during'],
    apply() {
      let tokens = 0;
      return onInput('ecs:CreateService', (input) => ({ ...input, clientToken: `token-${tokens++}` }));
    },
  },
  {
    id: 'no-client-token',
    title: 'a service is created without a client token',
    class: 'idempotency',
    near: ['S02'],
    apply: () => onInput('ecs:CreateService', ({ clientToken: _token, ...input }) => input),
  },
  {
    id: 'blind-registration',
    title: 'a revision is registered without looking for one that is there already',
    class: 'idempotency',
    near: ['S21', 'S04'],
    faults: ['crash-after'],
    apply: () =>
      onCalls(
        () => async (operation, input, send) =>
          operation === 'ecs:ListTaskDefinitions' ? { taskDefinitionArns: [] } : send(operation, input),
      ),
  },
  {
    id: 'list-never-refreshed',
    title: 'the revisions of a family are listed once in the life of a process',
    class: 'reading',
    near: ['S58', 'S33B'],
    apply: () =>
      onCalls(() => {
        const known = new Map<string, Promise<object>>();
        return (operation, input, send) => {
          if (operation !== 'ecs:ListTaskDefinitions') return send(operation, input);
          const name = JSON.stringify(input);
          const listed = known.get(name) ?? send(operation, input);
          known.set(name, listed);
          return listed;
        };
      }),
  },
  {
    id: 'ambiguous-write-repeated',
    title: 'a registration whose outcome nobody knows is sent again within the pass, without looking',
    class: 'idempotency',
    near: ['S02'],
    faults: ['reset-after', '5xx-after'],
    apply(undo) {
      replaceMethod(
        undo,
        EcsGateway.prototype,
        'registerTaskDefinition',
        (register) =>
          async function (this: EcsGateway, input, options) {
            try {
              return await register.call(this, input, options);
            } catch (thrown) {
              if (!isAwsError(thrown, 'ambiguous')) throw thrown;
              return register.call(this, input, options);
            }
          },
      );
      return {};
    },
  },
  {
    id: 'registers-twice',
    title: 'every document is registered a second time, to be safe',
    class: 'idempotency',
    near: ['S02'],
    apply: () =>
      onCalls(() => async (operation, input, send) => {
        const answer = await send(operation, input);
        if (operation !== 'ecs:RegisterTaskDefinition') return answer;
        await send('ecs:ListTaskDefinitions', { familyPrefix: input['family'] }).catch(() => undefined);
        await send(operation, input).catch(() => undefined);
        return answer;
      }),
  },
  {
    id: 'tags-at-every-start',
    title: 'every process marks the services whose deployment it follows as its own',
    class: 'idempotency',
    near: ['S04'],
    faults: ['crash-after'],
    apply() {
      let processes = 0;
      return onCalls(() => {
        const value = String(++processes);
        const marked = new Set<unknown>();
        return async (operation, input, send) => {
          const answer = await send(operation, input);
          if (operation !== 'ecs:DescribeServices') return answer;
          for (const { serviceArn: resourceArn, deployments } of (answer['services'] ?? []) as readonly Input[]) {
            if (marked.has(resourceArn) || !JSON.stringify(deployments).includes('IN_PROGRESS')) continue;
            marked.add(resourceArn);
            await send('ecs:TagResource', { resourceArn, tags: [{ key: 'process', value }] });
          }
          return answer;
        };
      });
    },
  },
];
