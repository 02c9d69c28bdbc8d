import type { Key } from '../manifest/key.ts';
import type { FargateService, StringMap } from '../manifest/types.ts';

/** Tag keys that are ours alone; a manifest cannot set them. */
export const OWNER_TAGS = {
  managedBy: 'evenkeel:managed-by',
  controller: 'evenkeel:controller',
  manifest: 'evenkeel:manifest',
  specHash: 'evenkeel:spec-hash',
  generation: 'evenkeel:generation',
} as const;

/** Set on a live service by `suspend`; its value is the reason. */
export const SUSPENDED_TAG = 'evenkeel:suspended';
/**
 * Set on a live service before the first step of its deletion, so that a process that starts meanwhile goes on with it. Its
 * value is when that service was created: on a later service of the same name it says nothing.
 */
export const DELETING_TAG = 'evenkeel:deleting';
/** Set on a revision whose rollout failed; its value says how. */
export const ROLLOUT_TAG = 'evenkeel:rollout';
/** Set on a revision: the image reference of the manifest that it was made from. */
export const IMAGE_TAG = 'evenkeel:image';
export const MANAGED_BY = 'evenkeel';

export interface Owner {
  /** Which installation of Evenkeel this is. */
  readonly controllerId: string;
  readonly key: Key;
}

/** The tags that say whose a thing is; they do not change while the manifest exists. */
export function ownerTags(owner: Owner): StringMap {
  return {
    [OWNER_TAGS.managedBy]: MANAGED_BY,
    [OWNER_TAGS.controller]: owner.controllerId,
    [OWNER_TAGS.manifest]: owner.key,
  };
}

/** The tags people asked for: labels, then `spec.tags`, which win. */
export function userTags(manifest: FargateService): StringMap {
  return { ...manifest.metadata.labels, ...manifest.spec.tags };
}

export type Claim =
  | { readonly kind: 'ours' }
  | { readonly kind: 'unmanaged' }
  | { readonly kind: 'other-controller'; readonly id: string }
  | { readonly kind: 'other-manifest'; readonly key: string };

/** Whose a live thing is, by its tags. Anything short of all our tags is not ours. */
export function claimOf(tags: StringMap, owner: Owner): Claim {
  if (tags[OWNER_TAGS.managedBy] !== MANAGED_BY) return { kind: 'unmanaged' };
  const id = tags[OWNER_TAGS.controller] ?? '';
  if (id !== owner.controllerId) return { kind: 'other-controller', id };
  const key = tags[OWNER_TAGS.manifest] ?? '';
  return key === owner.key ? { kind: 'ours' } : { kind: 'other-manifest', key };
}

/** True when the manifest asks to take over a live service that is not ours. */
export function wantsAdoption(manifest: FargateService): boolean {
  return manifest.metadata.annotations['evenkeel.dev/adopt'] === 'true';
}

/** True when the manifest itself says that nothing is to be written. */
export function isSuspended(manifest: FargateService): boolean {
  return manifest.metadata.annotations['evenkeel.dev/suspend'] === 'true';
}

/** Tags of AWS itself (`aws:…`) are neither ours nor a person's. */
export function isAwsTag(key: string): boolean {
  return key.toLowerCase().startsWith('aws:');
}

/** True for what we note on live things for ourselves: a difference in it is put right, and is no news to anybody. */
export function isBookkeeping(path: string): boolean {
  return path === `tags[${OWNER_TAGS.specHash}]` || path === `tags[${OWNER_TAGS.generation}]`;
}
