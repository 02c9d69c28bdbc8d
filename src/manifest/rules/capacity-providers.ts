import type { Report, Subject } from '../rule.ts';

/** Source: ECS API reference, CapacityProviderStrategyItem. */
export function checkCapacityProviders({ manifest }: Subject, report: Report): void {
  const providers = manifest.spec.capacityProviders;
  if (providers.length === 0) return;
  const path = ['spec', 'capacityProviders'];
  const seen = new Set<string>();
  let bases = 0;
  for (const [index, { name, base }] of providers.entries()) {
    if (seen.has(name)) report.error([...path, index, 'name'], 'is given twice');
    seen.add(name);
    if (base > 0 && ++bases > 1) report.error([...path, index, 'base'], 'only one provider may have a `base`');
  }
  if (providers.every((provider) => provider.weight === 0)) {
    report.error(path, 'at least one `weight` must be greater than 0', { mark: 'key' });
  }
}
