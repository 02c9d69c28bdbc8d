import { isJsonObject } from '../../lib/json.ts';
import { lastPart } from '../ecs/names.ts';
import type { Occasion } from './occasion.ts';

type Input = Readonly<Record<string, unknown>>;

/** What a call is about, from its input alone. */
export function occasionOf(operation: string, region: string, given: object): Occasion {
  const input = given as Input;
  return {
    operation,
    region,
    services: servicesIn(input),
    families: familiesIn(input),
    images: imagesIn(input),
    securityGroups: securityGroupsIn(input),
  };
}

function servicesIn(input: Input): readonly string[] {
  const cluster = lastPart(texts(input['cluster'])[0] ?? 'default');
  const named = [input['service'], input['serviceName'], input['services']].flatMap(texts);
  const byArn = texts(input['resourceArn']).filter((arn) => /:ecs:.*:service\//.test(arn));
  const scaled = [input['ResourceId'], input['ResourceIds']].flatMap(texts).filter((id) => id.startsWith('service/'));
  return [
    ...named.map((name) => (name.includes('/') ? lastTwo(name) : `${cluster}/${name}`)),
    ...[...byArn, ...scaled].map(lastTwo),
  ];
}

function familiesIn(input: Input): readonly string[] {
  const members = ['family', 'familyPrefix', 'taskDefinition', 'taskDefinitions'].map((name) => input[name]);
  const byArn = texts(input['resourceArn']).filter((arn) => arn.includes(':task-definition/'));
  return [...members.flatMap(texts), ...byArn].map(familyOf);
}

function imagesIn(input: Input): readonly string[] {
  const containers = input['containerDefinitions'];
  return Array.isArray(containers)
    ? containers.flatMap((container: unknown) => (isJsonObject(container) ? texts(container['image']) : []))
    : [];
}

function securityGroupsIn(input: Input): readonly string[] {
  const network = input['networkConfiguration'];
  const awsvpc = isJsonObject(network) ? network['awsvpcConfiguration'] : undefined;
  return isJsonObject(awsvpc) ? texts(awsvpc['securityGroups']) : [];
}

/** `web` of an ARN, of `web:3`, of `web`. */
export function familyOf(reference: string): string {
  return lastPart(reference).split(':')[0]!;
}

function lastTwo(path: string): string {
  return path.split('/').slice(-2).join('/');
}

function texts(value: unknown): readonly string[] {
  return [value].flat().filter((item) => typeof item === 'string');
}
