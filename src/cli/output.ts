import { appendFile } from 'node:fs/promises';
import type { JsonObject } from '../lib/json.ts';
import { jsonText } from './plan-json.ts';
import { note, type Session, say } from './session.ts';
import { oneLine } from './text.ts';

/** GitHub refuses a longer summary of one step. */
const MAX_STEP_SUMMARY_BYTES = 1024 * 1024;

/** Prints an object for machines, as `-o json` or `-o yaml`. */
export async function sayObject(session: Session, value: JsonObject): Promise<void> {
  if (session.flags.output !== 'yaml') {
    say(session, jsonText(value, 'pretty'));
    return;
  }
  const { stringify } = await import('yaml');
  // Through JSON first: what is sealed or undefined is gone before YAML sees it.
  say(session, stringify(JSON.parse(jsonText(value, 'line'))).trimEnd());
}

/** Adds Markdown to the page of the GitHub Actions run; elsewhere does nothing. Failing to is not worth failing for. */
export async function addStepSummary(session: Session, markdown: string): Promise<void> {
  const path = session.screen.stepSummary;
  if (path === undefined || Buffer.byteLength(markdown) > MAX_STEP_SUMMARY_BYTES) return;
  try {
    await appendFile(path, `${markdown}\n`);
  } catch (thrown) {
    note(session, `evenkeel: no step summary: ${oneLine(String(thrown))}`);
  }
}
