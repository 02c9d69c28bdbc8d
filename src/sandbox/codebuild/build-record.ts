import type { BuildPhase, StartBuildInput } from '../../aws/codebuild-operations.ts';

/** The phases every build goes through, in order. */
export const PHASES = [
  'SUBMITTED',
  'QUEUED',
  'PROVISIONING',
  'DOWNLOAD_SOURCE',
  'INSTALL',
  'PRE_BUILD',
  'BUILD',
  'POST_BUILD',
  'UPLOAD_ARTIFACTS',
  'FINALIZING',
  'COMPLETED',
] as const;
export type PhaseName = (typeof PHASES)[number];
/** What a build, or a phase of it, came to. */
export type Ending = 'SUCCEEDED' | 'FAILED' | 'FAULT' | 'TIMED_OUT' | 'STOPPED';

/** Why a phase did not succeed, as its contexts have it. */
export interface Failure {
  readonly ending: Exclude<Ending, 'SUCCEEDED'>;
  readonly code: string;
  readonly message: string;
}

export interface BuildRecord {
  /** `<project>:<uuid>` */
  readonly id: string;
  readonly number: number;
  readonly input: StartBuildInput;
  readonly startedAt: Date;
  endedAt: Date | undefined;
  status: Ending | 'IN_PROGRESS';
  /** The last one is under way until the build has ended. */
  readonly phases: (BuildPhase & { readonly phaseType: PhaseName; readonly startTime: Date })[];
  /** Of the image that was put. */
  digest: string | undefined;
}

export interface ProjectRecord {
  readonly project: { readonly name: string } & Readonly<Record<string, unknown>>;
  builds: number;
}

export interface BuildState {
  /** By name. */
  readonly projects: Map<string, ProjectRecord>;
  /** By id, oldest first. */
  readonly builds: Map<string, BuildRecord>;
}

export function variableOf({ environmentVariablesOverride }: StartBuildInput, wanted: string): string | undefined {
  return environmentVariablesOverride?.find(({ name }) => name === wanted)?.value;
}
