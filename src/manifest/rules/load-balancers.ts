import { isJsonObject } from '../../lib/json.ts';
import { nearest } from '../../lib/suggest.ts';
import type { LoadBalancerDocument } from '../fargate-service.generated.ts';
import { type Path, printable } from '../path.ts';
import type { Report, Subject } from '../rule.ts';
import type { FargateService } from '../types.ts';

const LISTENER_FIELDS = ['priority', 'hosts', 'paths', 'healthCheckPath', 'deregistrationDelaySeconds'] as const;

export function checkLoadBalancers({ document, manifest }: Subject, report: Report): void {
  const ports = portsByContainer(manifest);
  const seen = new Set<string>();
  for (const [index, attachment] of manifest.spec.loadBalancers.entries()) {
    const path: Path = ['spec', 'loadBalancers', index];
    checkForm(document.spec.loadBalancers?.[index] ?? {}, path, report);
    checkTarget(attachment, path, ports, report);
    const identity =
      'listenerArn' in attachment
        ? `${attachment.listenerArn} ${attachment.priority}`
        : `${attachment.targetGroupArn} ${attachment.containerName} ${attachment.containerPort}`;
    if (seen.has(identity)) report.error(path, 'is given twice', { mark: 'key' });
    seen.add(identity);
  }
}

function checkForm(item: LoadBalancerDocument, path: Path, report: Report): void {
  if (item.targetGroupArn !== undefined) {
    for (const field of LISTENER_FIELDS) {
      if (item[field] === undefined) continue;
      report.error([...path, field], `\`${field}\` may only be used with \`listenerArn\``, { mark: 'key' });
    }
    return;
  }
  if (item.priority === undefined) report.error(path, "missing required field 'priority'", { mark: 'key' });
  if ((item.hosts ?? []).length + (item.paths ?? []).length === 0) {
    report.error(path, 'must have `hosts`, `paths` or both', {
      mark: 'key',
      help: 'a rule without a condition takes all traffic',
    });
  }
}

interface Target {
  readonly containerName: string;
  readonly containerPort: number;
}

function checkTarget(target: Target, path: Path, ports: ReadonlyMap<string, readonly number[]>, report: Report): void {
  const known = ports.get(target.containerName);
  const about = [
    ['spec', 'container'],
    ['spec', 'sidecars'],
  ];
  if (known === undefined) {
    const names = [...ports.keys()];
    const meant = nearest(target.containerName.slice(0, 64), names);
    const help = meant === undefined ? `containers: ${names.join(', ')}` : `did you mean '${meant}'?`;
    report.error([...path, 'containerName'], `there is no container '${printable(target.containerName)}'`, {
      about,
      help,
    });
  } else if (!known.includes(target.containerPort)) {
    const message = `container '${target.containerName}' has no port ${target.containerPort}`;
    const help = known.length === 0 ? 'give it `portMappings`' : `its ports: ${known.join(', ')}`;
    report.error([...path, 'containerPort'], message, { about, help });
  }
}

function portsByContainer({ spec }: FargateService): ReadonlyMap<string, readonly number[]> {
  const ports = new Map<string, readonly number[]>([[spec.container.name, [spec.container.port]]]);
  for (const sidecar of spec.sidecars) {
    const mappings: readonly unknown[] = Array.isArray(sidecar['portMappings']) ? sidecar['portMappings'] : [];
    ports.set(
      String(sidecar['name']),
      mappings.map((mapping) => (isJsonObject(mapping) ? Number(mapping['containerPort']) : 0)),
    );
  }
  return ports;
}
