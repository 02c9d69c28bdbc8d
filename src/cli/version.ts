import { isJsonObject } from '../lib/json.ts';
import { EXIT } from './exit-codes.ts';
import { sayObject } from './output.ts';
import { readPackageFile } from './package-file.ts';
import { type Session, say } from './session.ts';

/** `evenkeel version` */
export async function runVersion(session: Session): Promise<number> {
  const version = versionIn(JSON.parse(await readPackageFile('package.json')));
  const { node } = process.versions;
  const { output } = session.flags;
  if (output === 'json' || output === 'yaml') {
    await sayObject(session, { apiVersion: 'evenkeel.dev/v1', kind: 'Version', version, node });
  } else say(session, `evenkeel ${version} (node ${node})`);
  return EXIT.done;
}

function versionIn(manifest: unknown): string {
  const version = isJsonObject(manifest) ? manifest['version'] : undefined;
  return typeof version === 'string' ? version : 'unknown';
}
