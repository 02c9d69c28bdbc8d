import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import faultsSchema from '../../../schemas/sandbox-faults.v1.json' with { type: 'json' };
import { nearest } from '../../lib/suggest.ts';
import type { FaultOptions } from '../faults.ts';
import { problemsOfRule, type RuleProblem } from './check-rule.ts';
import { FAULT_KINDS, type FaultRule } from './fault-rule.ts';

/** Something wrong with a document of rules; the path begins at the document. */
export interface DocumentProblem extends RuleProblem {
  /** Whether the name or the value at the path is wrong. */
  readonly mark: 'key' | 'value';
}

export type CheckedFaults =
  | { readonly kind: 'valid'; readonly faults: FaultOptions }
  | { readonly kind: 'invalid'; readonly problems: readonly DocumentProblem[] };

/** Judges what a file of fault rules holds, by `schemas/sandbox-faults.v1.json` and by what a schema cannot say. */
export function checkFaultsDocument(value: unknown): CheckedFaults {
  const validate = compiled();
  if (!validate(value)) return { kind: 'invalid', problems: schemaProblems(validate.errors ?? []) };
  const { rules, seed } = value as { readonly rules: readonly FaultRule[]; readonly seed?: number };
  const problems = [...rules.flatMap(ruleProblems), ...doubleIds(rules)];
  if (problems.length > 0) return { kind: 'invalid', problems };
  return { kind: 'valid', faults: seed === undefined ? { rules } : { rules, seed } };
}

function compiled(): ValidateFunction {
  const options = { allErrors: true, discriminator: true, verbose: true, strictTypes: false, strictRequired: false };
  return new Ajv(options).compile(faultsSchema);
}

function ruleProblems(rule: FaultRule, index: number): readonly DocumentProblem[] {
  return problemsOfRule(rule).map((problem) => ({
    ...problem,
    path: ['rules', index, ...problem.path],
    mark: 'value',
  }));
}

function doubleIds(rules: readonly FaultRule[]): readonly DocumentProblem[] {
  return rules.flatMap(({ id }, index): readonly DocumentProblem[] => {
    const first = rules.findIndex((other) => other.id === id);
    if (id === undefined || first === index) return [];
    return [{ path: ['rules', index, 'id'], mark: 'value', message: `'${id}' is the id of rules[${first}] already` }];
  });
}

/** The branches of alternatives are left out: the error of the whole says it better. */
function schemaProblems(errors: readonly ErrorObject[]): readonly DocumentProblem[] {
  return errors.filter(({ schemaPath }) => !/\/anyOf\/\d+\//.test(schemaPath)).map(inWords);
}

function inWords(error: ErrorObject): DocumentProblem {
  const path = pathOf(error.instancePath);
  const { params } = error;
  switch (error.keyword) {
    case 'additionalProperties': {
      const name = String(params['additionalProperty']);
      const known = Object.keys((error.parentSchema as { readonly properties?: object }).properties ?? {});
      const meant = nearest(name, known);
      const help = meant === undefined ? `known here: ${known.join(', ')}` : `did you mean '${meant}'?`;
      return { path: [...path, name], mark: 'key', message: `unknown field '${name}'`, help };
    }
    case 'required':
      return { path, mark: 'key', message: `missing required field '${String(params['missingProperty'])}'` };
    case 'discriminator':
      return unknownKind([...path, 'kind'], params['tagValue']);
    case 'enum':
      return { path, mark: 'value', ...oneOf(params['allowedValues'] as readonly string[], error.data) };
    case 'anyOf':
      return { path, mark: 'value', message: `must be ${String((error.parentSchema as { title?: string }).title)}` };
    default:
      return { path, mark: 'value', message: error.message ?? 'is not valid' };
  }
}

function unknownKind(path: DocumentProblem['path'], given: unknown): DocumentProblem {
  if (typeof given !== 'string') return { path, mark: 'value', message: 'must name a kind of fault' };
  const kinds = Object.keys(FAULT_KINDS);
  const meant = nearest(given, kinds);
  const help = meant === undefined ? `one of ${kinds.join(', ')}` : `did you mean '${meant}'?`;
  return { path, mark: 'value', message: `'${given}' is no kind of fault`, help };
}

function oneOf(allowed: readonly string[], given: unknown): { readonly message: string; readonly help?: string } {
  const meant = typeof given === 'string' ? nearest(given, allowed) : undefined;
  const message = `must be one of ${allowed.join(', ')}`;
  return meant === undefined ? { message } : { message, help: `did you mean '${meant}'?` };
}

function pathOf(pointer: string): readonly (string | number)[] {
  const steps = pointer.split('/').slice(1);
  return steps.map((step) => (/^\d+$/.test(step) ? Number(step) : step.replaceAll('~1', '/').replaceAll('~0', '~')));
}
