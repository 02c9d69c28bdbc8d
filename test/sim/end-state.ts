import { canonicalJson } from '../../src/lib/json.ts';
import type { ServiceRecord } from '../../src/sandbox/ecs/records.ts';
import type { Region } from '../../src/sandbox/region.ts';
import type { SandboxWorld } from '../../src/sandbox/world.ts';
import { REGION } from '../support/rig.ts';
import { hash32 } from './random.ts';
import { tagsOf } from './truth.ts';

/** What is there at the end, without ids and times: two runs of one scenario must agree on it. */
export interface EndState {
  /** One line a thing, `what name`, and what it is like. */
  readonly things: Readonly<Record<string, string>>;
  /** How many revisions each family has that carry the same content: `family hash`. */
  readonly revisions: Readonly<Record<string, number>>;
  /** Ids of every deployment that is still known, by service. */
  readonly deployments: Readonly<Record<string, number>>;
  /** Of every image that ECR has: its tags. */
  readonly images?: Readonly<Record<string, string>>;
}

/** Tags that count what happened. */
const COUNTING = new Set(['evenkeel:generation', 'evenkeel:rollout']);

export function endState(world: SandboxWorld): EndState {
  const region = world.truthOf(REGION);
  const things: Record<string, string> = {};
  const revisions: Record<string, number> = {};
  const deployments: Record<string, number> = {};
  for (const record of region.services.values()) {
    if (record.status === 'INACTIVE') continue;
    const name = `${record.cluster.name}/${record.name}`;
    things[`service ${name}`] = canonicalJson(serviceLike(region, record));
    deployments[name] = record.deployments.length;
  }
  for (const [name, { group, tags }] of region.logGroups) {
    things[`log group ${name}`] = canonicalJson({ days: group.retentionInDays ?? 0, tags: shown(tags) });
  }
  for (const [name, { repository, lifecyclePolicyText, tags, images }] of region.repositories) {
    const { imageTagMutability } = repository;
    const pushed = [...images.values()].flatMap((image) => [...image.tags]).sort();
    // Manifests may share one: it is whose was first.
    const own = [...tags].filter(([key]) => key !== 'evenkeel:manifest').sort();
    things[`repository ${name}`] = plain({ imageTagMutability, lifecyclePolicyText, pushed, tags: own });
  }
  for (const [id, { target, policies, actions }] of region.scaling) {
    const { MinCapacity, MaxCapacity } = target;
    const named = [...policies.values()].map((policy) => ({ ...policy, ...BLANK })).sort(byName);
    const scheduled = [...actions.values()].map((action) => ({ ...action, ...BLANK })).sort(byName);
    things[`scaling ${id}`] = plain({ MinCapacity, MaxCapacity, named, scheduled });
  }
  for (const [family, list] of region.families) {
    for (const { definition, tags } of list) {
      if (definition.status !== 'ACTIVE') continue;
      const name = `${family} ${contentOf(region, definition, tags)}`;
      revisions[name] = (revisions[name] ?? 0) + 1;
    }
  }
  const pushed = [...region.repositories.values()].flatMap(({ images: some }) => [...some.values()]);
  const images = Object.fromEntries(pushed.map(({ digest, tags }) => [digest, [...tags].join(' ')]));
  return { things, revisions, deployments, images };
}

const BLANK = {
  PolicyARN: undefined,
  Alarms: undefined,
  CreationTime: undefined,
  ScheduledActionARN: undefined,
} as const;

function byName(a: object, b: object): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}

function serviceLike(region: Region, record: ServiceRecord): never {
  const { settings, blueprint, deployments, tags } = record;
  const [family = '', number = ''] = blueprint.taskDefinition
    .slice(blueprint.taskDefinition.lastIndexOf('/') + 1)
    .split(':');
  const revision = region.families.get(family)?.[Number(number) - 1];
  const running = [...record.tasks].filter((task) => task.lastStatus === 'RUNNING').length;
  const like = {
    status: record.status,
    settings,
    blueprint: {
      ...blueprint,
      taskDefinition: `${family} ${revision === undefined ? '?' : contentOf(region, revision.definition, revision.tags)}`,
    },
    rollouts: deployments.map(({ status, rolloutState }) => `${status} ${rolloutState}`),
    running,
    tags: isBuilt(region) || deployments[0]?.isRollback === true ? unstamped(shown(tagsOf(tags))) : shown(tagsOf(tags)),
  };
  return JSON.parse(plain(like)) as never;
}

function plain(value: unknown): string {
  return canonicalJson(JSON.parse(JSON.stringify(value)) as never);
}

/** Members of a revision that tell it from another one of the same content. */
const IDENTITY = new Set(['taskDefinitionArn', 'revision', 'status', 'registeredAt', 'registeredBy', 'deregisteredAt']);

function contentOf(region: Region, definition: object, tags: Parameters<typeof tagsOf>[0]): string {
  const content = Object.fromEntries(Object.entries(definition).filter(([name]) => !IDENTITY.has(name)));
  const told = isBuilt(region) ? unstamped(shown(tagsOf(tags))) : shown(tagsOf(tags));
  return hash32(withTags(region, plain({ content, tags: told }))).toString(16);
}

/** Stamps are over digests too, and no two builds have one. */
function isBuilt({ repositories }: Region): boolean {
  return repositories.size > 0;
}

/** No two builds have one digest: what an image was made of is told by its tag. */
function withTags({ repositories }: Region, text: string): string {
  const images = [...repositories.values()].flatMap((repository) => [...repository.images.values()]);
  return images.reduce((told, { digest, tags }) => told.replaceAll(digest, [...tags].join(' ')), text);
}

function shown(tags: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(tags)
      .filter(([key]) => !COUNTING.has(key))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** A stamp that says nothing: after ECS went back it is of a manifest that live does not carry anyway. */
function unstamped(tags: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return { ...tags, 'evenkeel:spec-hash': '' };
}
