import { type Link, link } from '../reconcile/link.ts';
import { admission } from './admission.ts';
import type { LinkContext } from './context.ts';
import { logGroup } from './log-group.ts';
import { retiredRevisions } from './retired-revisions.ts';
import { rollout } from './rollout.ts';
import { rolloutMemory } from './rollout-memory.ts';
import { scaling } from './scaling.ts';
import { scalingRemoval } from './scaling-removal.ts';
import { service } from './service.ts';
import { taskDefinition } from './task-definition.ts';

/** The architecture in ten lines: the links of a pass in their order; a removal walks them backwards. */
export function chainOf(context: LinkContext): readonly Link[] {
  return [
    link(admission(context)),
    link(retiredRevisions(context)),
    link(logGroup(context)),
    link(rolloutMemory(context)),
    link(taskDefinition(context)),
    link(scalingRemoval(context)),
    link(service(context)),
    link(scaling(context)),
    link(rollout(context)),
  ];
}
