import { EngineUnavailable } from './build-errors.ts';
import type { Builder } from './builder.ts';

/** What helps where no engine can be, as on Fargate. */
const WITHOUT_ENGINE =
  'codebuild: EVENKEEL_CODEBUILD_PROJECT and EVENKEEL_CODEBUILD_BUCKET are not set. ' +
  'With them, images are built in AWS CodeBuild, and no engine is needed here.';

/**
 * The builder named, or with `auto` the first of `builders` that can be used. Throws EngineUnavailable, whose message says
 * of each that was tried what is missing and how to get it.
 */
export async function chooseBuilder(
  wanted: string,
  builders: readonly Builder[],
  signal: AbortSignal,
): Promise<Builder> {
  const candidates = wanted === 'auto' ? builders : builders.filter(({ name }) => name === wanted);
  if (candidates.length === 0) {
    const names = ['auto', ...builders.map(({ name }) => name)].join(', ');
    throw new EngineUnavailable(wanted, `there is no builder named ${wanted}; there are ${names}`);
  }
  const missing: string[] = [];
  for (const builder of candidates) {
    // One after the other, in the order of preference: asking them all would start programs nobody needs.
    const answer = await builder.available(signal);
    if (answer.kind === 'available') return builder;
    missing.push(`${builder.name}: ${answer.why} ${answer.remedy}`);
  }
  if (wanted === 'auto') missing.push(WITHOUT_ENGINE);
  throw new EngineUnavailable(wanted, `no engine to build the image with.\n${missing.join('\n')}`);
}
