import { BuildFailed, EngineUnavailable, PushFailed } from './build-errors.ts';
import type { CodeBuildPlace, RemoteBuild } from './codebuild-aws.ts';
import type { RemoteLog } from './codebuild-log.ts';
import { CHECK_ARCHITECTURE, DOCKER_BUILD, DOCKER_PUSH } from './codebuild-script.ts';
import { buildFailedAt, buildFailureOf, pushFailureOf } from './engine-words.ts';

const ENGINE = 'codebuild';
const MAX_SAID = 600;

interface Said {
  /** `BUILD`, …; undefined when no phase says that it failed. */
  readonly phase: string | undefined;
  /** In CodeBuild's words, which repeat the command. */
  readonly message: string;
}

/** The error that a build which ended without success is. `log` has been read to its end. */
export function failureOf(build: RemoteBuild, place: CodeBuildPlace, log: RemoteLog): Error {
  const said = saidOf(build, (text) => log.masked(text));
  if (build.buildStatus === 'FAILED') return failed(build, place, log, said);
  return unavailable(build, log, said, endingOf(build, place, inPhase(said)));
}

function endingOf({ buildStatus = 'nothing known' }: RemoteBuild, { project }: CodeBuildPlace, where: string): string {
  const endings: Readonly<Record<string, string>> = {
    TIMED_OUT: `timed out${where}: its project, ${project}, says how long it may take`,
    STOPPED: `was stopped in CodeBuild${where}, not by this controller`,
    FAULT: `ended${where} by a fault of CodeBuild's own`,
  };
  return endings[buildStatus] ?? `ended as ${buildStatus}`;
}

function failed(build: RemoteBuild, place: CodeBuildPlace, log: RemoteLog, said: Said): Error {
  const { message, phase } = said;
  const at = `CodeBuild build ${build.id}, phase ${phase ?? 'unknown'}: ${message}${unread(log)}`;
  if (message.includes(DOCKER_PUSH)) {
    const last = log.tail.at(-1) ?? 'no reason given';
    return new PushFailed(pushFailureOf(log.tail.join('\n')), log.tail, `pushing the image failed: ${last} (${at})`);
  }
  if (message.includes(CHECK_ARCHITECTURE)) {
    const why = 'the image is not for the architecture the task runs on: the base image decides';
    return new BuildFailed('wrong-architecture', undefined, log.tail, `${why} (${at})`);
  }
  if (message.includes(DOCKER_BUILD) || phase === 'BUILD') {
    const kind = buildFailureOf(log.tail.join('\n'));
    return new BuildFailed(kind, log.step, log.tail, `${buildFailedAt(log.step, log.tail)} (${at})`);
  }
  return unavailable(build, log, said, `failed${inPhase(said)}${remedy(phase, place)}`);
}

/** What most often is missing where our own commands have not begun, or cannot. */
function remedy(phase: string | undefined, { project, bucket, prefix }: CodeBuildPlace): string {
  const objects = `arn:aws:s3:::${[bucket, prefix, '*'].filter((part) => part !== '').join('/')}`;
  const role = `the service role of ${project} needs`;
  if (phase === 'DOWNLOAD_SOURCE') return `: ${role} s3:GetObject on ${objects}`;
  if (phase !== 'PRE_BUILD') return '';
  return `: ${role} ecr:GetAuthorizationToken, and its image Docker, tar and the AWS command line`;
}

function unavailable(build: RemoteBuild, log: RemoteLog, { message }: Said, what: string): EngineUnavailable {
  const last = log.tail.at(-1);
  const details = [message, ...(last === undefined ? [] : [`last line: ${last}`])].filter((text) => text !== '');
  const told = details.length === 0 ? '' : ` (${details.join('; ')})`;
  return new EngineUnavailable(ENGINE, `CodeBuild build ${build.id} ${what}${told}${unread(log)}`);
}

function saidOf({ phases = [] }: RemoteBuild, masked: (text: string) => string): Said {
  const failing = phases.find(({ phaseStatus = 'SUCCEEDED' }) => phaseStatus !== 'SUCCEEDED');
  const message = (failing?.contexts ?? []).map((context) => context.message?.trim() ?? '').find((text) => text !== '');
  return { phase: failing?.phaseType, message: cut(masked(message ?? '')) };
}

function cut(text: string): string {
  return text.length <= MAX_SAID ? text : `${text.slice(0, MAX_SAID)}…`;
}

function inPhase({ phase }: Said): string {
  return phase === undefined ? '' : ` in its ${phase} phase`;
}

function unread({ trouble }: RemoteLog): string {
  return trouble === undefined ? '' : ` [its log could not be read: ${trouble}]`;
}
