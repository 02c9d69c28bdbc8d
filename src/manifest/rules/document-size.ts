import type { Report, Subject } from '../rule.ts';

/** Source: "Amazon ECS endpoints and quotas", task definition size limit. */
const MAX_BYTES = 64 * 1024;

/** The part of a task definition that a manifest can make big, in the form ECS gets it. */
export function checkDocumentSize({ manifest }: Subject, report: Report): void {
  const { container, sidecars, volumes, raw } = manifest.spec;
  const environment = Object.entries(container.environment).map(([name, value]) => ({ name, value }));
  const secrets = Object.entries(container.secrets).map(([name, valueFrom]) => ({ name, valueFrom }));
  const main = {
    name: container.name,
    command: container.command,
    entryPoint: container.entryPoint,
    environment,
    secrets,
  };
  const bytes = Buffer.byteLength(JSON.stringify([main, sidecars, volumes, raw.taskDefinition]));
  if (bytes <= MAX_BYTES) return;
  const kib = Math.ceil(bytes / 1024);
  const path = environment.length > 0 ? ['spec', 'container', 'environment'] : ['spec'];
  report.error(path, `the task definition would have ${kib} KiB; ECS takes 64 KiB`, { mark: 'key' });
}
