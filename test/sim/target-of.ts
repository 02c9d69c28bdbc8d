import { lastPart } from './truth.ts';

const NAMING = [
  'serviceName',
  'service',
  'services',
  'logGroupName',
  'logGroupIdentifiers',
  'ResourceId',
  'ResourceIds',
  'resourceArn',
  'ResourceARN',
  'family',
  'familyPrefix',
  'taskDefinition',
  'repositoryName',
  'repositoryNames',
  'localRef',
] as const;

/** What a call is about, in one word. */
export function targetOf(input: Readonly<Record<string, unknown>>): string {
  for (const name of NAMING) {
    const value = input[name];
    const first: unknown = Array.isArray(value) ? value[0] : value;
    if (typeof first === 'string') return lastPart(first);
  }
  return '-';
}
