import type { FargateService } from '../../../src/manifest/types.ts';
import type { Finding, Invariant } from '../invariant.ts';
import { isAmbiguous, type LandedWrite, type RunIndex } from '../run-index.ts';
import type { CallEvent } from '../trace.ts';
import { inputOf } from './ownership.ts';

const HOUR_MS = 3_600_000;
const MAX_DEPLOYMENTS_AN_HOUR = 6;

/** Calls of one operation, with the manifest that the process went by when it sent them. */
function withManifest(run: RunIndex, operation: string): readonly { call: CallEvent; manifest: FargateService }[] {
  return run.stories.flatMap(({ call }) => {
    const key = call.operation === operation ? run.keyOfCall(call) : undefined;
    const loaded = key === undefined ? undefined : run.manifestAt(call, key);
    return loaded === undefined ? [] : [{ call, manifest: loaded.manifest }];
  });
}

export const leavesCountToAutoscaling: Invariant = {
  id: 'I7',
  title: 'while autoscaling is declared, no update sets the count, except into the band',
  check(run) {
    return withManifest(run, 'ecs:UpdateService').flatMap(({ call, manifest }): Finding[] => {
      const { desiredCount } = inputOf(call);
      const band = manifest.spec.autoscaling;
      if (band === undefined || typeof desiredCount !== 'number') return [];
      return [{ at: call.at, message: `${call.target}: desiredCount ${desiredCount} was sent under autoscaling` }];
    });
  },
};

export const neverBelowMinimum: Invariant = {
  id: 'I8',
  title: 'no write of ours takes capacity that the manifest asks for',
  check(run) {
    const lowered = withManifest(run, 'ecs:UpdateService').flatMap(({ call, manifest }): Finding[] => {
      const { desiredCount, deploymentConfiguration } = inputOf(call);
      const { spec } = manifest;
      const least = spec.autoscaling?.minCapacity ?? spec.desiredCount;
      if (typeof desiredCount === 'number' && desiredCount < least) {
        return [{ at: call.at, message: `${call.target}: the count was set to ${desiredCount}, below ${least}` }];
      }
      const minimum = (deploymentConfiguration as { minimumHealthyPercent?: number } | undefined)
        ?.minimumHealthyPercent;
      if (minimum !== undefined && minimum < spec.rollout.minimumHealthyPercent) {
        return [{ at: call.at, message: `${call.target}: ${minimum} % may be healthy, the manifest asks for more` }];
      }
      return [];
    });
    const deleted = withManifest(run, 'ecs:DeleteService').map(({ call }) => ({
      at: call.at,
      message: `${call.target} was deleted while its manifest is wanted`,
    }));
    const forced = run.stories
      .filter(({ call }) => call.operation === 'ecs:DeleteService' && inputOf(call)['force'] === true)
      .map(({ call }) => ({ at: call.at, message: `${call.target} was deleted by force` }));
    return [...lowered, ...deleted, ...forced];
  },
};

export const oneDeploymentPerSpec: Invariant = {
  id: 'I11',
  title: 'a specification is deployed once; after it failed, not again until somebody says so',
  check(run) {
    return [...tooMany(run), ...afterFailure(run)];
  },
};

function deployments(run: RunIndex): readonly LandedWrite[] {
  return run.landed.filter(({ call, effect }) => {
    if (call.operation !== 'ecs:UpdateService' || effect.changed === false) return false;
    return effect.after?.service?.primary?.id !== effect.before?.service?.primary?.id;
  });
}

/** What may rightly lead to a further deployment: edits, people, outcomes nobody could know. */
function occasions(run: RunIndex, from: number, to: number): number {
  const { trace } = run.view;
  const within = ({ at }: { readonly at: number }): boolean => at >= from && at <= to;
  const unknown = run.stories.filter((story) => story.call.write && isAmbiguous(story) && within(story.call)).length;
  return trace.of('desired').filter(within).length + trace.of('world').filter(within).length * 2 + unknown * 2;
}

function tooMany(run: RunIndex): readonly Finding[] {
  return deployments(run).flatMap(({ call, effect }, _index, all): Finding[] => {
    const from = effect.at - HOUR_MS;
    const recent = all.filter(
      (one) => one.call.target === call.target && one.effect.at > from && one.effect.at <= effect.at,
    );
    const allowed = Math.max(1, occasions(run, Math.max(0, from), effect.at));
    if (recent.length <= Math.max(allowed, 1) && recent.length <= MAX_DEPLOYMENTS_AN_HOUR + allowed) return [];
    return [{ at: effect.at, message: `${call.target}: ${recent.length} deployments within an hour` }];
  });
}

function afterFailure(run: RunIndex): readonly Finding[] {
  const over = run.view.trace
    .of('status')
    .filter(({ status }) => status.rollout?.state === 'RolledBack' || status.rollout?.state === 'Failed');
  return deployments(run).flatMap(({ call, effect }): Finding[] => {
    const failed = over.findLast(({ at, status }) => at < call.at && status.service === call.target);
    if (failed === undefined || occasions(run, failed.at - 60_000, effect.at) > 0) return [];
    return [{ at: effect.at, message: `${call.target} was deployed again although its rollout had failed` }];
  });
}

const DESTRUCTIVE = new Set([
  'ecs:DeleteService',
  'ecs:DeregisterTaskDefinition',
  'application-autoscaling:DeregisterScalableTarget',
]);

export const noRollbackAmplification: Invariant = {
  id: 'I12',
  title: 'a failure takes nothing away of a service that is wanted',
  check(run) {
    return run.stories.flatMap(({ call }): Finding[] => {
      if (!DESTRUCTIVE.has(call.operation)) return [];
      const key = run.keyOfCall(call);
      if (key === undefined)
        return someIsGone(run) ? [] : [{ at: call.at, message: `${call.operation} of ${call.target}` }];
      const loaded = run.manifestAt(call, key);
      if (loaded === undefined) return [];
      if (call.operation.endsWith('DeregisterScalableTarget') && loaded.manifest.spec.autoscaling === undefined)
        return [];
      return [{ at: call.at, message: `${call.operation} of ${call.target} while its manifest is wanted` }];
    });
  },
};

function someIsGone(run: RunIndex): boolean {
  return run.view.trace.of('desired').some(({ want }) => want === 'absent');
}
