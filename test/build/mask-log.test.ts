import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lineMask, looksSecret } from '../../src/build/mask-log.ts';

const LOOKS: readonly (readonly [string, string, boolean])[] = [
  ['VERSION', '3.11', false],
  ['PIP_INDEX_URL', 'https://pypi.example/simple', false],
  ['PIP_INDEX_URL', 'https://me:pass@pypi.example/simple', true],
  ['NPM_TOKEN', 'x', true],
  ['DB_PASSWORD', 'x', true],
  ['ID', 'AKIAABCDEFGHIJKLMNOP', true],
  ['X', 'ghp_0123456789abcdefABCDEF0123456789abcd', true],
  ['BASE_IMAGE', 'public.ecr.aws/docker/library/python:3.11-slim', false],
  ['COMMIT', 'f3a9c1d2e4b5f6a7c8d9e0f1a2b3c4d5e6f7a8b9', true],
];
for (const [name, value, expected] of LOOKS) {
  test(`a build argument ${name}=${value} ${expected ? 'looks' : 'does not look'} like a secret`, () => {
    assert.equal(looksSecret(name, value), expected);
  });
}

test('known secrets go, the longer one whole, and so does what looks like one', () => {
  const mask = lineMask(['abcdef', 'abcdef-and-more', 'ab']);
  assert.equal(mask('x abcdef-and-more abcdef ab'), 'x *** *** ab');
  assert.equal(mask('Authorization: Basic QVdTOnBhc3N3b3Jk'), 'Authorization: Basic ***');
  assert.equal(mask('GET https://u:p@host/x'), 'GET https://***@host/x');
  assert.equal(mask('password=hunter2, ok'), 'password=***, ok');
  assert.equal(mask('Step 1/3 : FROM python:3.11'), 'Step 1/3 : FROM python:3.11');
});
