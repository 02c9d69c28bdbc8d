import type { EcsService } from '../aws/operations.ts';
import { OWNER_TAGS } from '../reconcile/ownership.ts';
import type { LiveService } from '../reconcile/resource.ts';
import { revisionName, tagMap } from './context.ts';

/** The generation a live service carries; 0 when it carries none. */
export function generationOf(live: EcsService | undefined): number {
  const generation = Number(tagMap(live?.tags)[OWNER_TAGS.generation]);
  return Number.isSafeInteger(generation) && generation > 0 ? generation : 0;
}

/** The figures of a live service that a status shows. */
export function liveService(service: EcsService): LiveService {
  const arn = service.serviceArn ?? '';
  return {
    arn,
    createdAt: service.createdAt?.toISOString() ?? '',
    account: arn.split(':')[4] ?? '',
    revision: revisionName(service.taskDefinition ?? ''),
    desired: service.desiredCount ?? 0,
    running: service.runningCount ?? 0,
    pending: service.pendingCount ?? 0,
    generation: generationOf(service),
    events: (service.events ?? []).map((event) => ({
      id: event.id ?? '',
      at: event.createdAt?.toISOString() ?? '',
      message: event.message ?? '',
    })),
  };
}
