import type { Revision } from '../aws/gateway.ts';
import type { StringMap } from '../manifest/types.ts';
import { ROLLOUT_TAG } from '../reconcile/ownership.ts';
import { tagMap } from './context.ts';

/**
 * What a revision's tag remembers of its rollout, so that the memory outlives every process and belongs to the thing it
 * is about. `evidence` names the ECS deployment that showed it: a pardon holds for that one only. Written as
 * `verdict:evidence:settings`.
 */
export interface RolloutMark {
  readonly verdict: 'rolled-back' | 'failed' | 'pardoned';
  readonly evidence: string;
  /** With which settings of the service it failed (`settingsOf`); absent: it is not known, and holds for any. */
  readonly settings?: string;
}

const VERDICTS: readonly RolloutMark['verdict'][] = ['rolled-back', 'failed', 'pardoned'];

export function readMark(tags: StringMap): RolloutMark | undefined {
  const text = tags[ROLLOUT_TAG];
  if (text === undefined) return undefined;
  const [first, evidence = '', settings] = text.split(':');
  const verdict = VERDICTS.find((known) => known === first);
  if (verdict === undefined) return undefined;
  return settings === undefined ? { verdict, evidence } : { verdict, evidence, settings };
}

export function markTag({ verdict, evidence, settings }: RolloutMark): StringMap {
  return { [ROLLOUT_TAG]: [verdict, evidence, ...(settings === undefined ? [] : [settings])].join(':') };
}

/** How a rollout of the revision with these settings is remembered to have failed, unless somebody has pardoned it. */
export function condemnation(revision: Revision | undefined, settings: string): 'failed' | 'rolled-back' | undefined {
  const mark = readMark(tagMap(revision?.tags));
  if (mark === undefined || mark.verdict === 'pardoned') return undefined;
  return mark.settings === undefined || mark.settings === settings ? mark.verdict : undefined;
}
