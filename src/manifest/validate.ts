import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import requestSchema from '../../schemas/deployment-request.v1.json' with { type: 'json' };
import serviceSchema from '../../schemas/fargate-service.v1.json' with { type: 'json' };
import type { JsonObject } from '../lib/json.ts';

export type Form = 'service' | 'request';

/** The published JSON Schema of each form. */
export const SCHEMAS: Readonly<Record<Form, JsonObject>> = { service: serviceSchema, request: requestSchema };

/** What ajv finds wrong with `value`; empty for a valid document. */
export function schemaErrors(form: Form, value: unknown): readonly ErrorObject[] {
  const validate = compiled(form);
  return validate(value) ? [] : (validate.errors ?? []);
}

/** Compiling takes tens of milliseconds and always gives the same: done at the first use, kept for the others. */
const validators = new Map<Form, ValidateFunction>();

function compiled(form: Form): ValidateFunction {
  const known = validators.get(form);
  if (known !== undefined) return known;
  const ajv = new Ajv({
    allErrors: true,
    strict: true,
    strictRequired: false,
    verbose: true,
    allowUnionTypes: true,
    strictTypes: false,
    // Both together take as long as the compiling itself: the tests check the schemas, and hundreds of documents do not
    // repay the optimising.
    validateSchema: false,
    code: { optimize: false },
  });
  ajv.addVocabulary(['patternErrorMessage']);
  const validate = ajv.compile(SCHEMAS[form]);
  validators.set(form, validate);
  return validate;
}
