import type { RunIndex } from './run-index.ts';

const TAKES_AWAY = /:(Delete|Deregister)/;

/**
 * Services whose manifest went away and of whose deletion nobody alive knows: whoever knew died before it was begun. To
 * whoever came after they are services that no manifest names, which are never deleted: they must be there as they were,
 * with nothing taken away and no mark, and be told of. By `cluster/service`.
 */
export function leftWhole(run: RunIndex): ReadonlySet<string> {
  const names = Object.entries(run.view.end.things).flatMap(([name, like]) => {
    const key = name.startsWith('service ') ? /"evenkeel:manifest":"([^"]*)"/.exec(like)?.[1] : undefined;
    const isWhole = key !== undefined && !like.includes('"evenkeel:deleting"') && isLeft(run, name.slice(8), key);
    return isWhole ? [name.slice(8)] : [];
  });
  return new Set(names);
}

function isLeft(run: RunIndex, place: string, key: string): boolean {
  const { trace } = run.view;
  const last = trace.of('desired').findLast((event) => event.key === key);
  const begun = trace.of('life').findLast(({ what }) => what === 'start' || what === 'leads');
  if (last?.want !== 'absent' || begun === undefined) return false;
  const { replica, incarnation } = begun;
  const knew = trace
    .of('seen')
    .some(
      (one) => one.replica === replica && one.incarnation === incarnation && one.key === key && one.want === 'wanted',
    );
  if (knew) return false;
  const isTold = trace.of('text').some(({ at, text }) => at >= begun.at && tells(text, place));
  return isTold && !run.landed.some(({ call, effect }) => effect.at > last.at && takesAway(call, place));
}

function tells(text: string, place: string): boolean {
  return text.includes('"services.unclaimed"') && text.includes(` ${place}"`);
}

function takesAway({ operation, target, input }: RunIndex['landed'][number]['call'], place: string): boolean {
  if (target !== place.slice(place.indexOf('/') + 1)) return false;
  return TAKES_AWAY.test(operation) || (input as { readonly desiredCount?: number }).desiredCount === 0;
}
