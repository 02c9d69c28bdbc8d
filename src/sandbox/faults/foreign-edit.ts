import { findRevision } from '../ecs/names.ts';
import type { ServiceRecord } from '../ecs/records.ts';
import type { Region } from '../region.ts';
import type { FaultOf } from './fault-rule.ts';
import { familyOf } from './occasion-of-call.ts';

type Edit = FaultOf<'foreign-edit'>;

/** Members by which an input says what it is done to: an edit that has one needs no service to be told. */
const TARGETS = ['service', 'resourceArn', 'family', 'ResourceId', 'taskDefinition', 'logGroupName', 'repositoryName'];
/** What a registered definition has beyond what was registered. */
const ADDED = [
  'taskDefinitionArn',
  'revision',
  'status',
  'requiresAttributes',
  'compatibilities',
  'registeredAt',
  'registeredBy',
  'deregisteredAt',
];

/** False: its input names what it is done to. */
export function needsService({ operation, input = {} }: Edit): boolean {
  const named = operation === 'ecs:UpdateService' ? TARGETS.filter((name) => name !== 'taskDefinition') : TARGETS;
  return !named.some((name) => Object.hasOwn(input, name));
}

/**
 * The whole input of an edit: what the rule says, and what it leaves out from the service (or the family) that it is
 * done to. Undefined: there is nothing to do it to.
 */
export function editInput(
  region: Region,
  edit: Edit,
  service: ServiceRecord | undefined,
  familyOfCall: string | undefined,
): object | undefined {
  const { operation, input = {} } = edit;
  if (operation === 'ecs:RegisterTaskDefinition') {
    const given = (input as { readonly family?: string }).family;
    const family = given ?? familyOfCall ?? (service && familyOf(service.blueprint.taskDefinition));
    return family === undefined ? undefined : registration(region, family, input);
  }
  if (!needsService(edit)) return input;
  return service === undefined ? undefined : { ...targetOf(operation, service), ...input };
}

/** The newest revision again, changed. */
function registration(region: Region, family: string, input: object): object | undefined {
  const newest = findRevision(region, family)?.definition;
  if (newest === undefined) return 'containerDefinitions' in input ? { family, ...input } : undefined;
  const kept = Object.entries(newest).filter(([name]) => !ADDED.includes(name));
  return { ...structuredClone(Object.fromEntries(kept)), ...input };
}

function targetOf(operation: string, service: ServiceRecord): object {
  const api = operation.slice(0, operation.indexOf(':'));
  if (/^ecs:(Tag|Untag)Resource$/.test(operation)) return { resourceArn: service.arn };
  if (operation === 'ecs:DeregisterTaskDefinition') return { taskDefinition: service.blueprint.taskDefinition };
  if (api === 'ecs') return { cluster: service.cluster.name, service: service.name };
  return {
    ServiceNamespace: 'ecs',
    ResourceId: `service/${service.cluster.name}/${service.name}`,
    ScalableDimension: 'ecs:service:DesiredCount',
  };
}
