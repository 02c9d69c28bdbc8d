import type { FargateService } from '../../../src/manifest/types.ts';
import type { Finding, Invariant } from '../invariant.ts';
import type { RunIndex } from '../run-index.ts';
import type { CallEvent } from '../trace.ts';
import { inputOf, keysAbout } from './about.ts';

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
      const wanted = keysAbout(run, call).flatMap((key) => wantedBy(run, call, key));
      const scales = ({ spec }: FargateService): boolean => spec.autoscaling !== undefined;
      const amplifies = call.operation.endsWith('DeregisterScalableTarget') ? wanted.some(scales) : wanted.length > 0;
      if (!amplifies) return [];
      return [{ at: call.at, message: `${call.operation} of ${call.target} while its manifest is wanted` }];
    });
  },
};

/** The manifest by which the pass that made this call began, and still goes. */
function wantedBy(run: RunIndex, call: CallEvent, key: string): readonly FargateService[] {
  const begun = run.seenAt({ ...call, at: run.passBegunAt(call, key) }, key);
  const loaded = begun?.want === 'wanted' ? run.manifestAt(call, key) : undefined;
  return loaded === undefined ? [] : [loaded.manifest];
}
