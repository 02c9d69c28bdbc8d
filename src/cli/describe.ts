import { UsageError } from '../lib/errors.ts';
import { EXIT } from './exit-codes.ts';
import { sayObject } from './output.ts';
import { statusJson } from './plan-json.ts';
import { printDescription } from './print-describe.ts';
import { isNamed } from './print-table.ts';
import { type Session, say } from './session.ts';
import { createStatusReader } from './statuses.ts';

/** `evenkeel describe NAME`: everything known of one service. */
export async function runDescribe(session: Session): Promise<number> {
  const name = session.args[0]!;
  await using reader = await createStatusReader(session);
  const found = (await reader.read()).filter((status) => isNamed(status, name));
  const listed = found.find(({ key }) => key === name) ?? found[0];
  if (listed === undefined) throw new UsageError(`no service is called '${name}'`);
  if (found.length > 1 && listed.key !== name) {
    throw new UsageError(`'${name}' could be ${found.map(({ key }) => key).join(' or ')}: say which`);
  }
  const status = await reader.whole(listed);
  const { output, full } = session.flags;
  if (output === 'json' || output === 'yaml') await sayObject(session, statusJson(status));
  else {
    const nowMs = session.terminal.clock.now();
    say(session, printDescription(status, session.screen.stdout, { nowMs, full: full === true }));
  }
  return EXIT.done;
}
