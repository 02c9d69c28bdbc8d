import type { EcsService, EcsServiceSettings } from '../aws/operations.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../lib/json.ts';
import { compact, sortedBy } from './normal-form.ts';
import { primaryOf } from './rollout-evidence.ts';

type Open = Record<string, unknown>;

/** Members that DescribeServices reports only inside the PRIMARY deployment (SDK types `Service` and `Deployment`). */
const ON_PRIMARY_ONLY: readonly string[] = [
  'serviceConnectConfiguration',
  'volumeConfigurations',
  'vpcLatticeConfigurations',
];
/** Members that only DescribeServiceRevisions reports: they are sent, and cannot be compared here. */
const NOT_REPORTED: ReadonlySet<string> = new Set([
  'monitoring',
  'gatewayConnectors',
  'forceNewDeployment',
  'clientToken',
]);
/** What a member is when ECS does not mention it (API reference of CreateService; captured DescribeServices answers). */
const WHEN_ABSENT: Readonly<Record<string, JsonValue>> = {
  healthCheckGracePeriodSeconds: 0,
  enableExecuteCommand: false,
  enableECSManagedTags: false,
  propagateTags: 'NONE',
  platformVersion: 'LATEST',
  schedulingStrategy: 'REPLICA',
  launchType: '',
  loadBalancers: [],
  serviceRegistries: [],
  capacityProviderStrategy: [],
  placementConstraints: [],
  placementStrategy: [],
  volumeConfigurations: [],
  vpcLatticeConfigurations: [],
};
/**
 * Members that ECS always reports whole. An answer without one tells nothing about it, and what is not known is not a
 * difference.
 */
const ALWAYS_REPORTED: ReadonlySet<string> = new Set(['deploymentConfiguration', 'networkConfiguration']);

/** Both sides of the comparison, over exactly the members that the manifest declares and ECS lets us see. */
export interface ComparableService {
  readonly desired: JsonObject;
  readonly live: JsonObject;
}

/** Brings what is wanted and what ECS shows into one form, member by member. */
export function comparableService(document: EcsServiceSettings, live: EcsService): ComparableService {
  const primary: Open = { ...primaryOf(live) };
  const desiredMembers: Record<string, JsonValue> = {};
  const liveMembers: Record<string, JsonValue> = {};
  for (const name of membersOf(document)) {
    const seen = ON_PRIMARY_ONLY.includes(name) ? primary[name] : live[name];
    if (seen === undefined && ALWAYS_REPORTED.has(name)) continue;
    const absent = WHEN_ABSENT[name];
    const wanted = normaliseMember(name, document[name] ?? absent);
    const shown = normaliseMember(name, seen ?? absent);
    if (wanted !== undefined) desiredMembers[name] = wanted;
    const declared = wanted === undefined || shown === undefined ? shown : onlyDeclared(wanted, shown);
    if (declared !== undefined) liveMembers[name] = declared;
  }
  return { desired: desiredMembers, live: liveMembers };
}

/** The document in the form that is hashed for the service's stamp. */
export function normaliseServiceDocument(document: EcsServiceSettings): JsonObject {
  const members = Object.entries(document).map(([name, value]) => [name, normaliseMember(name, value)] as const);
  return Object.fromEntries(members.filter(([, value]) => value !== undefined)) as JsonObject;
}

/** A launch type and a strategy exclude each other in ECS's answer: both are compared when either is declared. */
function membersOf(document: EcsServiceSettings): readonly string[] {
  const names = new Set(
    Object.keys(document).filter((name) => !NOT_REPORTED.has(name) && document[name] !== undefined),
  );
  if (names.has('launchType')) names.add('capacityProviderStrategy');
  return [...names].sort();
}

function normaliseMember(name: string, value: unknown): JsonValue | undefined {
  switch (name) {
    case 'networkConfiguration':
      return normaliseNetwork(value);
    case 'loadBalancers':
    case 'serviceRegistries':
    case 'volumeConfigurations':
    case 'vpcLatticeConfigurations':
      return compact(sortedBy(asList(value), (item) => JSON.stringify(compact(item))));
    case 'capacityProviderStrategy':
      return compact(sortedBy(asList(value).map(withStrategyDefaults), (item) => String(item['capacityProvider'])));
    case 'deploymentConfiguration':
      return normaliseDeployment(value);
    case 'serviceConnectConfiguration':
      return normaliseConnect(value);
    default:
      return typeof value === 'object' ? compact(value) : (value as JsonValue | undefined);
  }
}

/** Subnets and security groups are sets. */
function normaliseNetwork(network: unknown): JsonValue | undefined {
  const awsvpc: Open = asOpen(asOpen(network)['awsvpcConfiguration']);
  return compact({
    awsvpcConfiguration: {
      ...awsvpc,
      subnets: sortedStrings(awsvpc['subnets']),
      securityGroups: sortedStrings(awsvpc['securityGroups']),
      assignPublicIp: awsvpc['assignPublicIp'] ?? 'DISABLED',
    },
  });
}

/** Weight and base are 0 where they are not given (SDK type `CapacityProviderStrategyItem`). */
function withStrategyDefaults(item: Open): Open {
  return { ...item, weight: item['weight'] ?? 0, base: item['base'] ?? 0 };
}

/** Disabled alarms are no alarms; what ECS adds to the object (strategy, bake time) is its own affair unless declared. */
function normaliseDeployment(configuration: unknown): JsonValue | undefined {
  const open = asOpen(configuration);
  const alarms = asOpen(open['alarms']);
  const breaker = asOpen(open['deploymentCircuitBreaker']);
  return {
    ...(compact(open) as JsonObject | undefined),
    minimumHealthyPercent: (open['minimumHealthyPercent'] as number | undefined) ?? 100,
    maximumPercent: (open['maximumPercent'] as number | undefined) ?? 200,
    deploymentCircuitBreaker: {
      ...breaker,
      enable: breaker['enable'] === true,
      rollback: breaker['rollback'] === true,
    } as JsonObject,
    alarms: {
      alarmNames: sortedStrings(alarms['alarmNames']),
      enable: alarms['enable'] === true,
      rollback: alarms['rollback'] === true,
    },
  };
}

/** ECS answers with the namespace's ARN whatever was sent, so a name cannot be compared with it. */
function normaliseConnect(value: unknown): JsonValue | undefined {
  const { namespace: _namespace, ...rest } = asOpen(value);
  return compact(rest);
}

/** Leaves out of `live` what `desired` does not mention, down to the leaves: that is defaulted, not different. */
function onlyDeclared(desired: JsonValue, live: JsonValue): JsonValue {
  if (isJsonObject(desired) && isJsonObject(live)) {
    const members = Object.keys(desired).filter((name) => live[name] !== undefined);
    return Object.fromEntries(members.map((name) => [name, onlyDeclared(desired[name] ?? null, live[name] ?? null)]));
  }
  if (Array.isArray(desired) && Array.isArray(live) && desired.length === live.length) {
    return live.map((item, index) => onlyDeclared(desired[index] as JsonValue, item as JsonValue));
  }
  return live;
}

function sortedStrings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String).sort() : [];
}

function asOpen(value: unknown): Open {
  return isJsonObject(value) ? { ...value } : {};
}

function asList(value: unknown): readonly Open[] {
  return Array.isArray(value) ? value.filter((item) => isJsonObject(item)).map((item) => ({ ...item })) : [];
}
