import type { EcsServiceSettings } from '../aws/operations.ts';
import { hashOf } from '../lib/hash.ts';
import { remembered } from '../lib/remembered.ts';
import type { FargateService, StringMap } from '../manifest/types.ts';
import { OWNER_TAGS, ownerTags, userTags } from '../reconcile/ownership.ts';
import type { Pass } from '../reconcile/resource.ts';
import { type LinkContext, ownerOf } from './context.ts';
import { normaliseServiceDocument } from './service.normalise.ts';
import { type CountOwner, serviceDocument } from './service-document.ts';
import { desiredTaskDefinition } from './task-definition.ts';

/** Version of the stamp; one of another version says nothing, so that an upgrade of ours writes nothing. */
const STAMP_VERSION = 'v1';
/** What a manifest asks of the service, with what earlier links have settled. */
export interface DesiredService {
  readonly document: EcsServiceSettings;
  readonly countOwner: CountOwner;
  /** Undefined while the revision is only planned. */
  readonly taskDefinitionArn: string | undefined;
  readonly pendingRevision: string;
  readonly tags: StringMap;
  readonly stamp: string;
}

export function desiredService(context: LinkContext, pass: Pass): DesiredService {
  const { manifest } = pass;
  const { hash, family } = desiredTaskDefinition(context, pass);
  const countOwner = pass.outputs.desiredCountOwner ?? declaredOwner(manifest);
  return {
    document: serviceDocument(manifest, countOwner),
    countOwner,
    taskDefinitionArn: pass.outputs.taskDefinitionArn,
    pendingRevision: `${family}:(new revision)`,
    tags: { ...userTags(manifest), ...ownerTags(ownerOf(context, pass)) },
    stamp: stampOnce(manifest, hash),
  };
}

function declaredOwner(manifest: FargateService): CountOwner {
  return manifest.spec.autoscaling === undefined ? 'manifest' : 'autoscaling';
}

const stampOnce = remembered((manifest: FargateService, taskDefinition) => {
  const service = normaliseServiceDocument(serviceDocument(manifest, declaredOwner(manifest)));
  return `${STAMP_VERSION}:${hashOf({ service, taskDefinition })}`;
});

/** True when the live stamp is of our version and of another document, or missing. */
export function stampDiffers(desired: DesiredService, liveTags: StringMap): boolean {
  const stamp = liveTags[OWNER_TAGS.specHash];
  if (stamp === desired.stamp) return false;
  return stamp === undefined || stamp.startsWith(`${STAMP_VERSION}:`);
}
