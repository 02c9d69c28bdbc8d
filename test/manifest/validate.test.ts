import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import { type Form, SCHEMAS } from '../../src/manifest/validate.ts';

for (const form of ['service', 'request'] satisfies readonly Form[]) {
  test(`the schema of a ${form} is itself valid JSON Schema, which the program does not check each time`, () => {
    const ajv = new Ajv({ strict: false });
    assert.ok(ajv.validateSchema(SCHEMAS[form]) === true, ajv.errorsText());
  });
}
