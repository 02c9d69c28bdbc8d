import type { Call, OpenShape } from './shape.ts';

export interface BuildVariable {
  readonly name?: string;
  readonly value?: string;
  /** PLAINTEXT | PARAMETER_STORE | SECRETS_MANAGER */
  readonly type?: string;
}

export interface BuildPhase extends OpenShape {
  /** SUBMITTED | QUEUED | PROVISIONING | DOWNLOAD_SOURCE | INSTALL | PRE_BUILD | BUILD | POST_BUILD | UPLOAD_ARTIFACTS | FINALIZING | COMPLETED */
  readonly phaseType?: string;
  /** Absent while it is under way. SUCCEEDED | FAILED | FAULT | TIMED_OUT | STOPPED */
  readonly phaseStatus?: string;
  readonly contexts?: readonly { readonly statusCode?: string; readonly message?: string }[];
  readonly durationInSeconds?: number;
}

export interface CodeBuildBuild extends OpenShape {
  /** `<project>:<uuid>` */
  readonly id?: string;
  readonly projectName?: string;
  /** IN_PROGRESS | SUCCEEDED | FAILED | FAULT | TIMED_OUT | STOPPED */
  readonly buildStatus?: string;
  readonly buildComplete?: boolean;
  readonly currentPhase?: string;
  readonly phases?: readonly BuildPhase[];
  /** The stream exists from the PROVISIONING phase on, unless the project logs elsewhere. */
  readonly logs?: { readonly groupName?: string; readonly streamName?: string } & OpenShape;
  readonly environment?: { readonly environmentVariables?: readonly BuildVariable[] } & OpenShape;
  readonly exportedEnvironmentVariables?: readonly BuildVariable[];
}

export interface StartBuildInput extends OpenShape {
  readonly projectName: string;
  /** The same call within five minutes answers the build it started; with other parameters it is refused. */
  readonly idempotencyToken?: string;
  readonly sourceTypeOverride?: string;
  /** Of a source in S3: `<bucket>/<path>/<object>.zip`. */
  readonly sourceLocationOverride?: string;
  readonly artifactsOverride?: { readonly type: string };
  /** YAML, or JSON, which is YAML too. */
  readonly buildspecOverride?: string;
  readonly environmentVariablesOverride?: readonly BuildVariable[];
  readonly privilegedModeOverride?: boolean;
}

/** The operations of AWS CodeBuild that Evenkeel uses. */
export interface CodeBuildOperations {
  'codebuild:StartBuild': Call<StartBuildInput, { readonly build?: CodeBuildBuild }>;
  'codebuild:BatchGetBuilds': Call<
    { readonly ids: readonly string[] },
    { readonly builds?: readonly CodeBuildBuild[]; readonly buildsNotFound?: readonly string[] }
  >;
  'codebuild:ListBuildsForProject': Call<
    { readonly projectName: string; readonly sortOrder?: string; readonly nextToken?: string },
    { readonly ids?: readonly string[]; readonly nextToken?: string }
  >;
  'codebuild:StopBuild': Call<{ readonly id: string }, { readonly build?: CodeBuildBuild }>;
}
