import type { Report, Subject } from '../rule.ts';

/** Source of the limits: ECS API reference, AwsVpcConfiguration. */
const MAX_SUBNETS = 16;
const MAX_SECURITY_GROUPS = 5;

export function checkNetwork({ manifest }: Subject, report: Report): void {
  const { subnets, securityGroups } = manifest.spec.network;
  checkList('subnets', subnets, MAX_SUBNETS, report);
  checkList('securityGroups', securityGroups, MAX_SECURITY_GROUPS, report);
}

function checkList(field: string, ids: readonly string[], limit: number, report: Report): void {
  const path = ['spec', 'network', field];
  if (ids.length > limit)
    report.error(path, `must not have more than ${limit} items, got ${ids.length}`, { mark: 'key' });
  const seen = new Set<string>();
  for (const [index, id] of ids.entries()) {
    if (seen.has(id)) report.error([...path, index], `${report.shown([...path, index], id)} is given twice`);
    seen.add(id);
  }
}
