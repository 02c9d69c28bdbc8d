import { BuildFailed, PushFailed } from '../build/build-errors.ts';
import type { BuildProgress } from '../build/builder.ts';
import type { ActionProgress } from '../reconcile/progress.ts';

/** So much of what an engine wrote says what went wrong. */
const TAIL_LINES = 20;

/** What a build tells, for people; undefined: nothing that is news to them. */
export function progressOf(told: BuildProgress): ActionProgress | undefined {
  switch (told.kind) {
    case 'step':
      // That a step was in the cache is told once more, after it began: the end says how many were.
      return told.cached ? undefined : { kind: 'step', message: `step ${told.n}/${told.of} ${told.text}` };
    case 'done': {
      const size = told.sizeBytes === undefined ? '' : `, ${Math.round(told.sizeBytes / 1e6)} MB`;
      const cached = `${counted(told.cachedSteps, 'step')} from the cache`;
      return { kind: 'result', message: `built in ${Math.round(told.seconds)} s, ${cached}${size}` };
    }
    case 'pushed':
      return { kind: 'result', message: `pushed ${counted(told.layers, 'layer')}, ${told.present} were there` };
  }
}

/** The end of an engine's log, when its work failed. Secrets are masked in it. */
export function logOf(error: unknown): readonly ActionProgress[] {
  if (!(error instanceof BuildFailed) && !(error instanceof PushFailed)) return [];
  return error.logTail.slice(-TAIL_LINES).map((message) => ({ kind: 'log', message }));
}

function counted(amount: number, singular: string): string {
  return `${amount} ${singular}${amount === 1 ? '' : 's'}`;
}
