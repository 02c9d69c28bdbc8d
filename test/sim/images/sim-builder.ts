import { AwsFault } from '../../../src/aws/errors.ts';
import { BuildFailed, EngineUnavailable, PushFailed, type PushFailure } from '../../../src/build/build-errors.ts';
import type {
  Availability,
  Builder,
  BuildProgress,
  BuildRequest,
  BuiltImage,
  Destination,
} from '../../../src/build/builder.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import type { EngineCall } from './engine.ts';

/** How this builder reaches its engine: like a call to AWS, with everything that can happen on the way. */
export type AskEngine = (call: EngineCall, signal: AbortSignal) => Promise<object>;

const BUILD_MS = 20_000;
const PUSH_MS = 5_000;
const PUSH_FAILURES: Readonly<Record<string, PushFailure>> = {
  ImageTagAlreadyExistsException: 'tag-exists',
  AccessDeniedException: 'denied',
  ExpiredTokenException: 'expired-token',
  ThrottlingException: 'registry-down',
  ServerException: 'registry-down',
  ETIMEDOUT: 'unknown',
};

/** A `Builder` of which only the engine is imitated. */
export class SimBuilder implements Builder {
  readonly name = 'docker';
  readonly #ask: AskEngine;
  readonly #clock: Clock;

  constructor(ask: AskEngine, clock: Clock) {
    this.#ask = ask;
    this.#clock = clock;
  }

  async available(signal: AbortSignal): Promise<Availability> {
    try {
      await this.#ask({ operation: 'engine:GetVersion', input: { repositoryName: 'engine' } }, signal);
      return { kind: 'available', detail: '27' };
    } catch (thrown) {
      signal.throwIfAborted();
      return { kind: 'missing', why: `The engine does not answer: ${codeOf(thrown)}.`, remedy: 'Start it.' };
    }
  }

  async build(
    { context, labels: _labels }: BuildRequest,
    on: (progress: BuildProgress) => void,
    signal: AbortSignal,
  ): Promise<BuiltImage> {
    on({ kind: 'step', n: 1, of: 1, text: 'COPY . .', cached: false });
    await this.#clock.sleep(BUILD_MS, signal);
    const input = { repositoryName: context.directory, content: context.dockerfile };
    try {
      return (await this.#ask({ operation: 'engine:Build', input }, signal)) as BuiltImage;
    } catch (thrown) {
      throw buildFailure(thrown);
    }
  }

  async push(
    { localRef }: BuiltImage,
    { repository, tag }: Destination,
    _on: (progress: BuildProgress) => void,
    signal: AbortSignal,
  ): Promise<{ readonly digest: string }> {
    await this.#clock.sleep(PUSH_MS, signal);
    const input = { repositoryName: repository, tag, localRef };
    try {
      return (await this.#ask({ operation: 'engine:Push', input }, signal)) as { readonly digest: string };
    } catch (thrown) {
      throw pushFailure(thrown);
    }
  }

  async inspectArchitecture(): Promise<string> {
    return 'amd64';
  }

  async discard({ localRef }: BuiltImage, signal: AbortSignal): Promise<void> {
    await this.#ask({ operation: 'engine:Discard', input: { localRef } }, signal);
  }
}

function codeOf(thrown: unknown): string {
  return thrown instanceof AwsFault ? thrown.code : '';
}

function buildFailure(thrown: unknown): unknown {
  const code = codeOf(thrown);
  if (code === '') return thrown;
  if (code === 'DiskFull' || code === 'ServerException') return new BuildFailed('disk-full', undefined, [], code);
  if (/^E[A-Z]+$/.test(code)) return new EngineUnavailable('docker', code);
  return new BuildFailed('base-image', 'FROM base', [], code);
}

function pushFailure(thrown: unknown): unknown {
  const code = codeOf(thrown);
  if (code === '') return thrown;
  const kind = PUSH_FAILURES[code];
  if (kind === undefined && /^E[A-Z]+$/.test(code)) return new EngineUnavailable('docker', code);
  return new PushFailed(kind ?? 'unknown', [], code);
}
