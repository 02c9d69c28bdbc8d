import { stringify } from 'yaml';
import type { LoadedFile } from '../../src/manifest/load.ts';
import { loadFile } from '../../src/manifest/load-file.ts';
import type { ManifestError } from '../../src/manifest/manifest-error.ts';
import type { FargateService } from '../../src/manifest/types.ts';

/** Loads a text with a few variables set. */
export function load(
  text: string,
  file = 'service.yaml',
  variables: Readonly<Record<string, string>> = {},
): LoadedFile {
  return loadFile({ file, text }, { variables, defaultRegion: 'us-east-1' });
}

type Members = Readonly<Record<string, unknown>>;

/** A valid document as plain data, with `spec` laid over its spec and `metadata` over its metadata. */
export function documentWith(spec: Members = {}, metadata: Members = {}): Members {
  return {
    apiVersion: 'evenkeel.dev/v1',
    kind: 'FargateService',
    metadata: { name: 'agent', ...metadata },
    spec: {
      cluster: 'agents',
      executionRoleArn: 'arn:aws:iam::123456789012:role/execution',
      image: { uri: 'registry.example.com/agent:1.0' },
      network: { subnets: ['subnet-a'], securityGroups: ['sg-a'] },
      ...spec,
    },
  };
}

/** The same as YAML. */
export function yamlWith(spec: Members = {}, metadata: Members = {}): string {
  return stringify(documentWith(spec, metadata), { aliasDuplicateObjects: false, lineWidth: 0 });
}

/** The one manifest of a text that must be valid. */
export function manifestOf(text: string, file?: string, variables?: Readonly<Record<string, string>>): FargateService {
  const { manifests, errors } = load(text, file, variables);
  if (manifests.length !== 1) throw new Error(`expected one manifest: ${JSON.stringify(errors, null, 1)}`);
  return manifests[0]!.manifest;
}

/** `path: message` of what is wrong with a spec. */
export function complaints(spec: Members, metadata: Members = {}): readonly string[] {
  return load(yamlWith(spec, metadata)).errors.map(shortForm);
}

/** `path: message (help)`, warnings with a `?` in front. */
export function shortForm({ severity, path, message, help }: ManifestError): string {
  return `${severity === 'warning' ? '? ' : ''}${path}: ${message}${help === undefined ? '' : ` (${help})`}`;
}
