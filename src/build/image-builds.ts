import type { BuildProgress } from './builder.ts';
import type { Platform } from './context-hash.ts';

/** What is to be built, from where. */
export interface BuildOrder {
  /** Context and Dockerfile must lie under this directory, links resolved. */
  readonly root: string;
  /** Relative to `root`. */
  readonly context: string;
  /** Relative to the context. */
  readonly dockerfile: string;
  readonly target?: string;
  readonly args: Readonly<Record<string, string>>;
  readonly platform: Platform;
  readonly template?: 'strands-agent';
}

/** Where a built image goes. */
export interface PushTarget {
  /** Registry host and repository: `123456789012.dkr.ecr.us-east-1.amazonaws.com/agent`. */
  readonly repositoryUri: string;
  readonly tag: string;
  /** Asked for when the push begins, fresh each time. */
  readonly credentials: (signal: AbortSignal) => Promise<{ readonly username: string; readonly password: string }>;
}

/** Builds images from folders of code. */
export interface ImageBuilds {
  /** The tag of the content: equal for equal content, whatever the files' times. Throws `BuildRefused`. */
  tagOf(order: BuildOrder, signal: AbortSignal): Promise<string>;
  /**
   * Builds and pushes; orders of the same content and target share one build, which ends early only when all who wait for
   * it have aborted. Throws what the builder throws.
   */
  buildAndPush(
    order: BuildOrder,
    target: PushTarget,
    on: (progress: BuildProgress) => void,
    signal: AbortSignal,
  ): Promise<{ readonly digest: string }>;
}
