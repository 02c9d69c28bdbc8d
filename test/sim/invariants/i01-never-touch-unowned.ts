import type { Invariant } from '../invariant.ts';
import { landedWrites } from './landed-writes.ts';

/** Creating is not touching: it fails when the thing is there. */
const CREATES = new Set([
  'ecs:CreateService',
  'ecs:RegisterTaskDefinition',
  'logs:CreateLogGroup',
  'application-autoscaling:RegisterScalableTarget',
]);

export const neverTouchUnowned: Invariant = {
  id: 'I1',
  title: 'nothing that is not tagged as ours is changed or deleted, unless its manifest asks for adoption',
  check({ trace }) {
    const adopting = new Set(
      trace
        .of('desired')
        .filter(({ loaded }) => loaded?.manifest.metadata.annotations['evenkeel.dev/adopt'] === 'true')
        .map(({ key }) => key),
    );
    return landedWrites(trace)
      .filter(({ call, effect }) => !CREATES.has(call.operation) && effect.before?.exists === true)
      .filter(({ effect }) => effect.before?.tags?.['evenkeel:managed-by'] !== 'evenkeel' && adopting.size === 0)
      .map(({ call, effect }) => ({
        at: effect.at,
        message: `${call.operation} of ${call.target} took effect on something that does not carry our tags`,
      }));
  },
};
