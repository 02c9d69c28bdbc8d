import { EXIT } from './exit-codes.ts';
import { findTarget } from './manifests.ts';
import { fileFlags, hint, type Session, say } from './session.ts';
import { oneLine } from './text.ts';

/** `evenkeel suspend NAME`: marks the live service; no controller writes to it until `resume`. */
export async function runSuspend(session: Session): Promise<number> {
  const name = session.args[0]!;
  await using program = await (await session.host()).program(session.input);
  const target = await findTarget(session, program, name);
  const reason = session.flags.reason ?? 'by hand';
  await program.suspend(target, reason, session.signal);
  say(session, oneLine(`${target.service} of ${target.cluster} is suspended: ${reason}`));
  const where = session.flags.file === undefined ? `--cluster ${target.cluster}` : fileFlags(session.flags);
  hint(session, 'Undo', [`evenkeel resume ${name} ${where}`]);
  return EXIT.done;
}

/** `evenkeel resume NAME` */
export async function runResume(session: Session): Promise<number> {
  await using program = await (await session.host()).program(session.input);
  const target = await findTarget(session, program, session.args[0]!);
  await program.resume(target, session.signal);
  say(session, `${target.service} of ${target.cluster} is managed again`);
  return EXIT.done;
}
