import { Sealed } from '../lib/sealed.ts';
import { compare } from '../reconcile/compare.ts';
import type { Observation, Pass, Resource } from '../reconcile/resource.ts';
import { gatewayFor, type LinkContext, readService, sendOptions, serviceLabel } from './context.ts';
import { isOurScaling, readScaling, resourceIdOf, SCALING, type ScalingState } from './scaling-state.ts';

/**
 * Takes autoscaling away when the manifest no longer declares it. It stands before the service in the chain: the
 * scalable target goes first and the count is set after it, or Application Auto Scaling would undo the count (users of
 * terraform-provider-aws and aws-cdk have lost that race). It also settles whose the count is.
 */
export function scalingRemoval(context: LinkContext): Resource<undefined, ScalingState> {
  return {
    kind: 'autoscaling',
    promises: ['desiredCountOwner'],
    // Declared or not: both links of autoscaling look at it.
    ahead: (pass) => readScaling(context, pass),
    desired: () => undefined,
    async observe(pass): Promise<Observation<ScalingState>> {
      if (pass.purpose === 'remove' || declared(pass) || (await readService(context, pass)) === undefined)
        return { kind: 'absent' };
      const live = await readScaling(context, pass);
      if (live === undefined) return { kind: 'absent' };
      return { kind: 'present', live, owner: isOurScaling(live) ? 'us' : 'other' };
    },
    diff: (_desired, live) => {
      const band = `${live.target.MinCapacity ?? '?'}..${live.target.MaxCapacity ?? '?'}`;
      return compare('autoscaling', undefined, band, { verdict: isOurScaling(live) ? 'declared' : 'foreign' });
    },
    plan(_desired, seen, differences, pass) {
      if (seen.kind === 'absent' || seen.owner === 'other') return [];
      return [
        {
          resource: 'autoscaling',
          verb: 'delete',
          target: serviceLabel(pass.manifest),
          because: 'the manifest no longer declares it',
          differences,
          startsRollout: false,
          deferred: [],
          input: new Sealed<unknown>(undefined),
        },
      ];
    },
    async act(_action, pass) {
      const { scaling } = gatewayFor(context, pass.manifest);
      await scaling.deregisterTarget(resourceIdOf(pass.manifest), sendOptions(pass));
      pass.reads.put(SCALING, undefined);
    },
    verify(_desired, seen, pass) {
      if (declared(pass)) return { kind: 'ready', outputs: { desiredCountOwner: 'autoscaling' } };
      const foreign = seen.kind === 'present' && seen.owner === 'other';
      return { kind: 'ready', outputs: { desiredCountOwner: foreign ? 'someone-else' : 'manifest' } };
    },
  };
}

function declared(pass: Pass): boolean {
  return pass.manifest.spec.autoscaling !== undefined;
}
