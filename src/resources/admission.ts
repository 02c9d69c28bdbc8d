import type { EcsService } from '../aws/operations.ts';
import { claimOf, isSuspended, SUSPENDED_TAG, wantsAdoption } from '../reconcile/ownership.ts';
import type { Refusal } from '../reconcile/plan.ts';
import type { Observation, Pass, Resource } from '../reconcile/resource.ts';
import { gatewayFor, type LinkContext, ownerOf, readService, serviceLabel, tagMap } from './context.ts';
import { liveService } from './live-service.ts';

/** What decides whether this manifest may write at all. */
interface Admission {
  readonly account: string;
  readonly service: EcsService | undefined;
}

/**
 * The first link: it changes nothing and says why nothing may be changed. Another account's credentials, a service that
 * is not ours, a part of the manifest this version cannot carry out: all refused before the first write.
 */
export function admission(context: LinkContext): Resource<undefined, Admission> {
  return {
    kind: 'admission',
    leads: true,
    desired: () => undefined,
    async observe(pass): Promise<Observation<Admission>> {
      const { identity } = gatewayFor(context, pass.manifest);
      const [caller, service] = await Promise.all([
        identity.whoAmI({ signal: pass.signal }),
        readService(context, pass),
      ]);
      return { kind: 'present', live: { account: caller.Account ?? '', service }, owner: 'us' };
    },
    diff: () => [],
    plan: () => [],
    refuse(_desired, seen, pass) {
      if (seen.kind === 'absent') return undefined;
      const { account, service } = seen.live;
      return (
        accountRefusal(pass, account) ??
        capabilityRefusal(pass) ??
        ownershipRefusal(context, pass, service) ??
        incarnationRefusal(pass, service) ??
        modeRefusal(pass, service)
      );
    },
    act: async () => undefined,
    verify(_desired, seen) {
      const service = seen.kind === 'present' ? seen.live.service : undefined;
      return service === undefined ? { kind: 'ready' } : { kind: 'ready', outputs: { live: liveService(service) } };
    },
  };
}

function accountRefusal(pass: Pass, account: string): Refusal | undefined {
  const wanted = pass.manifest.spec.account;
  if (wanted === undefined || wanted === account) return undefined;
  return {
    kind: 'person',
    stopsLooking: true,
    reason: 'AccountMismatch',
    message: `the manifest is for account ${wanted}, the credentials are of ${account}: use that account's credentials, or set spec.assumeRoleArn to a role in it`,
  };
}

function capabilityRefusal(pass: Pass): Refusal | undefined {
  if (pass.purpose === 'remove') return undefined;
  const { loadBalancers, rollout } = pass.manifest.spec;
  const missing = [
    ...(loadBalancers.some((attachment) => 'listenerArn' in attachment)
      ? ['spec.loadBalancers[].listenerArn: make the target group yourself and give its ARN instead']
      : []),
    ...(rollout.strategy === 'rolling' ? [] : [`spec.rollout.strategy ${rollout.strategy}: use rolling instead`]),
  ];
  if (missing.length === 0) return undefined;
  return {
    kind: 'person',
    stopsLooking: true,
    reason: 'NotSupported',
    message: `this version cannot do ${missing.join('; ')}`,
  };
}

function ownershipRefusal(context: LinkContext, pass: Pass, service: EcsService | undefined): Refusal | undefined {
  if (service === undefined) return undefined;
  const claim = claimOf(tagMap(service.tags), ownerOf(context, pass));
  const label = serviceLabel(pass.manifest);
  switch (claim.kind) {
    case 'ours':
      return undefined;
    case 'unmanaged':
      if (pass.purpose === 'converge' && wantsAdoption(pass.manifest)) return undefined;
      return notOurs(
        `${label} exists and carries no tags of Evenkeel: to take it over, set the annotation evenkeel.dev/adopt: "true"`,
      );
    case 'other-controller':
      return notOurs(`${label} belongs to the Evenkeel controller '${claim.id}': remove its manifest there first`);
    case 'other-manifest':
      return notOurs(`${label} belongs to the manifest ${claim.key}: two manifests may not claim one service`);
  }
}

/** A removal is meant for one service; another one that took its name since is somebody's new work. */
function incarnationRefusal(pass: Pass, service: EcsService | undefined): Refusal | undefined {
  if (pass.purpose === 'converge' || service === undefined) return undefined;
  const live = liveService(service);
  const meant = pass.incarnation;
  if (meant !== undefined && meant.arn === live.arn && meant.createdAt === live.createdAt) return undefined;
  return {
    kind: 'person',
    stopsLooking: true,
    reason: 'IncarnationUnknown',
    message: `${serviceLabel(pass.manifest)} is not known to be the service that was managed: it was created ${live.createdAt}, ${meant === undefined ? 'and none was seen before' : `the one that is meant ${meant.createdAt}`}`,
  };
}

function notOurs(message: string): Refusal {
  return { kind: 'person', stopsLooking: true, reason: 'NotOurs', message };
}

function modeRefusal(pass: Pass, service: EcsService | undefined): Refusal | undefined {
  if (pass.manifest.spec.mode === 'observe') {
    return {
      kind: 'mode',
      reason: 'Observed',
      message: 'spec.mode is observe: differences are reported, nothing is written',
    };
  }
  if (isSuspended(pass.manifest)) {
    return { kind: 'mode', reason: 'Suspended', message: 'suspended by the annotation evenkeel.dev/suspend' };
  }
  const reason = tagMap(service?.tags)[SUSPENDED_TAG];
  if (reason === undefined) return undefined;
  return { kind: 'mode', reason: 'Suspended', message: reason || 'no reason given' };
}
