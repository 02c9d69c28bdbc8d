import type { Revision } from '../aws/gateway.ts';
import type { StringMap } from '../manifest/types.ts';
import { ROLLOUT_TAG } from '../reconcile/ownership.ts';
import { tagMap } from './context.ts';

/**
 * What a revision's tag remembers of its rollout, so that the memory outlives every process and belongs to the thing it
 * is about. `evidence` names the ECS deployment that showed it: a pardon holds for that one only.
 */
export interface RolloutMark {
  readonly verdict: 'rolled-back' | 'failed' | 'pardoned';
  readonly evidence: string;
}

const VERDICTS: readonly RolloutMark['verdict'][] = ['rolled-back', 'failed', 'pardoned'];

export function readMark(tags: StringMap): RolloutMark | undefined {
  const text = tags[ROLLOUT_TAG];
  if (text === undefined) return undefined;
  const colon = text.indexOf(':');
  const verdict = VERDICTS.find((known) => known === text.slice(0, Math.max(colon, 0)));
  return verdict === undefined ? undefined : { verdict, evidence: text.slice(colon + 1) };
}

export function markTag(mark: RolloutMark): StringMap {
  return { [ROLLOUT_TAG]: `${mark.verdict}:${mark.evidence}` };
}

/** True when the revision is remembered to have failed and nobody has pardoned it. */
export function isCondemned(revision: Revision | undefined): boolean {
  const verdict = readMark(tagMap(revision?.tags))?.verdict;
  return verdict === 'failed' || verdict === 'rolled-back';
}
