import type { EndState } from './end-state.ts';
import { leftWhole } from './left-whole.ts';
import { isAmbiguous } from './run-index.ts';
import type { RunResult } from './simulate.ts';
import type { Violation } from './violation.ts';

/** Each outcome that nobody could know may cost one more registration; nothing else may cost anything. */
const WITH_ALLOWANCE = 'ecs:RegisterTaskDefinition';
/** Where an outcome that nobody knew left twins, a list that lags may show the other one. */
const FOLLOWS_A_TWIN = /^(ecs:UpdateService|ecs:TagResource|deployment) /;
const NO_STAMP = '"evenkeel:spec-hash":""';
/** A failure shows by the deployment that failed and by the one that goes back: a mark may be of the one, then of the other. */
const A_MARK = /^ecs:TagResource .*:\*$/;
const LANDS_LATE = /^(reset-later|crash-during)$/;
/** See `withoutUnseen`. */
const FOR_NOBODY = 'logs:CreateLogGroup ';
const ECHOED = 'application-autoscaling:';

/** The same scenario, once without and once with things going wrong: the end must be the same, and so must the work. */
export function compareRuns(reference: RunResult, run: RunResult): readonly Violation[] {
  const at = run.virtualMs;
  const coalesces = run.spec.scenario.coalesces === true;
  const differs = (message: string): Violation => ({ id: 'I25', at, message });
  return [
    ...differences(
      reference.end.things,
      withoutUnseen(run, withoutLeft(run), reference),
      unwanted(run),
      stampsLate(run),
    ).map(differs),
    ...(landsLate(run) ? [] : missingRevisions(reference.end, run.end, coalesces)).map(differs),
    ...(coalesces ? [] : moreWork(reference, run).map(differs)),
    ...tooManyCalls(reference, run).map((message) => ({ id: 'effort', at, message })),
  ];
}

/** What is there and is to be as without faults: not what a process that died took its knowledge of along. */
function withoutLeft({ end, index }: RunResult): Readonly<Record<string, string>> {
  const left = [...leftWhole(index)].flatMap((place) => [`service ${place}`, `scaling service/${place}`]);
  return Object.fromEntries(Object.entries(end.things).filter(([name]) => !left.includes(name)));
}

/**
 * A process that begins and is not shown whose a service is makes a log group for a manifest that may not have it, before
 * it learns better; log groups are never taken away.
 */
function withoutUnseen(
  { index }: RunResult,
  things: Readonly<Record<string, string>>,
  { end }: RunResult,
): Readonly<Record<string, string>> {
  if (index.blindStarts === 0) return things;
  const extra = (name: string): boolean => name.startsWith('log group ') && end.things[name] === undefined;
  return Object.fromEntries(Object.entries(things).filter(([name]) => !extra(name)));
}

/** Keys whose manifest is gone in the end: what was never made for them need not be there. */
function unwanted(run: RunResult): ReadonlySet<string> {
  const last = new Map(run.trace.of('desired').map(({ key, want }) => [key, want]));
  return new Set([...last].filter(([, want]) => want !== 'wanted').map(([key]) => key));
}

function ownerOf(thing: string): string {
  return /"evenkeel:manifest":"([^"]*)"/.exec(thing)?.[1] ?? '';
}

function differences(
  wanted: Readonly<Record<string, string>>,
  is: Readonly<Record<string, string>>,
  gone: ReadonlySet<string>,
  stampsAreLate: boolean,
): readonly string[] {
  const names = new Set([...Object.keys(wanted), ...Object.keys(is)]);
  return [...names].flatMap((name) => {
    const [a, b] = [wanted[name], is[name]];
    if (a === b || (a !== undefined && b !== undefined && isSameButUnstamped(a, b, stampsAreLate))) return [];
    if (a === undefined) return [`${name} is there and should not be`];
    if (b === undefined) return gone.has(ownerOf(a)) ? [] : [`${name} is not there`];
    return [`${name} differs: ${firstDifference(a, b)}`];
  });
}

/** After ECS went back the stamp is not compared (end-state.ts): it may have gone back in one of the two only. */
function isSameButUnstamped(a: string, b: string, stampsAreLate: boolean): boolean {
  const [one, other] = [a, b].map((text) => text.replace(/"evenkeel:spec-hash":"[^"]*"/, NO_STAMP));
  return (stampsAreLate || a.includes(NO_STAMP) || b.includes(NO_STAMP)) && one === other;
}

/** The stamp of an earlier manifest that lands after a rollout has failed stays: what has failed is not stamped again. */
function stampsLate({ index }: RunResult): boolean {
  return index.stories.some(
    ({ call, answer, effects }) =>
      call.operation === 'ecs:TagResource' && effects.some(({ at }) => answer === undefined || at > answer.at),
  );
}

function firstDifference(a: string, b: string): string {
  let index = 0;
  while (index < a.length && a[index] === b[index]) index++;
  const from = Math.max(0, index - 40);
  return `…${a.slice(from, index + 60)}… is …${b.slice(from, index + 60)}…`;
}

/** What was sent for a deletion that has been thought better of may land late; a service keeps what it runs. */
function landsLate({ index }: RunResult): boolean {
  return index.stories.some((story) => story.call.operation === 'ecs:DeregisterTaskDefinition' && isAmbiguous(story));
}

/** Revisions that are to be left: where edits coalesce, those in between may never have been made, but what runs was. */
export function missingRevisions(wanted: EndState, is: EndState, coalesces: boolean): readonly string[] {
  const things = Object.values(wanted.things);
  return Object.keys(wanted.revisions)
    .filter((name) => !coalesces || things.some((thing) => thing.includes(`"taskDefinition":${JSON.stringify(name)}`)))
    .filter((name) => is.revisions[name] === undefined)
    .map((name) => `no revision of ${name} is left`);
}

/** What became of things: how often each was made, changed and taken away. A write that changed nothing does not count. */
export function workOf(run: RunResult): ReadonlyMap<string, number> {
  const work = new Map<string, number>();
  const count = (name: string): void => void work.set(name, (work.get(name) ?? 0) + 1);
  for (const { call, effect } of run.index.landed) {
    if (effect.changed === false) continue;
    count(workName(call.operation, call.target));
    const { before, after } = effect;
    const deploys = after?.service?.primary?.id !== before?.service?.primary?.id;
    if (deploys && after?.service !== undefined) count(`deployment ${call.target}`);
  }
  return work;
}

/** Which revision of a family it is is not compared: an outcome that nobody knew may have made one more. */
function workName(operation: string, target: string): string {
  return `${operation} ${target.replace(/:\d+$/, ':*')}`;
}

function moreWork(reference: RunResult, run: RunResult): readonly string[] {
  const wanted = workOf(reference);
  const unknown = new Map<string, number>();
  for (const story of run.index.stories) {
    if (!story.call.write || !isAmbiguous(story)) continue;
    const name = workName(story.call.operation, story.call.target);
    unknown.set(name, (unknown.get(name) ?? 0) + 1);
  }
  const { index } = run;
  const { blindStarts } = index;
  const unknownRegistrations = run.index.stories.filter(
    (story) => story.call.operation === WITH_ALLOWANCE && isAmbiguous(story),
  ).length;
  const registrations = unknownRegistrations + blindStarts + index.notTold.length;
  const stale = run.trace.of('fault').some(({ fault }) => fault === 'stale');
  const late = run.index.stories.filter(
    (story) => LANDS_LATE.test(story.fault ?? '') || (story.call.write && run.index.isLate(story)),
  ).length;
  return [...workOf(run)].flatMap(([name, times]) => {
    if (blindStarts > 0 && name.startsWith(FOR_NOBODY) && !wanted.has(name)) return [];
    const echoed = name.startsWith(WITH_ALLOWANCE) || name.startsWith(ECHOED);
    // Whoever does not know whether it happened looks, and an old answer says that it did not.
    const own = echoed || (stale && FOLLOWS_A_TWIN.test(name)) ? (unknown.get(writeOf(name)) ?? 0) : 0;
    if (name.startsWith(WITH_ALLOWANCE) && times <= (wanted.get(name) ?? 0) + registrations + late * 2) return [];
    const twins =
      name.startsWith('ecs:DeregisterTaskDefinition') ||
      ((stale || blindStarts > 0 || index.notTold.length > 0) && FOLLOWS_A_TWIN.test(name));
    const allowance = Math.max(own, twins ? registrations : 0);
    const most = (wanted.get(name) ?? 0) + allowance + late * 2 + (A_MARK.test(name) ? 1 : 0);
    return times > most ? [`${name}: ${times} times, ${wanted.get(name) ?? 0} without faults`] : [];
  });
}

/** A deployment is what comes of an update. */
function writeOf(name: string): string {
  return name.replace(/^deployment /, 'ecs:UpdateService ');
}

/** Calls in all, reads too: so much more a fault may cost. */
function tooManyCalls(reference: RunResult, run: RunResult): readonly string[] {
  const faults = run.trace.of('fault').length + run.trace.of('life').length;
  const hours = Math.max(run.virtualMs, reference.virtualMs) / 3_600_000;
  const keys = Math.max(1, new Set(run.trace.of('desired').map(({ key }) => key)).size);
  const most = 3 * reference.index.stories.length + 60 * faults + keys * run.knobs.replicas * 2_500 * hours + 100;
  const calls = run.index.stories.length;
  return calls > most ? [`${calls} calls, where ${reference.index.stories.length} do without faults`] : [];
}
