import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import { isJsonObject, type JsonObject } from '../../src/lib/json.ts';
import { loadFile } from '../../src/manifest/load-file.ts';
import { renderYaml } from '../../src/manifest/render.ts';
import { SCHEMAS } from '../../src/manifest/validate.ts';
import { manifestOf } from './loading.ts';

const root = join(import.meta.dirname, '..', '..');
const examples = readdirSync(join(root, 'examples'), { recursive: true, encoding: 'utf8' }).filter((file) =>
  /^[^/]*\.(yaml|json)$|^demo\//.test(file),
);

for (const example of examples) {
  test(`examples/${example} loads without an error or a warning`, () => {
    const loaded = loadFile(
      { file: example, text: readFileSync(join(root, 'examples', example), 'utf8') },
      { variables: {}, defaultRegion: 'us-east-1' },
    );
    assert.deepEqual(loaded.errors, []);
    assert.ok(loaded.manifests.length > 0);
    for (const { manifest } of loaded.manifests) assert.deepEqual(manifestOf(renderYaml(manifest)), manifest);
  });
}

test('there are examples for the demo, one of which fails on purpose', () => {
  const demo = examples.filter((file) => file.startsWith('demo/'));
  const images = demo.map((file) => manifestOf(readFileSync(join(root, 'examples', file), 'utf8')).spec.image.uri);
  assert.ok(demo.length >= 3);
  assert.equal(images.filter((uri) => uri?.includes('crash')).length, 1);
  assert.ok(images.every((uri) => uri !== undefined));
});

/** Every described member of a schema, with its path. */
function members(node: JsonObject, path: string): readonly (readonly [string, JsonObject])[] {
  const own = isJsonObject(node['properties']) ? Object.entries(node['properties']) : [];
  const found = own.flatMap(([name, member]) =>
    isJsonObject(member) ? [[`${path}.${name}`, member] as const, ...members(member, `${path}.${name}`)] : [],
  );
  const below = [
    node['items'],
    ...(path === '' && isJsonObject(node['definitions']) ? Object.values(node['definitions']) : []),
  ];
  return [...found, ...below.flatMap((member) => (isJsonObject(member) ? members(member, `${path}[]`) : []))];
}

for (const form of ['service', 'request'] as const) {
  const schema = SCHEMAS[form];
  const own = members(schema, '').filter(([, member]) => member['$ref'] === undefined);

  test(`the schema of a ${form} describes every field`, () => {
    for (const [path, member] of own) assert.equal(typeof member['description'], 'string', path);
    assert.ok(own.length > 20);
  });

  test(`the schema of a ${form} has an example of every value, and the examples are valid`, () => {
    const ajv = new Ajv({ strict: false });
    for (const [path, member] of own) {
      if (isJsonObject(member['properties'])) continue;
      const examples = member['examples'];
      assert.ok(Array.isArray(examples) && examples.length > 0, `${path} has no example`);
      const isValid = ajv.compile({ ...member, definitions: schema['definitions'] ?? {} });
      for (const example of examples) assert.ok(isValid(example), `${path}: ${JSON.stringify(example)}`);
    }
  });
}

test('full.yaml shows every field of the schema', () => {
  const shown = new Set(
    [...readFileSync(join(root, 'examples', 'full.yaml'), 'utf8').matchAll(/([A-Za-z]+):/g)].map((match) => match[1]),
  );
  const names = members(SCHEMAS.service, '').map(([path]) => path.split('.').at(-1)!);
  const missing = names.filter((name) => !shown.has(name) && !['$schema', 'command', 'disabled'].includes(name));
  assert.deepEqual(missing, []);
});

test('the generated types are up to date', () => {
  const { status, stderr } = spawnSync(process.execPath, ['.ci/generate-types.mjs', '--check'], {
    cwd: root,
    encoding: 'utf8',
  });
  assert.equal(status, 0, stderr);
});
