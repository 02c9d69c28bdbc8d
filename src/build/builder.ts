import type { BuildContext } from './build-context.ts';
import type { Platform } from './context-hash.ts';

/** An engine that makes images. Every promise rejects with the signal's reason on abort, and leaves nothing running. */
export interface Builder {
  readonly name: string;
  /** Whether it can be used here and now. Does not throw for an engine that is absent. */
  available(signal: AbortSignal): Promise<Availability>;
  /** Throws BuildRefused, BuildFailed, EngineUnavailable, ContextChanged. */
  build(request: BuildRequest, on: (progress: BuildProgress) => void, signal: AbortSignal): Promise<BuiltImage>;
  /**
   * Sends the image under the tag; answers with the digest the registry now has for it. Throws PushFailed,
   * EngineUnavailable. After a PushFailed whose `effect` is `unknown`, only the registry knows: look the tag up.
   */
  push(
    built: BuiltImage,
    to: Destination,
    on: (progress: BuildProgress) => void,
    signal: AbortSignal,
  ): Promise<{ readonly digest: string }>;
  /** `amd64`, `arm64`, …: as the image says. */
  inspectArchitecture(built: BuiltImage, signal: AbortSignal): Promise<string>;
  /** Lets go of the local image; layers that later builds can reuse stay where the engine can keep them. Never throws for an image that is gone. */
  discard(built: BuiltImage, signal: AbortSignal): Promise<void>;
}

export type Availability =
  | { readonly kind: 'available'; readonly detail: string }
  /** `why` names what is missing, `remedy` how to get it: full sentences. */
  | { readonly kind: 'missing'; readonly why: string; readonly remedy: string };

export interface BuildRequest {
  readonly context: BuildContext;
  /** Stage of the Dockerfile. */
  readonly target?: string;
  /** Visible in the image's history, as with any engine: not for secrets. */
  readonly args: Readonly<Record<string, string>>;
  readonly platform: Platform;
  readonly labels: Readonly<Record<string, string>>;
  /** Network of `RUN`; default: the engine's own. */
  readonly buildNetwork?: 'default' | 'host' | 'none';
}

export interface BuiltImage {
  /** `sha256:…` of the image configuration, as the engine names it. */
  readonly imageId: string;
  /** A name by which the engine knows it. */
  readonly localRef: string;
  readonly sizeBytes?: number;
}

export interface Destination {
  /** Host and port: `123456789012.dkr.ecr.us-east-1.amazonaws.com`. */
  readonly registry: string;
  readonly repository: string;
  readonly tag: string;
  /** Undefined: the registry lets anyone push. */
  readonly credentials?: { readonly username: string; readonly password: string };
}

export type BuildProgress =
  /** Told when a step begins, and once more with `cached` when it turns out to be. Numbers count within a stage. */
  | { readonly kind: 'step'; readonly n: number; readonly of: number; readonly text: string; readonly cached: boolean }
  /** `layers` were sent, `present` were there already. */
  | { readonly kind: 'pushed'; readonly layers: number; readonly present: number; readonly bytes?: number }
  | { readonly kind: 'done'; readonly seconds: number; readonly sizeBytes?: number; readonly cachedSteps: number };
