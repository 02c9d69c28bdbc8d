import type { Report, Subject } from '../rule.ts';

/** What tells whose service this is cannot be overridden: field of the ECS API, and the manifest's own. */
const RESERVED = {
  taskDefinition: { family: 'spec.family', tags: 'spec.tags' },
  service: {
    service: 'spec.serviceName',
    serviceName: 'spec.serviceName',
    cluster: 'spec.cluster',
    taskDefinition: 'spec.family',
    desiredCount: 'spec.desiredCount',
    tags: 'spec.tags',
    clientToken: '',
  },
} as const;

export function checkRaw({ manifest }: Subject, report: Report): void {
  for (const part of ['taskDefinition', 'service'] as const) {
    for (const [field, instead] of Object.entries(RESERVED[part])) {
      if (!Object.hasOwn(manifest.spec.raw[part], field)) continue;
      const help = instead === '' ? {} : { help: `use \`${instead}\`` };
      report.error(['spec', 'raw', part, field], 'may not be set through `raw`', { mark: 'key', ...help });
    }
  }
}
