import { isAwsError } from '../aws/errors.ts';
import type { LogGroup } from '../aws/operations.ts';
import { Sealed } from '../lib/sealed.ts';
import type { StringMap } from '../manifest/types.ts';
import { compare } from '../reconcile/compare.ts';
import { claimOf, ownerTags, userTags } from '../reconcile/ownership.ts';
import type { Action } from '../reconcile/plan.ts';
import { readKey } from '../reconcile/reads.ts';
import type { Observation, Pass, Resource } from '../reconcile/resource.ts';
import { gatewayFor, type LinkContext, ownerOf, readService, tagMap } from './context.ts';

interface DesiredLogGroup {
  readonly name: string;
  /** 0: never expires. */
  readonly retentionDays: number;
  readonly tags: StringMap;
}

interface LiveLogGroup {
  readonly group: LogGroup;
  /** Undefined: not asked for, since nothing hangs on them in this pass. */
  readonly tags: StringMap | undefined;
  /** False: somebody else made it; it is used as it is. */
  readonly ours: boolean;
}

type LogGroupInput =
  | { readonly kind: 'create'; readonly name: string; readonly tags: StringMap }
  | { readonly kind: 'retention'; readonly name: string; readonly days: number }
  | { readonly kind: 'tags'; readonly arn: string; readonly tags: StringMap };

const LOG_GROUP = readKey<LogGroup | undefined>('log-group');
const LOG_GROUP_TAGS = readKey<StringMap>('log-group-tags');

/**
 * The log group that the tasks write to: it must exist before the first of them starts, or they stop with
 * ResourceInitializationError. CloudWatch Logs reads tags one group a call, so they are read only when something is to be
 * written anyway: the retention differs, or the service's own tags show that the labels changed. The service is tagged
 * after the log group, so a crash between the two is seen.
 */
export function logGroup(context: LinkContext): Resource<DesiredLogGroup | undefined, LiveLogGroup> {
  return {
    kind: 'log group',
    desired(pass) {
      const { logging } = pass.manifest.spec;
      if (!logging.enabled) return undefined;
      const tags = { ...userTags(pass.manifest), ...ownerTags(ownerOf(context, pass)) };
      return { name: logging.group, retentionDays: logging.retentionDays, tags };
    },
    ahead(pass) {
      const { enabled, group } = pass.manifest.spec.logging;
      return enabled ? readGroup(context, pass, group) : undefined;
    },
    observe: (pass, desired) => observe(context, pass, desired),
    diff(desired, live) {
      if (desired === undefined) return [];
      const verdict = live.ours ? 'declared' : 'foreign';
      const liveDays = live.group.retentionInDays ?? 0;
      const retention = compare('logging.retentionDays', desired.retentionDays, liveDays, { verdict });
      const tags =
        live.tags === undefined || !live.ours
          ? []
          : compare('logging.tags', desired.tags, pick(live.tags, desired.tags));
      return [...retention, ...tags];
    },
    plan: (desired, seen, differences) => (desired === undefined ? [] : planLogGroup(desired, seen, differences)),
    act: (action, pass) => act(context, action.input.reveal() as LogGroupInput, pass),
    verify: () => ({ kind: 'ready' }),
  };
}

async function observe(
  context: LinkContext,
  pass: Pass,
  desired: DesiredLogGroup | undefined,
): Promise<Observation<LiveLogGroup>> {
  if (desired === undefined) return { kind: 'absent' };
  const { logs } = gatewayFor(context, pass.manifest);
  const group = await readGroup(context, pass, desired.name);
  if (group === undefined) return { kind: 'absent' };
  const arn = arnOf(group);
  if (arn === undefined || !(await needsTags(context, pass, desired, group))) {
    return { kind: 'present', live: { group, tags: undefined, ours: true }, owner: 'us' };
  }
  const tags = await pass.reads.once(LOG_GROUP_TAGS, () => logs.tagsOf(arn, { signal: pass.signal }));
  const ours = claimOf(tags, ownerOf(context, pass)).kind === 'ours';
  return { kind: 'present', live: { group, tags, ours }, owner: ours ? 'us' : 'other' };
}

function readGroup(context: LinkContext, pass: Pass, name: string): Promise<LogGroup | undefined> {
  const { logs } = gatewayFor(context, pass.manifest);
  return pass.reads.once(LOG_GROUP, () => logs.describeLogGroup(name, { signal: pass.signal }));
}

async function needsTags(
  context: LinkContext,
  pass: Pass,
  desired: DesiredLogGroup,
  group: LogGroup,
): Promise<boolean> {
  if (desired.retentionDays !== (group.retentionInDays ?? 0)) return true;
  const service = await readService(context, pass);
  if (service === undefined) return false;
  const live = tagMap(service.tags);
  return Object.entries(desired.tags).some(([key, value]) => live[key] !== value);
}

function planLogGroup(
  desired: DesiredLogGroup,
  seen: Observation<LiveLogGroup>,
  differences: Action['differences'],
): readonly Action[] {
  if (seen.kind === 'absent') {
    const create = action('create', desired.name, 'it does not exist', {
      kind: 'create',
      name: desired.name,
      tags: desired.tags,
    });
    const { retentionDays } = desired;
    if (retentionDays === 0) return [create];
    return [
      create,
      action('update', desired.name, 'it is to expire', { kind: 'retention', name: desired.name, days: retentionDays }),
    ];
  }
  if (seen.owner === 'other') return [];
  const actions: Action[] = [];
  if (!sameRetention(desired, seen.live)) {
    const input: LogGroupInput = { kind: 'retention', name: desired.name, days: desired.retentionDays };
    actions.push(
      action('update', desired.name, 'its retention differs', input, under(differences, 'logging.retentionDays')),
    );
  }
  const arn = arnOf(seen.live.group);
  const tagDifferences = under(differences, 'logging.tags');
  if (arn !== undefined && tagDifferences.length > 0) {
    actions.push(
      action('tag', desired.name, 'its tags differ', { kind: 'tags', arn, tags: desired.tags }, tagDifferences),
    );
  }
  return actions;
}

async function act(context: LinkContext, input: LogGroupInput, pass: Pass): Promise<void> {
  const { logs } = gatewayFor(context, pass.manifest);
  const options = { signal: pass.signal };
  switch (input.kind) {
    case 'create':
      await createUnlessThere(() => logs.createLogGroup(input.name, input.tags, options));
      pass.reads.put(LOG_GROUP, { logGroupName: input.name });
      return;
    case 'retention': {
      await logs.setRetention(input.name, input.days, options);
      const before = await pass.reads.once(LOG_GROUP, async () => undefined);
      const { retentionInDays: _old, ...rest } = before ?? { logGroupName: input.name };
      pass.reads.put(LOG_GROUP, input.days === 0 ? rest : { ...rest, retentionInDays: input.days });
      return;
    }
    case 'tags':
      await logs.tag(input.arn, input.tags, options);
      pass.reads.put(LOG_GROUP_TAGS, input.tags);
  }
}

/** A retried create, or another manifest's, may have been first. */
async function createUnlessThere(create: () => Promise<void>): Promise<void> {
  try {
    await create();
  } catch (thrown) {
    if (!isAwsError(thrown, 'exists')) throw thrown;
  }
}

function action(
  verb: Action['verb'],
  target: string,
  because: string,
  input: LogGroupInput,
  differences: Action['differences'] = [],
): Action {
  return {
    resource: 'log group',
    verb,
    target,
    because,
    differences,
    startsRollout: false,
    deferred: [],
    input: new Sealed<unknown>(input),
  };
}

function sameRetention(desired: DesiredLogGroup, live: LiveLogGroup): boolean {
  return desired.retentionDays === (live.group.retentionInDays ?? 0);
}

function under(differences: Action['differences'], path: string): Action['differences'] {
  return differences.filter((difference) => difference.path.startsWith(path));
}

/** The form that tagging takes: without the `:*` that `arn` ends in. */
function arnOf(group: LogGroup): string | undefined {
  return group.logGroupArn ?? group.arn?.replace(/:\*$/, '');
}

/** The members of `live` that `wanted` names: tags that others set are theirs. */
function pick(live: StringMap, wanted: StringMap): StringMap {
  return Object.fromEntries(Object.entries(live).filter(([key]) => wanted[key] !== undefined));
}
