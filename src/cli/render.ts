import type { LoadedManifest } from '../manifest/load.ts';
import { EXIT } from './exit-codes.ts';
import { readValidManifests } from './manifests.ts';
import { type Session, say } from './session.ts';

/** `evenkeel render`: manifests as everything behind the parser sees them. */
export async function runRender(session: Session): Promise<number> {
  await using program = await (await session.host()).program(session.input);
  const manifests = await readValidManifests(session, program);
  say(session, session.flags.output === 'json' ? jsonOf(manifests) : (await yamlOf(manifests)).trimEnd());
  return EXIT.done;
}

/** One manifest as an object, several as an array: what the parser takes back. */
function jsonOf(manifests: readonly LoadedManifest[]): string {
  const documents = manifests.map(({ manifest }) => manifest);
  return JSON.stringify(documents.length === 1 ? documents[0] : documents, undefined, 2);
}

async function yamlOf(manifests: readonly LoadedManifest[]): Promise<string> {
  const { stringify } = await import('yaml');
  return manifests.map(({ manifest }) => `---\n${stringify(manifest)}`).join('');
}
