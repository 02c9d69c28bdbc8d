import { Report, type Rule, type Subject, type Violation } from './rule.ts';
import { checkAnnotations } from './rules/annotations.ts';
import { checkArns } from './rules/arns.ts';
import { checkCapacityProviders } from './rules/capacity-providers.ts';
import { checkContainers } from './rules/containers.ts';
import { checkDependencies } from './rules/dependencies.ts';
import { checkDocumentSize } from './rules/document-size.ts';
import { checkEnvironment } from './rules/environment.ts';
import { checkHealthCheck } from './rules/health-check.ts';
import { checkImage } from './rules/image.ts';
import { checkLoadBalancers } from './rules/load-balancers.ts';
import { checkNetwork } from './rules/network.ts';
import { checkRaw } from './rules/raw.ts';
import { checkRollout } from './rules/rollout.ts';
import { checkScaling } from './rules/scaling.ts';
import { checkTags } from './rules/tags.ts';
import { checkTaskSize } from './rules/task-size.ts';
import type { ValueShown } from './shown-value.ts';

const RULES: readonly Rule[] = [
  checkTaskSize,
  checkImage,
  checkContainers,
  checkDependencies,
  checkHealthCheck,
  checkEnvironment,
  checkNetwork,
  checkCapacityProviders,
  checkLoadBalancers,
  checkScaling,
  checkRollout,
  checkTags,
  checkAnnotations,
  checkArns,
  checkRaw,
  checkDocumentSize,
];

/** Everything a schema cannot say. `document` must be valid against the schema. */
export function checkRules(subject: Subject, shown: ValueShown): readonly Violation[] {
  const report = new Report(shown);
  for (const rule of RULES) rule(subject, report);
  return report.violations;
}
