import type { ApplyEvent, ApplyReport, ApplyResult, Manifests, PlanReport } from '../app/program.ts';
import type { JsonObject, JsonValue } from '../lib/json.ts';
import type { ManifestError } from '../manifest/manifest-error.ts';
import type { Difference } from '../reconcile/difference.ts';
import type { Action, Plan } from '../reconcile/plan.ts';
import type { RolloutStatus, ServiceStatus } from '../reconcile/status.ts';
import { changeOf, summarise } from './plan-summary.ts';

/** The version of every object printed for machines. Fields are added, never renamed, within it. */
const API_VERSION = 'evenkeel.dev/v1';

function envelope(kind: string, body: JsonObject): JsonObject {
  return { apiVersion: API_VERSION, kind, ...body };
}

export function planReportJson(report: PlanReport): JsonObject {
  return envelope('PlanReport', {
    identities: report.identities.map(({ account, region, principal }) => ({ account, region, principal })),
    summary: { ...summarise(report) },
    plans: report.plans.map(planJson),
    failures: report.failures.map(({ key, message }) => ({ key, message })),
    seconds: report.seconds,
  });
}

function planJson(plan: Plan): JsonObject {
  return {
    key: plan.key,
    cluster: plan.cluster,
    service: plan.service,
    region: plan.region,
    generation: plan.generation,
    change: changeOf(plan),
    drift: plan.drift === true,
    actions: plan.actions.map(actionJson),
    differences: plan.differences.map(differenceJson),
    refusal: plan.refusal === undefined ? undefined : { ...plan.refusal },
  };
}

/** Member by member, so that what is sealed today and what is added tomorrow stay inside. */
function actionJson(action: Action): JsonObject {
  return {
    resource: action.resource,
    verb: action.verb,
    target: action.target,
    because: action.because,
    startsRollout: action.startsRollout,
    deferred: action.deferred,
    differences: action.differences.map(differenceJson),
  };
}

function differenceJson(difference: Difference): JsonObject {
  const { path, live, desired, verdict, replaces } = difference;
  return { path, live, desired, verdict, replaces };
}

export function applyEventJson(event: ApplyEvent, at: string): JsonObject {
  return envelope('ApplyEvent', { at, type: event.kind, key: event.key, ...eventBody(event) });
}

function eventBody(event: ApplyEvent): JsonObject {
  switch (event.kind) {
    case 'action-started':
      return { action: actionJson(event.action) };
    case 'progress':
      return { action: actionJson(event.action), progress: { ...event.progress } };
    case 'action-done':
      return { action: actionJson(event.action), seconds: event.seconds };
    case 'rollout':
      return { rollout: rolloutJson(event.rollout) };
    case 'waiting':
      return { on: event.on };
    case 'event':
      return { message: event.message };
    case 'ended':
      return { result: resultJson(event.result) };
  }
}

function rolloutJson(rollout: RolloutStatus): JsonObject {
  return { ...rollout };
}

function resultJson(result: ApplyResult): JsonObject {
  const { key, outcome, message, seconds, revision } = result;
  return { key, outcome, message, seconds, revision };
}

export function applyReportJson(report: ApplyReport): JsonObject {
  return envelope('ApplyReport', { results: report.results.map(resultJson), seconds: report.seconds });
}

export function statusListJson(statuses: readonly ServiceStatus[]): JsonObject {
  return envelope('ServiceStatusList', { items: statuses.map(statusBody) });
}

export function statusJson(status: ServiceStatus): JsonObject {
  return envelope('ServiceStatus', statusBody(status));
}

function statusBody(status: ServiceStatus): JsonObject {
  const { conditions, drift, rollout, events, ...plain } = status;
  return {
    ...plain,
    conditions: conditions.map((condition) => ({ ...condition })),
    drift: drift.map(differenceJson),
    rollout: rollout === undefined ? undefined : rolloutJson(rollout),
    events: events.map((event) => ({ ...event })),
  };
}

export function validationJson(manifests: Manifests): JsonObject {
  return envelope('ValidationReport', {
    valid: !manifests.errors.some(({ severity }) => severity === 'error'),
    files: manifests.files,
    documents: manifests.documents,
    services: manifests.manifests.map(({ key, origin }) => ({ key, file: origin.file, line: origin.line })),
    errors: manifests.errors.map(errorJson),
  });
}

function errorJson(error: ManifestError): JsonObject {
  const { severity, file, line, column, length, path, message, help, reason } = error;
  return { severity, reason, file, line, column, length, path, message, help };
}

/** As one document, or as one line of NDJSON. */
export function jsonText(value: JsonValue, form: 'pretty' | 'line'): string {
  return form === 'pretty' ? JSON.stringify(value, undefined, 2) : JSON.stringify(value);
}
