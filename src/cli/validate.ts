import type { Manifests } from '../app/program.ts';
import type { ManifestError } from '../manifest/manifest-error.ts';
import { EXIT } from './exit-codes.ts';
import { readManifests } from './manifests.ts';
import { addStepSummary, sayObject } from './output.ts';
import { validationJson } from './plan-json.ts';
import { manifestsLine, placeOf, printManifestErrors } from './print-errors.ts';
import { type Session, say } from './session.ts';
import { oneLine } from './text.ts';

/** `evenkeel validate`: offline; exits 3 on any error, 0 on warnings. */
export async function runValidate(session: Session): Promise<number> {
  await using program = await (await session.host()).program(session.input);
  const manifests = await readManifests(session, program);
  const { output } = session.flags;
  if (output === 'json' || output === 'yaml') await sayObject(session, validationJson(manifests));
  else sayText(session, manifests);
  if (manifests.errors.length > 0) await addStepSummary(session, summaryMarkdown(manifests.errors));
  return manifests.errors.some(({ severity }) => severity === 'error') ? EXIT.invalid : EXIT.done;
}

function sayText(session: Session, manifests: Manifests): void {
  const look = session.screen.stdout;
  const errors = printManifestErrors(manifests.errors, look);
  say(session, errors === '' ? '' : `${errors}\n`);
  say(session, manifestsLine(manifests, look));
}

function summaryMarkdown(errors: readonly ManifestError[]): string {
  const lines = errors.slice(0, 100).map((error) => `${placeOf(error)} ${error.severity} ${oneLine(error.message)}`);
  return ['### evenkeel validate', '', ...lines.map((line) => `    ${line}`)].join('\n');
}
