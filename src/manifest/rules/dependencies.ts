import { isJsonObject } from '../../lib/json.ts';
import { nearest } from '../../lib/suggest.ts';
import { printable } from '../path.ts';
import type { Report, Subject } from '../rule.ts';
import type { RawObject } from '../types.ts';

/** `dependsOn` among the containers: every name exists, and nobody waits for himself. */
export function checkDependencies({ manifest }: Subject, report: Report): void {
  const { container, sidecars } = manifest.spec;
  const names = [container.name, ...sidecars.map((sidecar) => String(sidecar['name']))];
  const waits = new Map<string, readonly string[]>();
  for (const [index, sidecar] of sidecars.entries()) {
    const targets = dependenciesOf(sidecar);
    for (const [position, target] of targets.entries()) {
      if (names.includes(target)) continue;
      const meant = nearest(target.slice(0, 64), names);
      const help = meant === undefined ? `containers: ${names.join(', ')}` : `did you mean '${meant}'?`;
      const path = ['spec', 'sidecars', index, 'dependsOn', position, 'containerName'];
      report.error(path, `there is no container '${printable(target)}'`, {
        help,
        about: [['spec', 'container', 'name']],
      });
    }
    waits.set(String(sidecar['name']), targets);
  }
  const cycle = findCycle(waits);
  if (cycle === undefined) return;
  const index = sidecars.findIndex((sidecar) => sidecar['name'] === cycle[0]);
  const shown = cycle.map((name) => printable(name)).join(' → ');
  report.error(['spec', 'sidecars', index, 'dependsOn'], `containers must not wait for each other: ${shown}`, {
    mark: 'key',
  });
}

function dependenciesOf(sidecar: RawObject): readonly string[] {
  const list = sidecar['dependsOn'];
  if (!Array.isArray(list)) return [];
  return list.map((item: unknown) => {
    const name = isJsonObject(item) ? item['containerName'] : undefined;
    return typeof name === 'string' ? name : '';
  });
}

/** The first cycle as a closed walk of names; undefined if there is none. At most ten containers: plain recursion. */
function findCycle(waits: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined {
  const finished = new Set<string>();
  const walk = (name: string, trail: readonly string[]): readonly string[] | undefined => {
    const seen = trail.indexOf(name);
    if (seen >= 0) return [...trail.slice(seen), name];
    if (finished.has(name)) return undefined;
    for (const next of waits.get(name) ?? []) {
      const cycle = walk(next, [...trail, name]);
      if (cycle !== undefined) return cycle;
    }
    finished.add(name);
    return undefined;
  };
  for (const name of waits.keys()) {
    const cycle = walk(name, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}
