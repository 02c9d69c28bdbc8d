import type { Finding, Invariant } from '../invariant.ts';
import { isAmbiguous, type LandedWrite, type RunIndex } from '../run-index.ts';
import type { StatusEvent } from '../trace.ts';
import type { ServiceTruth } from '../truth.ts';
import { thingOfCall, wasTouched } from './about.ts';
import { contentOf } from './images.ts';

/** What a person does to a service may be seen in the pass after next. */
const REPAIR_MS = 60_000;

type Process = Pick<StatusEvent, 'replica' | 'incarnation'>;

/** A write that made ECS replace the tasks of a service, or start its first. */
interface Deployment extends LandedWrite {
  readonly service: string;
  readonly before: ServiceTruth | undefined;
  readonly after: ServiceTruth;
}

export const oneDeploymentPerSpec: Invariant = {
  id: 'I11',
  title: 'a manifest is deployed once; what has failed is not deployed again until somebody says so',
  check(run) {
    const byService = Map.groupBy(deployments(run), ({ service }) => service);
    return [...byService.values()].flatMap((all) => [...deployedTwice(run, all), ...afterFailure(run, all)]);
  },
};

function deployments(run: RunIndex): readonly Deployment[] {
  return run.landed.flatMap(({ call, effect }): Deployment[] => {
    const after = effect.after?.service;
    const before = effect.before?.service;
    const writes = call.operation === 'ecs:UpdateService' || call.operation === 'ecs:CreateService';
    if (!writes || after === undefined || effect.changed === false || after.primary?.id === before?.primary?.id)
      return [];
    return [{ call, effect, service: thingOfCall(call), before, after }];
  });
}

/** Between two deployments there is another manifest, somebody's hand, or an outcome that nobody could know. */
function deployedTwice(run: RunIndex, all: readonly Deployment[]): readonly Finding[] {
  return all.flatMap((one, index): Finding[] => {
    const former = all[index - 1];
    if (former === undefined || one.call.operation === 'ecs:CreateService') return [];
    const key = run.keyOfCall(one.call);
    if (key === undefined || !sameManifest(run, former, one, key) || !sameContent(run, former, one)) return [];
    const from = Math.min(former.call.at, run.passBegunAt(former.call, key)) - REPAIR_MS;
    const to = one.effect.at;
    if (wasTouched(run, one.service, from, to) || wasAsked(run, key, from, to)) return [];
    // What was sent first may land last.
    if (unknownBetween(run, one.service, Math.min(former.call.at, one.call.at), to)) return [];
    if (isBlind(run, former.call, one.call) || run.notTold.some((at) => at >= former.call.at && at <= to)) return [];
    return [{ at: to, message: `${one.call.target} was deployed twice for one manifest` }];
  });
}

/** Another process, to which reads showed less than was so: no memory and no read could tell it. */
function isBlind(run: RunIndex, former: Process, one: Process): boolean {
  const isSame = former.replica === one.replica && former.incarnation === one.incarnation;
  return run.blindStarts > 0 && !isSame;
}

/** Of the passes that deployed: what is noticed later is for the next one. */
function sameManifest(run: RunIndex, former: Deployment, one: Deployment, key: string): boolean {
  // The status that the pass wrote names it; one that died wrote none.
  const begun = ({ call }: Deployment): string | undefined =>
    statusAfter(run, call, key)?.manifestHash ?? run.manifestAt({ ...call, at: run.passBegunAt(call, key) }, key)?.hash;
  return begun(former) === begun(one);
}

function statusAfter(run: RunIndex, call: LandedWrite['call'], key: string): StatusEvent['status'] | undefined {
  const { replica, incarnation, at } = call;
  return run.view.trace
    .of('status')
    .find(
      (event) =>
        event.at >= at && event.replica === replica && event.incarnation === incarnation && event.status.key === key,
    )?.status;
}

/** A folder that was saved again asks for another image. */
function sameContent(run: RunIndex, { after: former }: Deployment, { after: one }: Deployment): boolean {
  return contentOf(run, former.image) === contentOf(run, one.image);
}

function wasAsked(run: RunIndex, asked: string, from: number, to: number): boolean {
  return run.view.trace.of('asked').some(({ key, retry, at }) => retry && key === asked && at >= from && at <= to);
}

function unknownBetween(run: RunIndex, service: string, from: number, to: number): boolean {
  return run.stories.some(
    (story) =>
      story.call.write &&
      story.call.at >= from &&
      story.call.at <= to &&
      thingOfCall(story.call) === service &&
      isAmbiguous(story),
  );
}

/** What a rollout failed with, and when that was said. */
interface Failure {
  readonly at: number;
  readonly by: Process;
  /** The revision and the settings with it. */
  readonly content: string;
}

function afterFailure(run: RunIndex, all: readonly Deployment[]): readonly Finding[] {
  const failures = failuresOf(run, all);
  return all.flatMap((one): Finding[] => {
    const content = deployedContent(one.after);
    const failed = failures.findLast((failure) => failure.at < one.call.at && failure.content === content);
    const key = run.keyOfCall(one.call);
    if (failed === undefined || key === undefined) return [];
    const to = one.effect.at;
    if (isBlind(run, failed.by, one.call)) return [];
    if (wasTouched(run, one.service, failed.at, to) || wasAsked(run, key, failed.at - REPAIR_MS, to)) return [];
    // Where ECS does not go back, the service hangs in what failed, and any other change deploys that once more.
    if (one.before !== undefined && deployedContent(one.before) === content && wasEdited(run, key, failed.at, to))
      return [];
    return [{ at: to, message: `${one.call.target} was deployed again although its rollout had failed` }];
  });
}

function deployedContent({ specHash, settings }: ServiceTruth): string {
  return `${specHash} ${settings}`;
}

/** By what was true when it was said: ECS went back by itself, or its record of the deployment says FAILED. */
function failuresOf(run: RunIndex, all: readonly Deployment[]): readonly Failure[] {
  return run.view.trace.of('status').flatMap(({ at, replica, incarnation, status, truth }: StatusEvent): Failure[] => {
    const state = status.rollout?.state;
    const wentBack = state === 'RolledBack' || state === 'RollingBack';
    if (truth?.primary === undefined || (!wentBack && state !== 'Failed')) return [];
    const { primary, arn } = truth;
    const last = all.findLast(({ effect, after }) => effect.at < at && after.arn === arn);
    if (last?.after.specHash === undefined) return [];
    const isOurs = last.after.primary?.id === primary.id;
    const failed = wentBack ? !isOurs : isOurs && primary.rolloutState === 'FAILED';
    return failed ? [{ at, by: { replica, incarnation }, content: deployedContent(last.after) }] : [];
  });
}

function wasEdited(run: RunIndex, edited: string, from: number, to: number): boolean {
  return run.view.trace.of('desired').some(({ key, at }) => key === edited && at >= from && at <= to);
}
