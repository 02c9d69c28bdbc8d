// Writes the types of the manifest's two forms from their schemas. `--check` writes nothing and exits 1 if they are out of date.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile } from 'json-schema-to-typescript';

const root = join(import.meta.dirname, '..');
const check = process.argv.includes('--check');
const targets = [
  ['schemas/fargate-service.v1.json', 'src/manifest/fargate-service.generated.ts'],
  ['schemas/deployment-request.v1.json', 'src/manifest/deployment-request.generated.ts'],
];

/** `oneOf` of required fields is a rule for the validator; in the types every field is simply optional. */
function withoutChoices(schema) {
  if (Array.isArray(schema)) return schema.map(withoutChoices);
  if (typeof schema !== 'object' || schema === null) return schema;
  const kept = Object.entries(schema).filter(([key]) => key !== 'oneOf' && key !== 'maxItems' && key !== 'minItems');
  return Object.fromEntries(kept.map(([key, value]) => [key, withoutChoices(value)]));
}

for (const [source, target] of targets) {
  const schema = withoutChoices(JSON.parse(readFileSync(join(root, source), 'utf8')));
  const types = await compile(schema, schema.title, {
    bannerComment: `/* Generated from ${source} by .ci/generate-types.mjs. Do not edit. */`,
    additionalProperties: true,
    strictIndexSignatures: false,
    style: { singleQuote: true, printWidth: 120 },
  });
  const file = join(root, target);
  if (!check) writeFileSync(file, types);
  else if (readFileSync(file, 'utf8') !== types) {
    process.stderr.write(`${target} is out of date: run node .ci/generate-types.mjs\n`);
    process.exitCode = 1;
  }
}
