import type { InputOf } from '../../aws/operations.ts';
import { findRevision } from '../ecs/names.ts';
import type { RevisionRecord } from '../ecs/records.ts';
import { filledDefinition } from '../ecs/task-definition-defaults.ts';
import { checkDefinition } from '../ecs/task-definition-rules.ts';
import { today } from '../environment.ts';
import type { Handlers } from '../handler.ts';
import { paginate } from '../page.ts';
import { clientException, invalidParameter } from '../refusals.ts';
import type { Region } from '../region.ts';

interface ListFamiliesInput {
  readonly familyPrefix?: string;
  readonly status?: string;
  readonly maxResults?: number;
  readonly nextToken?: string;
}

export const ECS_TASK_DEFINITIONS: Handlers = {
  RegisterTaskDefinition(region, input: InputOf<'ecs:RegisterTaskDefinition'>) {
    const filled = filledDefinition(input);
    checkDefinition(input, filled);
    const record = register(region, input, filled);
    return { taskDefinition: record.definition, ...(record.tags.length > 0 && { tags: record.tags }) };
  },

  DeregisterTaskDefinition(region, { taskDefinition }: InputOf<'ecs:DeregisterTaskDefinition'>) {
    if (!/:\d+$/.test(taskDefinition ?? '')) throw invalidParameter('A task definition revision must be specified.');
    const record = known(region, taskDefinition);
    if (record.definition.status === 'ACTIVE') {
      record.definition = { ...record.definition, status: 'INACTIVE', deregisteredAt: today(region.environment) };
    }
    return { taskDefinition: record.definition };
  },

  DescribeTaskDefinition(region, { taskDefinition, include = [] }: InputOf<'ecs:DescribeTaskDefinition'>) {
    const record = known(region, taskDefinition);
    const withTags = include.includes('TAGS') && record.tags.length > 0;
    return { taskDefinition: record.definition, ...(withTags && { tags: record.tags }) };
  },

  DeleteTaskDefinitions(region, { taskDefinitions = [] }: { readonly taskDefinitions?: readonly string[] }) {
    if (taskDefinitions.length === 0 || taskDefinitions.length > 10) {
      throw invalidParameter('You can delete between 1 and 10 task definitions at a time.');
    }
    const results = taskDefinitions.map((reference) => remove(region, reference));
    return {
      taskDefinitions: results.flatMap((result) => (result.kind === 'deleted' ? [result.record.definition] : [])),
      failures: results.flatMap((result) => (result.kind === 'failed' ? [result.failure] : [])),
    };
  },

  ListTaskDefinitions(region, input: InputOf<'ecs:ListTaskDefinitions'>) {
    const { familyPrefix, status = 'ACTIVE', sort = 'ASC' } = input;
    const families = [...region.families.keys()].sort();
    const arns = families
      .filter((family) => familyPrefix === undefined || family === familyPrefix)
      .flatMap((family) => region.families.get(family) ?? [])
      .flatMap((record) => (record.definition.status === status ? [record.definition.taskDefinitionArn] : []));
    if (sort === 'DESC') arns.reverse();
    const { items, next } = page(arns, input);
    return { taskDefinitionArns: items, ...(next !== undefined && { nextToken: next }) };
  },

  ListTaskDefinitionFamilies(region, input: ListFamiliesInput) {
    const { familyPrefix = '', status = 'ALL' } = input;
    const families = [...region.families]
      .filter(([family]) => family.startsWith(familyPrefix))
      .filter(([, revisions]) => status === 'ALL' || (status === 'ACTIVE') === revisions.some(isActive))
      .map(([family]) => family)
      .sort();
    const { items, next } = page(families, input);
    return { families: items, ...(next !== undefined && { nextToken: next }) };
  },
};

function register(
  region: Region,
  input: InputOf<'ecs:RegisterTaskDefinition'>,
  filled: InputOf<'ecs:RegisterTaskDefinition'>,
): RevisionRecord {
  const family = input.family!;
  const revisions = region.families.get(family) ?? [];
  region.families.set(family, revisions);
  const revision = revisions.length + 1;
  const wants = (input['requiresCompatibilities'] ?? []) as readonly string[];
  const record: RevisionRecord = {
    definition: {
      ...filled,
      taskDefinitionArn: region.arn('ecs', `task-definition/${family}:${revision}`),
      family,
      revision,
      status: 'ACTIVE',
      requiresAttributes: [{ name: 'com.amazonaws.ecs.capability.docker-remote-api.1.18' }],
      compatibilities: wants.includes('FARGATE') ? ['EC2', 'FARGATE'] : ['EC2'],
      registeredAt: today(region.environment),
      registeredBy: `arn:aws:iam::${region.account}:user/sandbox`,
    },
    tags: input.tags ?? [],
  };
  revisions.push(record);
  return record;
}

type Removal =
  | { readonly kind: 'deleted'; readonly record: RevisionRecord }
  | { readonly kind: 'failed'; readonly failure: object };

function remove(region: Region, reference: string): Removal {
  const record = findRevision(region, reference);
  if (record === undefined) return { kind: 'failed', failure: { arn: reference, reason: 'MISSING' } };
  if (record.definition.status === 'ACTIVE') {
    const detail =
      'The specified task definition is still in ACTIVE status. Please deregister the target and try again.';
    return { kind: 'failed', failure: { arn: reference, reason: 'TASK_DEFINITION_STILL_ACTIVE', detail } };
  }
  record.definition = {
    ...record.definition,
    status: 'DELETE_IN_PROGRESS',
    deleteRequestedAt: today(region.environment),
  };
  return { kind: 'deleted', record };
}

function isActive(record: RevisionRecord): boolean {
  return record.definition.status === 'ACTIVE';
}

function known(region: Region, reference: string | undefined): RevisionRecord {
  const record = findRevision(region, reference ?? '');
  if (record === undefined) throw clientException('Unable to describe task definition.');
  return record;
}

function page(items: readonly string[], input: ListFamiliesInput): ReturnType<typeof paginate<string>> {
  return paginate(items, {
    token: input.nextToken,
    size: input.maxResults,
    defaultSize: 100,
    maxSize: 100,
    rotation: 0,
    refuse: invalidParameter,
  });
}
