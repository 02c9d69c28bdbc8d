import type { LoadedManifest } from '../../src/manifest/load.ts';
import { simpleManifest } from '../support/rig.ts';
import { CANARIES } from './canary.ts';

const known = new Map<string, LoadedManifest>();

/** A small valid manifest with secrets in it; the same parts give the very same manifest. */
export function web(spec: object = {}, metadata: object = {}): LoadedManifest {
  const name = JSON.stringify([spec, metadata]);
  const loaded = known.get(name) ?? simpleManifest({ container: container(), ...spec }, metadata);
  known.set(name, loaded);
  return loaded;
}

/** Its container, with more environment. */
export function container(environment: Readonly<Record<string, string>> = {}): object {
  const secret = { API_TOKEN: CANARIES[0], DATABASE_PASSWORD: CANARIES[1] };
  return { name: 'web', healthCheck: { disabled: true }, environment: { ...secret, ...environment } };
}

/** Autoscaling on CPU. */
export function scaled(autoscaling: object = {}, spec: object = {}): LoadedManifest {
  return web({ autoscaling: { minCapacity: 1, maxCapacity: 4, targets: [{ cpu: 70 }], ...autoscaling }, ...spec });
}

/** As `web`, with an image that is built of a folder and pushed to a repository of the same name. */
export function built(folder: string, spec: object = {}, metadata: object = {}): LoadedManifest {
  return web({ image: { build: { context: folder, repository: 'web' } }, ...spec }, metadata);
}
