import { Document, isScalar, type Scalar, visit } from 'yaml';
import { UNPRINTABLE } from './path.ts';
import type { Autoscaling, Container, FargateService, HealthCheck, ScalingTarget } from './types.ts';

/** The manifest in its long form with every default written out. Loading the text gives an equal manifest. */
export function renderYaml(manifest: FargateService): string {
  const document = new Document(escaped(longForm(manifest)), { version: '1.2', aliasDuplicateObjects: false });
  visit(document, {
    Scalar: (_key, node) => {
      if (needsEscapes(node)) node.type = 'QUOTE_DOUBLE';
    },
  });
  // JSON escapes what lies below U+0020; YAML wants the rest of the invisible characters escaped as well.
  return document.toString({ lineWidth: 0 }).replace(RAW, escapeCharacter);
}

const RAW = /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff]/g;

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function needsEscapes(node: Scalar): boolean {
  if (!isScalar(node) || typeof node.value !== 'string') return false;
  return node.value.search(UNPRINTABLE) >= 0 || node.value.search(RAW) >= 0;
}

/** Dollar signs doubled where they would begin a reference; keys are not substituted, and stay. */
function escaped(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(/\$(?=[{$])/g, '$$$$');
  if (Array.isArray(value)) return value.map(escaped);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, escaped(member)]));
}

/** Spreading first keeps the order of the fields. */
function longForm({ spec, ...head }: FargateService): unknown {
  const autoscaling = spec.autoscaling === undefined ? {} : { autoscaling: autoscalingForm(spec.autoscaling) };
  return { ...head, spec: { ...spec, container: containerForm(spec.container), ...autoscaling } };
}

function containerForm({ healthCheck, ...container }: Container): unknown {
  return { ...container, healthCheck: healthCheck === undefined ? { disabled: true } : healthCheckForm(healthCheck) };
}

function healthCheckForm({ probe, ...times }: HealthCheck): unknown {
  return { ...probe, ...times };
}

function autoscalingForm(autoscaling: Autoscaling): unknown {
  return { ...autoscaling, targets: autoscaling.targets.map(targetForm) };
}

function targetForm({ metric, value, ...target }: ScalingTarget): unknown {
  if (metric.kind !== 'custom') return { [metric.kind]: value, ...target };
  return { metric: { name: metric.name, specification: metric.specification, value }, ...target };
}
