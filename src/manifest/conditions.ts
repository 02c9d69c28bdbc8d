export type ConditionType = 'Ready' | 'Synced' | 'ImageAvailable' | 'RolloutSucceeded' | 'Healthy' | 'AutoscalingReady';
export type ConditionStatus = 'True' | 'False' | 'Unknown';

/** One statement about a service, as Kubernetes makes them. `Unknown` is never acted upon. */
export interface Condition {
  readonly type: ConditionType;
  readonly status: ConditionStatus;
  /** One CamelCase word, for machines and tables. */
  readonly reason: string;
  /** For people. */
  readonly message: string;
  /** ISO 8601; when `status` last changed. */
  readonly lastTransitionTime: string;
  readonly observedGeneration: number;
}

export const CONDITION_TYPES: readonly ConditionType[] = [
  'Ready',
  'Synced',
  'ImageAvailable',
  'RolloutSucceeded',
  'Healthy',
  'AutoscalingReady',
];

export type ConditionUpdate = Omit<Condition, 'lastTransitionTime' | 'observedGeneration'>;

/** Sets one condition, keeping `lastTransitionTime` while the status stays the same. */
export function withCondition(
  conditions: readonly Condition[],
  update: ConditionUpdate,
  at: { readonly now: string; readonly generation: number },
): readonly Condition[] {
  const before = conditions.find((condition) => condition.type === update.type);
  const lastTransitionTime = before?.status === update.status ? before.lastTransitionTime : at.now;
  const after: Condition = { ...update, lastTransitionTime, observedGeneration: at.generation };
  const others = conditions.filter((condition) => condition.type !== update.type);
  return [...others, after].sort((a, b) => CONDITION_TYPES.indexOf(a.type) - CONDITION_TYPES.indexOf(b.type));
}
