import { renderYaml } from '../manifest/render.ts';
import { EXIT } from './exit-codes.ts';
import { readValidManifests } from './manifests.ts';
import { type Session, say } from './session.ts';

/** `evenkeel render`: manifests in their long form, defaults written out. The YAML can be loaded again. */
export async function runRender(session: Session): Promise<number> {
  await using program = await (await session.host()).program(session.input);
  const manifests = await readValidManifests(session, program);
  const texts = manifests.map(({ manifest }) => renderYaml(manifest));
  if (session.flags.output === 'json') say(session, await listOf(texts));
  else
    say(
      session,
      texts
        .map((text) => `---\n${text}`)
        .join('')
        .trimEnd(),
    );
  return EXIT.done;
}

/** By way of the YAML, which knows how the long form is written. Always a list, so that a reader needs one case. */
async function listOf(texts: readonly string[]): Promise<string> {
  const { parse } = await import('yaml');
  const items: readonly unknown[] = texts.map((text): unknown => parse(text));
  return JSON.stringify({ apiVersion: 'evenkeel.dev/v1', kind: 'FargateServiceList', items }, undefined, 2);
}
