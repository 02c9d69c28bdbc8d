import { Batcher } from './batcher.ts';
import type { CodeBuildBuild, StartBuildInput } from './codebuild-operations.ts';
import type { CodeBuildApi } from './gateway.ts';
import type { GatewayParts } from './gather.ts';
import { BATCH } from './limits.ts';
import { malformed } from './malformed.ts';
import type { AwsTransport, CallOptions } from './operations.ts';
import { itemsOf } from './pages.ts';
import { unlessMissing } from './unless-missing.ts';

const GET = 'codebuild:BatchGetBuilds';
const LIST = 'codebuild:ListBuildsForProject';
const START = 'codebuild:StartBuild';

/** AWS CodeBuild over a transport. */
export class CodeBuildGateway implements CodeBuildApi, Disposable {
  readonly #transport: AwsTransport;
  readonly #builds: Batcher<string, CodeBuildBuild | undefined>;

  constructor({ transport, clock, window }: GatewayParts) {
    this.#transport = transport;
    this.#builds = new Batcher(
      {
        name: GET,
        ...window,
        maxItems: BATCH.batchGetBuilds,
        bucket: () => '',
        same: (id) => id,
        execute: (ids, signal) => describedBuilds(transport, ids, signal),
      },
      clock,
    );
  }

  [Symbol.dispose](): void {
    this.#builds[Symbol.dispose]();
  }

  async startBuild(input: StartBuildInput, options: CallOptions): Promise<CodeBuildBuild | undefined> {
    const answer = await unlessMissing(() => this.#transport.call(START, input, options));
    if (answer === undefined) return undefined;
    if (answer.build?.id === undefined) throw malformed(START, 'the answer names no build');
    return answer.build;
  }

  describeBuild(id: string, { signal }: CallOptions): Promise<CodeBuildBuild | undefined> {
    return this.#builds.load(id, signal);
  }

  async newestBuilds(projectName: string, options: CallOptions): Promise<readonly CodeBuildBuild[] | undefined> {
    const input = { projectName, sortOrder: 'DESCENDING' };
    const answer = await unlessMissing(() => this.#transport.call(LIST, input, options));
    if (answer === undefined) return undefined;
    const ids = itemsOf(LIST, answer.ids);
    const builds = await Promise.all(ids.map((id) => this.describeBuild(id, options)));
    return builds.filter((build) => build !== undefined);
  }

  async stopBuild(id: string, options: CallOptions): Promise<void> {
    await unlessMissing(() => this.#transport.call('codebuild:StopBuild', { id }, options));
  }
}

/** The answer names the builds that CodeBuild does not know: one that is in neither list is not told of. */
async function describedBuilds(
  transport: AwsTransport,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<readonly PromiseSettledResult<CodeBuildBuild | undefined>[]> {
  const { builds = [], buildsNotFound = [] } = await transport.call(GET, { ids }, { signal });
  const found = new Map(builds.map((build) => [build.id, build]));
  return ids.map((id) => {
    const build = found.get(id);
    if (build !== undefined || buildsNotFound.includes(id)) return { status: 'fulfilled', value: build };
    return { status: 'rejected', reason: malformed(GET, `the answer does not tell of ${id}`) };
  });
}
