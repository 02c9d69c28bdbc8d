/** No engine to build with, or it went away while it worked. The message says what is missing and how to get it. */
export class EngineUnavailable extends Error {
  override readonly name = 'EngineUnavailable';
  readonly engine: string;

  constructor(engine: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.engine = engine;
  }
}

/**
 * - step: a line of the Dockerfile ended with an error; the same again would fail again.
 * - base-image: the engine could not fetch what `FROM` names.
 * - disk-full: the engine has no room left.
 * - wrong-architecture: built, but not for the platform the task runs on.
 */
export type BuildFailure = 'step' | 'base-image' | 'disk-full' | 'wrong-architecture';

/** The engine ran, and the build did not succeed. */
export class BuildFailed extends Error {
  override readonly name = 'BuildFailed';
  readonly kind: BuildFailure;
  /** The step that failed, as the Dockerfile has it; undefined when it is not known. */
  readonly step: string | undefined;
  /** The last lines the engine wrote, at most 50, secrets masked. */
  readonly logTail: readonly string[];

  constructor(kind: BuildFailure, step: string | undefined, logTail: readonly string[], message: string) {
    super(message);
    this.kind = kind;
    this.step = step;
    this.logTail = logTail;
  }
}

export type PushFailure = 'denied' | 'expired-token' | 'tag-exists' | 'registry-down' | 'disk-full' | 'unknown';

/** The image was not seen to arrive. */
export class PushFailed extends Error {
  override readonly name = 'PushFailed';
  readonly kind: PushFailure;
  /** `unknown`: the tag may have been written all the same; only the registry can tell, by the digest it has. */
  readonly effect: 'none' | 'unknown';
  readonly logTail: readonly string[];

  constructor(kind: PushFailure, logTail: readonly string[], message: string) {
    super(message);
    this.kind = kind;
    this.effect = kind === 'registry-down' || kind === 'unknown' ? 'unknown' : 'none';
    this.logTail = logTail;
  }
}
