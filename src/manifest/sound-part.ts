import { isJsonObject, type JsonObject } from '../lib/json.ts';
import { type Path, startsWith } from './path.ts';
import { type Form, schemaErrors } from './validate.ts';

/** Stands in where a required field is missing or wrong, so that the rules can judge the rest. */
const STAND_INS: Readonly<Record<Form, JsonObject>> = {
  service: {
    apiVersion: 'evenkeel.dev/v1',
    kind: 'FargateService',
    metadata: { name: 'stand-in' },
    spec: {
      cluster: 'stand-in',
      image: { uri: 'stand-in:1' },
      network: { subnets: ['subnet-stand-in'], securityGroups: ['sg-stand-in'] },
    },
  },
  request: {
    cluster_name: 'stand-in',
    service_name: 'stand-in',
    task_definition_family: 'stand-in',
    subnet_ids: ['subnet-stand-in'],
    security_group_ids: ['sg-stand-in'],
  },
};

/** True when a verdict about `path` would rest on something that is known to be wrong. */
export function isTainted(path: Path, taints: readonly Path[]): boolean {
  return taints.some((taint) => taint.length > 0 && (startsWith(path, taint) || startsWith(taint, path)));
}

/**
 * The document without what is wrong with it: values at tainted paths removed (a list as a whole), missing required
 * fields replaced by stand-ins. Undefined when even that is not valid.
 */
export function soundPart(form: Form, value: unknown, taints: readonly Path[]): unknown {
  if (taints.some((taint) => taint.length === 0) || taints.length > 100) return undefined;
  const pruned = without(value, taints.map(upToList));
  const whole = isJsonObject(pruned) ? withStandIns(pruned, STAND_INS[form]) : undefined;
  return whole !== undefined && schemaErrors(form, whole).length === 0 ? whole : undefined;
}

/** Removing one item would shift the others: the list goes as a whole. */
function upToList(path: Path): Path {
  const list = path.findIndex((step) => typeof step === 'number');
  return list < 0 ? path : path.slice(0, list);
}

function without(value: unknown, paths: readonly Path[]): unknown {
  if (!isJsonObject(value) || paths.length === 0) return value;
  const entries = Object.entries(value).flatMap(([name, member]) => {
    const below = paths.filter((path) => path[0] === name).map((path) => path.slice(1));
    return below.some((path) => path.length === 0) ? [] : [[name, without(member, below)]];
  });
  return Object.fromEntries(entries);
}

function withStandIns(value: JsonObject, standIns: JsonObject): JsonObject {
  const result: Record<string, JsonObject[string]> = { ...value };
  for (const [name, standIn] of Object.entries(standIns)) {
    const own = result[name];
    if (own === undefined) result[name] = standIn;
    else if (isJsonObject(own) && isJsonObject(standIn) && name !== 'image') result[name] = withStandIns(own, standIn);
  }
  return result;
}
