import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const here = import.meta.dirname;
const model = readFileSync(join(here, '../../src/sandbox/MODEL.md'), 'utf8');
const tests = readdirSync(here, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.ts'))
  .map((file) => readFileSync(join(here, file), 'utf8'))
  .join('\n');

function ids(text: string, pattern: RegExp): readonly string[] {
  return [...new Set([...text.matchAll(pattern)].map((match) => match[1]!))].toSorted();
}

test('every rule of the model is held by a test that names it, and every test names a rule of the model', () => {
  const promised = ids(model, /^\| ([A-Z]+-[A-Z]*\d+) +\|/gm);
  const held = ids(tests, /test\(\s*['`]([A-Z]+-[A-Z]*\d+): /g);
  assert.ok(promised.length > 60);
  assert.deepEqual(held, promised);
});
