import { parseKey } from '../manifest/key.ts';
import { EXIT } from './exit-codes.ts';
import { findManifest, readValidManifests } from './manifests.ts';
import { fileFlags, hint, type Session, say } from './session.ts';

/** `evenkeel reconcile NAME`: a pass now, by the daemon; with `--retry` also of what failed before. */
export async function runReconcile(session: Session): Promise<number> {
  const name = session.args[0]!;
  const retry = session.flags.retry === true;
  if (retry && session.flags.file !== undefined) return forgetFailure(session, name);
  const daemon = await (await session.host()).daemon(session.input);
  await daemon.reconcile(parseKey(name), { retry }, session.signal);
  say(session, `${name} will be looked at now${retry ? ', and what failed before is tried again' : ''}`);
  hint(session, 'Next', ['evenkeel get -w', `evenkeel describe ${name}`]);
  return EXIT.done;
}

async function forgetFailure(session: Session, name: string): Promise<number> {
  await using program = await (await session.host()).program(session.input);
  const manifest = findManifest(await readValidManifests(session, program), name);
  const forgotten = await program.forgetFailure(manifest, session.signal);
  say(session, forgotten ? `the failed rollout of ${name} is forgotten` : `${name} has no failed rollout to forget`);
  hint(session, 'Next', [`evenkeel apply ${fileFlags(session.flags)}`]);
  return EXIT.done;
}
