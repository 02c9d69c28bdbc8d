import { lastPart, textIn } from './truth.ts';

type Input = Readonly<Record<string, unknown>>;

/**
 * The very thing that a write is about: `service agents/web`, `revision web:3`, `family web`, `log group /ecs/web`.
 * Autoscaling belongs to its service. Two writes about one thing have one name, whoever makes them.
 */
export function thingOf(operation: string, input: Input): string {
  const text = (...names: readonly string[]): string => textIn(input, ...names);
  const [api] = operation.split(':');
  if (api === 'application-autoscaling') return text('ResourceId').replace('/', ' ');
  if (api === 'logs') return `log group ${text('logGroupName') || logGroupIn(text('resourceArn'))}`;
  const arn = text('resourceArn');
  if (arn.includes(':service/')) return `service ${arn.slice(arn.indexOf(':service/') + 9)}`;
  if (arn !== '') return `revision ${lastPart(arn)}`;
  if (operation === 'ecs:RegisterTaskDefinition') return `family ${text('family')}`;
  const service = text('service', 'serviceName');
  if (service !== '') return `service ${lastPart(text('cluster') || 'default')}/${lastPart(service)}`;
  return `revision ${lastPart(text('taskDefinition'))}`;
}

function logGroupIn(arn: string): string {
  return arn.replace(/^.*:log-group:/, '').replace(/:\*$/, '');
}
