import { hashOf } from '../../src/lib/hash.ts';
import { type Key, parseKey } from '../../src/manifest/key.ts';
import type { LoadedFile, LoadedManifest } from '../../src/manifest/load.ts';
import type { ManifestError } from '../../src/manifest/manifest-error.ts';
import type { FargateService } from '../../src/manifest/types.ts';
import { fileError } from '../../src/source/read-failure.ts';

/**
 * A language of one line a document, so that tests say what matters: `name value`, `name value service=other`,
 * `name !` (invalid, but names its key), `???` (cannot be read at all), `warn`, `# comment`.
 */
export function loadLines(file: string, bytes: Uint8Array): LoadedFile {
  const lines = new TextDecoder().decode(bytes).split('\n');
  const manifests: LoadedManifest[] = [];
  const errors: ManifestError[] = [];
  const claims: Key[] = [];
  let opaque = false;
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const [name = '', value = '', service] = line.trim().split(/\s+/);
    if (name === '???') opaque = true;
    if (name === '???' || value === '!' || value === '') errors.push(fileError(file, 'invalid', { reason: 'parse' }));
    if (name === '???') continue;
    if (value === '!' || value === '') claims.push(parseKey(name));
    else
      manifests.push(manifestOf(file, index + 1, { name, value, service: service?.slice('service='.length) ?? name }));
    if (value === 'warn') errors.push({ ...fileError(file, 'odd', { reason: 'semantic' }), severity: 'warning' });
  }
  return { file, manifests, errors, claims, opaque };
}

export interface Line {
  readonly name: string;
  readonly value: string;
  readonly service: string;
}

export function manifestOf(file: string, line: number, { name, value, service }: Line): LoadedManifest {
  // The source reads no more of a manifest than which live service it is about.
  const spec = {
    region: 'eu-west-1',
    cluster: 'main',
    serviceName: service,
    family: name,
    logging: { enabled: false },
    tags: { value },
  };
  const manifest = { metadata: { name, namespace: 'default' }, spec } as unknown as FargateService;
  return {
    key: parseKey(name),
    manifest,
    hash: hashOf({ name, value, service }),
    origin: { file, line, document: line - 1 },
  };
}

export function markOf(loaded: LoadedManifest): string {
  return loaded.manifest.spec.tags['value'] ?? '';
}
