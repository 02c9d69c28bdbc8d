import { CANARIES, encodings } from '../canary.ts';
import type { Finding, Invariant } from '../invariant.ts';
import type { RunIndex } from '../run-index.ts';
import type { StatusEvent } from '../trace.ts';
import type { ServiceTruth } from '../truth.ts';

const MINUTE_MS = 60_000;

export const truthfulStatus: Invariant = {
  id: 'I31',
  title: 'Ready is said only of what was so when it was read',
  check(run) {
    return run.view.trace.of('status').flatMap((event): Finding[] => {
      const { status, seenHash, at } = event;
      if (!status.conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True')) return [];
      const looked = run.manifests.get(status.manifestHash);
      if (looked === undefined) return [{ at, message: `${status.key} is Ready for a manifest that never was` }];
      if (seenHash !== status.manifestHash && !changedMeanwhile(run, event)) {
        return [{ at, message: `${status.key} is Ready for another manifest than the one in force` }];
      }
      const shown = truthsShown(run, event);
      const lies = shown.map((truth) => lieOf(truth, status.revision, looked.manifest.spec.image.uri));
      if (lies.includes(undefined) || staleRead(run, event)) return [];
      return [{ at, message: `${status.key} said Ready, but ${lies[0]}` }];
    });
  },
};

function changedMeanwhile(run: RunIndex, { replica, incarnation, at, status }: StatusEvent): boolean {
  return run.view.trace
    .of('seen')
    .some(
      (seen) =>
        seen.replica === replica &&
        seen.incarnation === incarnation &&
        seen.key === status.key &&
        at - seen.at < 10 * MINUTE_MS &&
        seen.at <= at,
    );
}

/** How the service was whenever AWS told this process something about it in this pass, and now. */
function truthsShown(run: RunIndex, event: StatusEvent): readonly (ServiceTruth | undefined)[] {
  const { status, truth } = event;
  const told = run
    .effectsOf(event, run.passBegunAt(event, status.key) - 30_000)
    .flatMap((effect) => [effect.seen?.[status.service], effect.after?.service]);
  return [truth, ...told.filter((one) => one !== undefined)];
}

function lieOf(
  truth: ServiceTruth | undefined,
  revision: string | undefined,
  image: string | undefined,
): string | undefined {
  if (truth === undefined) return 'there is no service';
  if (truth.status !== 'ACTIVE') return `it is ${truth.status}`;
  if (truth.primary?.rolloutState !== 'COMPLETED') return `the rollout is ${truth.primary?.rolloutState}`;
  if (truth.deployments !== 1) return `there are ${truth.deployments} deployments`;
  if (truth.running < truth.desired) return `${truth.running} of ${truth.desired} tasks run`;
  if (!truth.taskDefinition.endsWith(`/${revision}`)) return `it runs ${truth.taskDefinition}, not ${revision}`;
  return image === undefined || truth.image === image ? undefined : `it runs the image ${truth.image}`;
}

/** What a process was told within the lag was old; it cannot know better. */
function staleRead(run: RunIndex, { replica, at }: StatusEvent): boolean {
  return run.view.trace
    .of('fault')
    .some(
      (fault) =>
        fault.fault === 'stale' &&
        fault.where.startsWith(`${replica}/`) &&
        fault.at <= at &&
        at - fault.at < 2 * MINUTE_MS,
    );
}

export const pausePurity: Invariant = {
  id: 'I32',
  title: 'what is only observed, or suspended, is not written to once that is acknowledged',
  check(run) {
    const statuses = run.view.trace.of('status');
    return run.stories.flatMap(({ call }): Finding[] => {
      const key = call.write ? run.keyOfCall(call) : undefined;
      const manifest = key === undefined ? undefined : run.manifestAt(call, key)?.manifest;
      if (manifest === undefined) return [];
      const paused =
        manifest.spec.mode === 'observe' || manifest.metadata.annotations['evenkeel.dev/suspend'] === 'true';
      const seen = run.seenAt(call, key!);
      const acknowledged = statuses.some(
        (event) =>
          event.replica === call.replica &&
          event.incarnation === call.incarnation &&
          event.status.key === key &&
          event.at < call.at &&
          event.at >= (seen?.at ?? 0) &&
          event.status.manifestHash === seen?.hash,
      );
      if (!paused || !acknowledged) return [];
      return [{ at: call.at, message: `${call.operation} of ${call.target} although it is not to be written to` }];
    });
  },
};

const NEEDLES = CANARIES.flatMap(encodings);

export const noSecretInAnyOutput: Invariant = {
  id: 'I34',
  title: 'no secret appears in any output, in whatever encoding',
  check(run) {
    const { trace } = run.view;
    const texts = [
      ...trace.of('text').map(({ at, sink, text }) => ({ at, sink, text })),
      ...trace.of('status').map(({ at, status }) => ({ at, sink: 'status', text: JSON.stringify(status) })),
    ];
    // In nearly every run the answer is no, and one search of everything says so.
    const everything = texts.map(({ text }) => text).join('\n');
    if (!NEEDLES.some((needle) => everything.includes(needle))) return [];
    return texts
      .filter(({ text }) => NEEDLES.some((needle) => text.includes(needle)))
      .slice(0, 3)
      .map(({ at, sink, text }) => ({ at, message: `a secret in the ${sink}: ${scrubbed(text)}` }));
  },
};

/** A violation must not repeat what it complains of. */
function scrubbed(text: string): string {
  return NEEDLES.reduce((clean, needle) => clean.replaceAll(needle, '<canary>'), text).slice(0, 300);
}

const MAX_STATUS_BYTES = 65_536;
const MAX_EVENTS = 200;

export const boundedOutput: Invariant = {
  id: 'I37',
  title: 'statuses, their events and the log stay within their bounds',
  check(run) {
    const { trace } = run.view;
    const large = trace.of('status').flatMap(({ at, status }): Finding[] => {
      if (status.events.length > MAX_EVENTS)
        return [{ at, message: `${status.key} keeps ${status.events.length} events` }];
      const bytes = status.events.length > 100 ? JSON.stringify(status).length : 0;
      return bytes > MAX_STATUS_BYTES ? [{ at, message: `the status of ${status.key} has ${bytes} bytes` }] : [];
    });
    const lines = trace
      .of('text')
      .filter(({ sink, text }) => sink === 'log' && !text.includes('"level":"debug"')).length;
    const passes = trace.of('pass').length + trace.of('life').length * 10 + run.stories.length;
    if (lines > 5 * passes + 50)
      large.push({ at: run.view.virtualMs, message: `${lines} log lines for ${passes} passes` });
    return large;
  },
};

export const absentOnlyWhenToldSo: Invariant = {
  id: 'I41',
  title: 'a service is created only after AWS has answered that there is none',
  check(run) {
    const reads = run.stories.filter(({ call }) => call.operation === 'ecs:DescribeServices');
    return run.stories.flatMap(({ call }): Finding[] => {
      if (call.operation !== 'ecs:CreateService') return [];
      const last = reads.findLast(
        (read) =>
          read.call.replica === call.replica &&
          read.call.incarnation === call.incarnation &&
          read.answer !== undefined &&
          read.answer.at <= call.at &&
          ((read.call.input as { readonly services?: readonly string[] }).services ?? []).includes(call.target),
      );
      if (last?.answer?.code === 'OK' || isClaimedTwice(run, call.target)) return [];
      return [
        {
          at: call.at,
          message: `${call.target} was created, but the last read of it said ${last?.answer?.code ?? 'nothing'}`,
        },
      ];
    });
  },
};

/** Then a read may be the other one's, and which of the two passes it failed is not to be seen. */
function isClaimedTwice(run: RunIndex, service: string): boolean {
  const all = [...run.manifests.values()].filter(({ manifest }) => manifest.spec.serviceName === service);
  return new Set(all.map(({ key }) => key)).size > 1;
}
