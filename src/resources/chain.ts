import { type Link, link } from '../reconcile/link.ts';
import { admission } from './admission.ts';
import type { LinkContext } from './context.ts';
import { deletionMark } from './deletion-mark.ts';
import { type ImageParts, image } from './image.ts';
import { logGroup } from './log-group.ts';
import { repository } from './repository.ts';
import { retiredRevisions } from './retired-revisions.ts';
import { rollout } from './rollout.ts';
import { rolloutMemory } from './rollout-memory.ts';
import { scaling } from './scaling.ts';
import { scalingRemoval } from './scaling-removal.ts';
import { service } from './service.ts';
import { taskDefinition } from './task-definition.ts';

/**
 * The architecture in ten lines: the links of a pass in their order; a removal walks those that do not lead backwards.
 * Without `images` no image is built or pinned, and plain ones are used as the manifest names them.
 */
export function chainOf(context: LinkContext, images?: ImageParts): readonly Link[] {
  return [
    link(admission(context)),
    link(deletionMark(context)),
    link(retiredRevisions(context)),
    ...(images === undefined ? [] : [link(repository(context)), link(image(context, images))]),
    link(logGroup(context)),
    link(rolloutMemory(context)),
    link(taskDefinition(context)),
    link(scalingRemoval(context)),
    link(service(context)),
    link(scaling(context)),
    link(rollout(context)),
  ];
}
