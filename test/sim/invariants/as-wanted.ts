import type { LoadedManifest } from '../../../src/manifest/load.ts';
import type { FargateService } from '../../../src/manifest/types.ts';
import type { Finding, Invariant } from '../invariant.ts';
import type { RunIndex } from '../run-index.ts';

type Thing = Readonly<Record<string, unknown>>;

/**
 * By the manifest alone and not by the code that carries it out: a comparison with a run without faults does not see
 * what the code does wrong there as well.
 */
export const asWanted: Invariant = {
  id: 'I24a',
  title: 'at the end, what is there under a manifest that is Ready is what it asks for',
  check(run) {
    if (run.view.quietFrom === 0) return [];
    const at = run.view.virtualMs;
    return inForce(run).flatMap((loaded) =>
      differences(run, loaded.manifest).map((what): Finding => ({ at, message: `${loaded.key}: ${what}` })),
    );
  },
};

/** Manifests that are wanted at the end and called Ready. */
function inForce({ view: { trace } }: RunIndex): readonly LoadedManifest[] {
  const last = new Map(trace.of('desired').map((event) => [event.key, event]));
  const statuses = new Map(trace.of('status').map(({ status }) => [status.key as string, status]));
  return [...last.values()].flatMap(({ key, want, loaded }) => {
    const status = statuses.get(key);
    const ready = status?.conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True');
    const settled = ready === true && status?.manifestHash === loaded?.hash && !status?.suspended;
    return want === 'wanted' && loaded !== undefined && settled && loaded.manifest.spec.mode === 'manage'
      ? [loaded]
      : [];
  });
}

function differences(run: RunIndex, { spec }: FargateService): readonly string[] {
  const name = `${spec.cluster}/${spec.serviceName}`;
  const service = thing(run, `service ${name}`);
  if (service === undefined) return ['there is no service'];
  const { settings, blueprint } = service as { readonly settings: Thing; readonly blueprint: Thing };
  const network = (blueprint['networkConfiguration'] as Thing)['awsvpcConfiguration'] as Thing;
  const { subnets, securityGroups } = spec.network;
  const { autoscaling, logging } = spec;
  const days = thing(run, `log group ${logging.group}`)?.['days'];
  return [
    ...differs('count', settings['desiredCount'], autoscaling === undefined ? spec.desiredCount : undefined),
    ...differs('subnets', network['subnets'], subnets),
    ...differs('security groups', network['securityGroups'], securityGroups),
    ...differs('grace', settings['healthCheckGracePeriodSeconds'], spec.rollout.healthCheckGracePeriodSeconds),
    ...differs('days of log lines', days, logging.enabled ? logging.retentionDays : undefined),
    ...scalingDiffers(thing(run, `scaling service/${name}`), autoscaling),
  ];
}

const METRICS: Readonly<Record<string, string>> = {
  ECSServiceAverageCPUUtilization: 'cpu',
  ECSServiceAverageMemoryUtilization: 'memory',
};

function scalingDiffers(live: Thing | undefined, wanted: FargateService['spec']['autoscaling']): readonly string[] {
  const policies = ((live?.['named'] ?? []) as readonly Thing[])
    .filter((policy) => String(policy['PolicyName']).startsWith('evenkeel-'))
    .map((policy) => policy['TargetTrackingScalingPolicyConfiguration'] as Thing)
    .map((policy) => `${metricOf(policy)} ${String(policy['TargetValue'])}`);
  const targets = (wanted?.targets ?? []).map(({ metric, value }) => `${metric.kind} ${value}`);
  return [
    ...differs('least count', live?.['MinCapacity'], wanted?.minCapacity),
    ...differs('greatest count', live?.['MaxCapacity'], wanted?.maxCapacity),
    ...differs('policies', policies.sort(), targets.sort()),
  ];
}

function metricOf(policy: Thing): string {
  const type = (policy['PredefinedMetricSpecification'] as Thing | undefined)?.['PredefinedMetricType'];
  return METRICS[String(type)] ?? String(type);
}

function thing(run: RunIndex, name: string): Thing | undefined {
  const like = run.view.end.things[name];
  return like === undefined ? undefined : (JSON.parse(like) as Thing);
}

/** Nothing, when the manifest does not say. */
function differs(what: string, live: unknown, wanted: unknown): readonly string[] {
  const [is, should] = [live, wanted].map((value) => JSON.stringify(value));
  return wanted === undefined || is === should ? [] : [`${what}: ${is}, and should be ${should}`];
}
