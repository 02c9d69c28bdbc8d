import type { EcsTag, InputOf } from '../../aws/operations.ts';
import { findRevision, lastPart } from '../ecs/names.ts';
import { checkTags } from '../ecs/service-rules.ts';
import type { Handlers } from '../handler.ts';
import { fault, invalidParameter } from '../refusals.ts';
import type { Region } from '../region.ts';

interface Tagged {
  tags: readonly EcsTag[];
}

export const ECS_TAGS: Handlers = {
  TagResource(region, { resourceArn, tags }: InputOf<'ecs:TagResource'>) {
    checkTags(tags);
    const tagged = resource(region, resourceArn);
    const changed = new Set(tags.map(({ key }) => key));
    const all = [...tagged.tags.filter(({ key }) => !changed.has(key)), ...tags];
    checkTags(all);
    tagged.tags = all;
    return {};
  },
  UntagResource(region, { resourceArn, tagKeys }: InputOf<'ecs:UntagResource'>) {
    const tagged = resource(region, resourceArn);
    tagged.tags = tagged.tags.filter(({ key }) => key === undefined || !tagKeys.includes(key));
    return {};
  },
  ListTagsForResource(region, { resourceArn }: { readonly resourceArn: string }) {
    return { tags: resource(region, resourceArn).tags };
  },
};

function resource(region: Region, arn: string): Tagged {
  const kind = /^arn:aws[a-z-]*:ecs:[^:]+:\d{12}:(service|task-definition|cluster|task)\/(.+)$/.exec(arn ?? '');
  if (kind === null) throw invalidParameter('The specified resource ARN is invalid.');
  const rest = kind[2]!;
  const found: Tagged | undefined = {
    service: () => region.services.get(rest),
    'task-definition': () => findRevision(region, arn),
    cluster: () => region.clusters.get(rest),
    task: () => region.tasks.get(lastPart(rest)) as Tagged | undefined,
  }[kind[1] as 'service']();
  if (found === undefined) {
    throw fault('ResourceNotFoundException', 'The specified resource is not found.');
  }
  return found;
}
