/** A build as CodeBuild describes it, as far as it matters here; names are CodeBuild's own. */
export interface RemoteBuild {
  /** `<project>:<uuid>` */
  readonly id?: string;
  /** IN_PROGRESS | SUCCEEDED | FAILED | FAULT | TIMED_OUT | STOPPED */
  readonly buildStatus?: string;
  readonly phases?: readonly {
    readonly phaseType?: string;
    readonly phaseStatus?: string;
    readonly contexts?: readonly { readonly message?: string }[];
  }[];
  /** Absent until there is a log, or when the project logs elsewhere. */
  readonly logs?: { readonly groupName?: string; readonly streamName?: string };
  readonly environment?: { readonly environmentVariables?: readonly RemoteVariable[] };
  readonly exportedEnvironmentVariables?: readonly RemoteVariable[];
}
export interface RemoteVariable {
  readonly name?: string;
  readonly value?: string;
}

/** A build to start; members are those of CodeBuild's StartBuild. */
export interface RemoteOrder {
  readonly [member: string]: unknown;
  readonly projectName: string;
}

interface Options {
  readonly signal: AbortSignal;
}
interface ObjectRef {
  readonly bucket: string;
  readonly key: string;
}

/** What building in CodeBuild takes of one account and region of AWS. */
export interface CodeBuildAws {
  readonly region: string;
  readonly codeBuild: {
    /** Undefined: there is no such project. */
    startBuild(order: RemoteOrder, options: Options): Promise<RemoteBuild | undefined>;
    /** Undefined only when CodeBuild itself does not know the build. */
    describeBuild(id: string, options: Options): Promise<RemoteBuild | undefined>;
    /** Newest first. Undefined: there is no such project. */
    newestBuilds(project: string, options: Options): Promise<readonly RemoteBuild[] | undefined>;
    stopBuild(id: string, options: Options): Promise<void>;
  };
  readonly s3: {
    hasObject(ref: ObjectRef, options: Options): Promise<boolean>;
    /** False: there is no such bucket. */
    putObject(ref: ObjectRef, body: Uint8Array, options: Options): Promise<boolean>;
  };
  readonly logs: {
    /** What the stream has from `place` on. Undefined: it is not there, or not yet. */
    readStream(
      stream: { readonly group: string; readonly stream: string },
      place: string | undefined,
      options: Options,
    ): Promise<{ readonly messages: readonly string[]; readonly place: string | undefined } | undefined>;
  };
}

/** Where builds are made, as the configuration names it. */
export interface CodeBuildPlace {
  readonly project: string;
  /** For `linux/arm64`; absent: the same. CodeBuild builds what its own machine is. */
  readonly arm64Project?: string;
  readonly bucket: string;
  /** Of the keys of objects; without a slash at its end. May be empty. */
  readonly prefix: string;
}
