import { isJsonObject } from '../../lib/json.ts';
import type { Path } from '../path.ts';
import type { Report, Subject } from '../rule.ts';

/** Names and ports of the containers of a task. In `awsvpc` mode they share one network interface. */
export function checkContainers({ manifest }: Subject, report: Report): void {
  const { container, sidecars } = manifest.spec;
  const names = new Map<string, string>([[container.name, 'the main container']]);
  const ports = new Map<string, string>([[`tcp/${container.port}`, 'the main container']]);
  for (const [index, sidecar] of sidecars.entries()) {
    const path: Path = ['spec', 'sidecars', index];
    const name = String(sidecar['name']);
    const holder = names.get(name);
    if (holder !== undefined) {
      report.error([...path, 'name'], `${holder} has this name already`, { about: [['spec', 'container', 'name']] });
    }
    names.set(name, `\`sidecars[${index}]\``);
    checkPorts(sidecar['portMappings'], [...path, 'portMappings'], { ports, owner: `\`sidecars[${index}]\``, report });
  }
}

interface PortCheck {
  readonly ports: Map<string, string>;
  readonly owner: string;
  readonly report: Report;
}

function checkPorts(mappings: unknown, path: Path, { ports, owner, report }: PortCheck): void {
  if (mappings === undefined) return;
  if (!Array.isArray(mappings)) {
    report.error(path, 'must be a list of port mappings');
    return;
  }
  for (const [index, mapping] of mappings.entries()) {
    if (!isJsonObject(mapping)) continue;
    const { containerPort: port, hostPort } = mapping;
    const protocol = mapping['protocol'] === 'udp' ? 'udp' : 'tcp';
    if (port === undefined) continue;
    const at = [...path, index, 'containerPort'];
    if (typeof port !== 'number' || !Number.isInteger(port) || port < 1 || port > 65535) {
      report.error(at, 'must be a port from 1 to 65535');
      continue;
    }
    if (hostPort !== undefined && hostPort !== port) {
      report.error([...path, index, 'hostPort'], `must be the same as \`containerPort\` on Fargate, ${port}`);
    }
    const holder = ports.get(`${protocol}/${port}`);
    if (holder !== undefined) {
      const about = [['spec', 'container', 'port']];
      report.error(at, `port ${port} is taken by ${holder}`, {
        about,
        help: 'containers of a task share one network address',
      });
    }
    ports.set(`${protocol}/${port}`, owner);
  }
}
