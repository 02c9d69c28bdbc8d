import type { BuildFailure, PushFailure } from './build-errors.ts';

/**
 * What engines and registries say, in order of precedence. Texts are those of Docker's `distribution` errors, of ECR's
 * registry front, of containers/image (buildah, podman) and of Go's network errors.
 */
const PUSH_WORDS: readonly (readonly [RegExp, PushFailure])[] = [
  [/token has expired|expired token|token is expired/i, 'expired-token'],
  [/tag .* already exists|cannot be overwritten because|tag is immutable|TAG_ALREADY_EXISTS/i, 'tag-exists'],
  [/no space left on device|disk quota exceeded/i, 'disk-full'],
  [
    /\bdenied\b|unauthorized|authentication required|no basic auth credentials|invalid username\/password|\b40[13]\b/i,
    'denied',
  ],
  [
    /connection refused|connection reset|no such host|i\/o timeout|TLS handshake timeout|server misbehaving/i,
    'registry-down',
  ],
  [/\b(500|502|503|504)\b|unexpected EOF|: EOF|broken pipe|deadline exceeded|unreachable/i, 'registry-down'],
];

const BUILD_WORDS: readonly (readonly [RegExp, BuildFailure])[] = [
  [/no space left on device|disk quota exceeded/i, 'disk-full'],
  [
    /pull access denied|manifest (for .* not found|unknown)|failed to resolve source metadata|creating build container/i,
    'base-image',
  ],
  [/failed to do request|error (pulling image|initializing source)|Error response from daemon: Get "/i, 'base-image'],
];

const ENGINE_GONE =
  /Cannot connect to the Docker daemon|error during connect|Is the docker daemon running|error reading from server: EOF|code = Unavailable|^(ERROR: )?(unexpected )?EOF$/im;

export function pushFailureOf(log: string): PushFailure {
  return PUSH_WORDS.find(([words]) => words.test(log))?.[1] ?? 'unknown';
}

export function buildFailureOf(log: string): BuildFailure {
  return BUILD_WORDS.find(([words]) => words.test(log))?.[1] ?? 'step';
}

/** Where a build ended, and the last thing the engine said of it: for those who do not see its log. */
export function buildFailedAt(step: string | undefined, tail: readonly string[]): string {
  const last = tail.at(-1);
  return `the build failed at ${step ?? 'its beginning'}${last === undefined ? '' : `: ${last}`}`;
}

/** The engine itself went away, or was never there. */
export function saysEngineGone(log: string): boolean {
  return ENGINE_GONE.test(log);
}
