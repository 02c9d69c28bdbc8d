import type { Manifests, Program, ServiceTarget } from '../app/program.ts';
import { UsageError } from '../lib/errors.ts';
import { nearest } from '../lib/suggest.ts';
import { nameOf } from '../manifest/key.ts';
import type { LoadedManifest } from '../manifest/load.ts';
import { type ManifestError, ManifestsInvalid } from '../manifest/manifest-error.ts';
import { printAnnotations, printManifestErrors } from './print-errors.ts';
import { note, type Session } from './session.ts';
import type { InputStream } from './terminal.ts';

/** Reads what `-f` names. Throws `UsageError` without `-f`; what is wrong inside is in `errors`. */
export async function readManifests(session: Session, program: Program): Promise<Manifests> {
  const paths = session.flags.file ?? [];
  if (paths.length === 0) throw new UsageError('which manifests? pass -f PATH (a file, a directory, or - for stdin)');
  const stdin = paths.includes('-') ? await readAll(session.terminal.stdin) : undefined;
  const manifests = await program.read(paths, stdin);
  annotate(session, manifests.errors);
  return manifests;
}

/** As `readManifests`, for commands that go on to AWS: throws `ManifestsInvalid` on any error, shows the warnings. */
export async function readValidManifests(session: Session, program: Program): Promise<readonly LoadedManifest[]> {
  const { manifests, errors } = await readManifests(session, program);
  if (errors.some(({ severity }) => severity === 'error')) throw new ManifestsInvalid(errors);
  if (session.flags.quiet !== true) note(session, printManifestErrors(errors, session.screen.stderr));
  return manifests;
}

function annotate(session: Session, errors: readonly ManifestError[]): void {
  if (session.screen.githubActions) note(session, printAnnotations(errors));
}

async function readAll(stream: InputStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

/** The manifest that a name on the command line means: its key, its name or its ECS service. */
export function findManifest(manifests: readonly LoadedManifest[], name: string): LoadedManifest {
  const exact = manifests.find(({ key }) => key === name);
  if (exact !== undefined) return exact;
  const found = manifests.filter(({ key, manifest }) => nameOf(key) === name || manifest.spec.serviceName === name);
  if (found.length === 1) return found[0]!;
  if (found.length > 1) {
    throw new UsageError(`'${name}' could be ${found.map(({ key }) => key).join(' or ')}: say which`);
  }
  const meant = nearest(
    name,
    manifests.map(({ key }) => nameOf(key)),
  );
  throw new UsageError(`no manifest is called '${name}'${meant === undefined ? '' : `; did you mean '${meant}'?`}`);
}

/** The live service a person means: by its manifest (`-f`), or by `--cluster` and the name in ECS. */
export async function findTarget(session: Session, program: Program, name: string): Promise<ServiceTarget> {
  const { file, cluster, assumeRoleArn } = session.flags;
  if (file === undefined) {
    if (cluster === undefined)
      throw new UsageError(`where is '${name}'? pass -f PATH of its manifest, or --cluster NAME`);
    return {
      cluster,
      service: name,
      region: program.region,
      ...(assumeRoleArn === undefined ? {} : { assumeRoleArn }),
    };
  }
  const { spec } = findManifest(await readValidManifests(session, program), name).manifest;
  const role = assumeRoleArn ?? spec.assumeRoleArn;
  return {
    cluster: cluster ?? spec.cluster,
    service: spec.serviceName,
    region: spec.region,
    ...(role === undefined ? {} : { assumeRoleArn: role }),
  };
}
