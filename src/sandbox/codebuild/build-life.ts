import { draw, today } from '../environment.ts';
import type { Region } from '../region.ts';
import type { Span } from '../sandbox-options.ts';
import { commandFailed, downloadSource, FAILED_STEP, IMAGE_VARIABLE, runCommands } from './build-commands.ts';
import { print, printOwn } from './build-log.ts';
import { type BuildRecord, type Ending, type Failure, PHASES, type PhaseName, variableOf } from './build-record.ts';

/** Has a build that was submitted live its life. */
export function beginLife(region: Region, build: BuildRecord): void {
  begin(region, build, 'SUBMITTED');
  close(region, build, 'SUCCEEDED');
  enter(region, build, 'QUEUED');
}

/** StopBuild: what the build has done by now stays. */
export function stop(region: Region, build: BuildRecord): void {
  if (build.status === 'IN_PROGRESS') end(region, build, { ending: 'STOPPED', code: 'BUILD_STOPPED', message: '' });
}

function enter(region: Region, build: BuildRecord, phase: PhaseName): void {
  begin(region, build, phase);
  if (phase === 'COMPLETED') {
    finish(region, build, 'SUCCEEDED');
    return;
  }
  if (hasLog(phase)) printOwn(region, build, `Entering phase ${phase}`);
  const span = spanOf(region, phase);
  region.environment.schedule(draw(region.environment, span), () => leave(region, build, phase));
}

/** The stream is made while the build is provisioned (SDK, LogsLocation). */
export function hasLog(phase: PhaseName): boolean {
  return PHASES.indexOf(phase) >= PHASES.indexOf('PROVISIONING');
}

function leave(region: Region, build: BuildRecord, phase: PhaseName): void {
  if (build.status !== 'IN_PROGRESS') return;
  const failure = ordered(region, build, phase) ?? work(region, build, phase);
  if (failure !== undefined) {
    end(region, build, failure);
    return;
  }
  close(region, build, 'SUCCEEDED');
  enter(region, build, PHASES[PHASES.indexOf(phase) + 1] ?? 'COMPLETED');
}

function work(region: Region, build: BuildRecord, phase: PhaseName): Failure | undefined {
  if (phase === 'DOWNLOAD_SOURCE') return downloadSource(region, build);
  return phase === 'BUILD' ? runCommands(region, build) : undefined;
}

/** What a fault rule makes of the phase. */
function ordered(region: Region, build: BuildRecord, phase: PhaseName): Failure | undefined {
  const image = variableOf(build.input, IMAGE_VARIABLE);
  if (phase !== 'BUILD') return undefined;
  const struck = region.environment.faults.strike('build-failure', () => ({
    region: region.name,
    services: [],
    families: [],
    securityGroups: [],
    images: image === undefined ? [] : [image],
  }));
  if (struck === undefined) return undefined;
  const { status = 'FAILED', reason } = struck.fault;
  print(region, build, FAILED_STEP);
  if (status === 'FAILED' && reason === undefined) return commandFailed(build, 'docker build');
  const code = status === 'TIMED_OUT' ? 'BUILD_TIMED_OUT' : 'COMMAND_EXECUTION_ERROR';
  return { ending: status, code, message: reason ?? WORDS[status] };
}

const WORDS = {
  FAILED: 'Reason: exit status 1',
  FAULT: 'Internal Service Error',
  TIMED_OUT: 'Build has timed out. ',
} as const;

function end(region: Region, build: BuildRecord, failure: Failure): void {
  close(region, build, failure.ending, [{ statusCode: failure.code, message: failure.message }]);
  finish(region, build, failure.ending);
}

function begin(region: Region, build: BuildRecord, phaseType: PhaseName): void {
  build.phases.push({ phaseType, startTime: today(region.environment) });
}

function close(region: Region, build: BuildRecord, phaseStatus: Ending, contexts: Failures = []): void {
  const phase = build.phases.pop();
  if (phase === undefined) return;
  const endTime = today(region.environment);
  const durationInSeconds = Math.round((endTime.getTime() - phase.startTime.getTime()) / 1000);
  build.phases.push({ ...phase, phaseStatus, endTime, durationInSeconds, contexts });
  if (hasLog(phase.phaseType)) {
    printOwn(region, build, `Phase complete: ${phase.phaseType} State: ${phaseStatus}`);
    const [context] = contexts;
    if (context !== undefined) {
      const said = `Phase context status code: ${context.statusCode} Message: ${context.message}`;
      printOwn(region, build, said);
    }
  }
}
type Failures = readonly { readonly statusCode: string; readonly message: string }[];

function finish(region: Region, build: BuildRecord, ending: Ending): void {
  if (build.phases.at(-1)?.phaseType !== 'COMPLETED') begin(region, build, 'COMPLETED');
  build.status = ending;
  build.endedAt = today(region.environment);
}

function spanOf({ environment: { options } }: Region, phase: PhaseName): Span {
  if (phase === 'QUEUED') return options.buildQueuedMs;
  if (phase === 'PROVISIONING') return options.buildProvisioningMs;
  return phase === 'BUILD' ? options.buildMs : options.buildPhaseMs;
}
