import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { HANDLERS } from '../../src/sandbox/api/handlers.ts';
import { QUOTAS } from '../../src/sandbox/limits.ts';

test('W-11: every operation that Evenkeel uses is imitated', () => {
  const aws = join(import.meta.dirname, '../../src/aws');
  const files = readdirSync(aws).filter((file) => file.endsWith('operations.ts'));
  const text = files.map((file) => readFileSync(join(aws, file), 'utf8')).join('\n');
  const used = [...text.matchAll(/^ {2}'([a-z0-9-]+:[A-Za-z]+)': Call</gm)].map((match) => match[1]!);
  assert.ok(used.length > 40);
  assert.deepEqual(
    used.filter((operation) => HANDLERS[operation] === undefined),
    [],
  );
});

test('Q-1: every operation with a quota is imitated', () => {
  const limited = QUOTAS.flatMap(({ operations }) => operations);
  assert.deepEqual(
    limited.filter((operation) => HANDLERS[operation] === undefined),
    [],
  );
});
