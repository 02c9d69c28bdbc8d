import { parseArn } from './arn.ts';
import type { Key } from './key.ts';
import type { LoadedFile, LoadedManifest } from './load.ts';
import type { ManifestError } from './manifest-error.ts';

/**
 * What is wrong with manifests beside each other: one key twice, one live service twice (errors); one task definition
 * family or log group twice (warnings). Whoever comes later by file name, then by position, is at fault, whatever the
 * order of `files`. `file` and `line` of an error are those of the `origin` of the manifest at fault.
 */
export function checkTogether(files: readonly LoadedFile[]): readonly ManifestError[] {
  const errors: ManifestError[] = [];
  const sorted = [...files].sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0));
  const keys = new Map<Key, Holder>();
  const services = new Map<string, Holder>();
  const families = new Map<string, Holder>();
  const groups = new Map<string, Holder>();
  for (const file of sorted) {
    for (const manifest of file.manifests) {
      const conflict = take(keys, manifest.key, manifest) ?? take(services, serviceOf(manifest), manifest);
      if (conflict !== undefined) {
        errors.push(duplicate(manifest, conflict));
        continue;
      }
      const { spec } = manifest.manifest;
      const family = take(families, `${placeOf(manifest)}/${spec.family}`, manifest);
      if (family !== undefined)
        errors.push(shared(manifest, family, 'spec.family', `task definition family '${spec.family}'`));
      if (!spec.logging.enabled) continue;
      const group = take(groups, `${placeOf(manifest)}/${spec.logging.group}`, manifest);
      if (group !== undefined)
        errors.push(shared(manifest, group, 'spec.logging.group', `log group '${spec.logging.group}'`));
    }
    // An invalid document keeps its last good version in force: who comes later may not take its key over.
    for (const key of file.claims) if (!keys.has(key)) keys.set(key, { key, file: file.file, line: 0 });
  }
  return errors;
}

interface Holder {
  readonly key: Key;
  readonly file: string;
  /** 0: an invalid document. */
  readonly line: number;
}

/** The holder that is there already, if any; otherwise `manifest` becomes it. */
function take<K>(holders: Map<K, Holder>, name: K, { key, origin }: LoadedManifest): Holder | undefined {
  const holder = holders.get(name);
  if (holder === undefined) holders.set(name, { key, file: origin.file, line: origin.line });
  return holder;
}

function placeOf({ manifest }: LoadedManifest): string {
  const { account, assumeRoleArn, region } = manifest.spec;
  return `${account ?? parseArn(assumeRoleArn ?? '')?.account ?? ''}/${region}`;
}

function serviceOf(manifest: LoadedManifest): string {
  const { cluster, serviceName } = manifest.manifest.spec;
  return `${placeOf(manifest)}/${cluster}/${serviceName}`;
}

function duplicate(manifest: LoadedManifest, holder: Holder): ManifestError {
  const { spec } = manifest.manifest;
  const where = holder.line === 0 ? `${holder.file}, which is invalid` : `${holder.file}:${holder.line}`;
  if (holder.key === manifest.key) {
    return remark(manifest, 'error', 'metadata.name', `'${manifest.key}' is already defined in ${where}`);
  }
  const service = `service '${spec.serviceName}' in cluster '${spec.cluster}'`;
  return remark(manifest, 'error', 'spec.serviceName', `${service} is already claimed by '${holder.key}' in ${where}`);
}

function shared(manifest: LoadedManifest, holder: Holder, path: string, what: string): ManifestError {
  return remark(manifest, 'warning', path, `${what} is also used by '${holder.key}' in ${holder.file}:${holder.line}`);
}

function remark(
  { origin }: LoadedManifest,
  severity: ManifestError['severity'],
  path: string,
  message: string,
): ManifestError {
  const { file, line } = origin;
  return { severity, file, line, column: 1, length: 1, path, message, frame: [], reason: 'duplicate' };
}
