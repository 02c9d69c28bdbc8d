import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { readFaults } from '../../src/app/read-faults.ts';
import { ManifestsInvalid } from '../../src/manifest/manifest-error.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'evenkeel-faults-'));
});
after(() => rm(folder, { recursive: true }));

async function file(text: string): Promise<string> {
  const path = join(folder, 'faults.yaml');
  await writeFile(path, text);
  return path;
}

/** `line:column path: message` of everything wrong with a file. */
async function wrong(text: string): Promise<readonly string[]> {
  const path = await file(text);
  try {
    await readFaults(path);
  } catch (thrown) {
    assert.ok(thrown instanceof ManifestsInvalid);
    return thrown.errors.map((error) => `${error.line}:${error.column} ${error.path}: ${error.message}`);
  }
  return [];
}

test('fault rules are read from YAML and from JSON', async () => {
  const rules = [{ when: { services: ['web'] }, fault: { kind: 'latency', ms: 5 } }];
  const yaml = 'rules:\n  - when: { services: [web] }\n    fault: { kind: latency, ms: 5 }\n';
  assert.deepEqual(await readFaults(await file(yaml)), { rules });
  assert.deepEqual(await readFaults(await file(JSON.stringify({ seed: 7, rules }))), { rules, seed: 7 });
});

test('everything wrong with a file of fault rules is told with its place', async () => {
  const text =
    'rules:\n  - fault: { kind: latncy, ms: 5 }\n  - when: { service: [web] }\n    fault: { kind: throttle }\n';
  assert.deepEqual(await wrong(text), [
    "2:20 rules[0].fault.kind: 'latncy' is no kind of fault",
    "3:13 rules[1].when: unknown field 'service'",
  ]);
});

test('a file that is no document of rules is refused: broken, empty, several, missing', async () => {
  assert.equal((await wrong('rules: [')).length > 0, true);
  assert.deepEqual(await wrong(''), ['0:0 : the file holds 0 documents, must hold one']);
  assert.deepEqual(await wrong('rules: []\n---\nrules: []\n'), ['0:0 : the file holds 2 documents, must hold one']);
  assert.deepEqual(await wrong('rules: []\nrules: []\n').then((all) => all.length), 1);
  await assert.rejects(readFaults(join(folder, 'none.yaml')), (thrown) => {
    assert.ok(thrown instanceof ManifestsInvalid);
    assert.match(thrown.errors[0]?.message ?? '', /cannot be read: ENOENT/);
    return true;
  });
});
