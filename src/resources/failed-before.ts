import type { Refusal } from '../reconcile/plan.ts';
import type { Observation, Outputs, Pass } from '../reconcile/resource.ts';
import { revisionName, tagMap } from './context.ts';
import { condemnation, readMark } from './rollout-mark.ts';
import { settingsOf } from './rollout-settings.ts';
import type { LiveTaskDefinition } from './task-definition.ts';

/** A revision whose rollout failed is not deployed again until the manifest changes or a person says so. */
export function failedBefore(seen: Observation<LiveTaskDefinition>, pass: Pass): Refusal | undefined {
  if (seen.kind === 'absent' || seen.live.match === undefined) return undefined;
  const { match, running } = seen.live;
  const arn = match.taskDefinition.taskDefinitionArn ?? '';
  if (running?.taskDefinition.taskDefinitionArn === arn) return undefined;
  const settings = settingsOf(pass.manifest);
  const failed = failedNow(pass, arn, settings);
  const verdict = failed?.verdict ?? condemnation(match, settings);
  if (verdict === undefined) return undefined;
  const serving = running === undefined ? 'nothing' : revisionName(running.taskDefinition.taskDefinitionArn ?? '');
  return {
    kind: 'person',
    reason: 'RolloutFailed',
    ending: verdict,
    message: `the rollout of ${revisionName(arn)} failed and ${serving} is serving${failed === undefined ? '' : ` (${failed.message})`}: it is not tried again until the manifest changes, or say evenkeel reconcile ${pass.manifest.metadata.name} --retry`,
  };
}

/** The revision serves, and has failed with the settings that are wanted: they are what failed. */
export function settingsFailedBefore(
  { match, running }: LiveTaskDefinition,
  pass: Pass,
): Outputs['failedSettings'] | undefined {
  const arn = running?.taskDefinition.taskDefinitionArn;
  if (match === undefined || arn === undefined || match.taskDefinition.taskDefinitionArn !== arn) return undefined;
  const settings = settingsOf(pass.manifest);
  const failed = failedNow(pass, arn, settings);
  if (failed?.settings !== undefined) return { verdict: failed.verdict, message: failed.message };
  const mark = readMark(tagMap(match.tags));
  if (mark === undefined || mark.verdict === 'pardoned' || mark.settings !== settings) return undefined;
  return { verdict: mark.verdict };
}

/** What the live service shows to have failed, if it is this revision with these settings, or with some that nobody knows. */
function failedNow({ outputs }: Pass, arn: string, settings: string): Outputs['failedRollout'] | undefined {
  const failed = outputs.failedRollout;
  if (failed?.arn !== arn) return undefined;
  return failed.settings === undefined || failed.settings === settings ? failed : undefined;
}
