import type { ContainerDefinition } from '../../aws/operations.ts';
import type { RevisionRecord, TaskRecord } from './records.ts';

export function containersOf(task: TaskRecord): readonly ContainerDefinition[] {
  return task.definition.definition.containerDefinitions ?? [];
}

/** Those with a health check of their own. */
export function checkedContainers({ definition }: RevisionRecord): readonly ContainerDefinition[] {
  return (definition.containerDefinitions ?? []).filter((container) => container['healthCheck'] !== undefined);
}

/** An image whose name contains `crash` exits 1 soon after it runs. */
export function crashes({ definition }: RevisionRecord): boolean {
  return (definition.containerDefinitions ?? []).some(({ image }) => image?.includes('crash') === true);
}
