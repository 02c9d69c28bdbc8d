import assert from 'node:assert/strict';
import { test } from 'node:test';
import { read, removed, runOf, write } from './hand-made.ts';
import { looksBeforeRepeating, repeatableCreation } from './idempotency.ts';

const create = (clientToken: string | undefined, at: number, code = 'OK') =>
  write(
    'ecs:CreateService',
    { serviceName: 'web', ...(clientToken === undefined ? {} : { clientToken }) },
    { at, code },
  );
const register = (at: number, code = 'OK') => write('ecs:RegisterTaskDefinition', { family: 'web' }, { at, code });

test('a creation without a client token is found', () => {
  assert.equal(repeatableCreation.check(runOf(create(undefined, 1_000))).length, 1);
});

test('a creation that is repeated with another client token is found', () => {
  const again = [...create('a', 1_000, 'ECONNRESET'), ...create('b', 5_000)];
  assert.equal(repeatableCreation.check(runOf(again)).length, 1);
});

test('a creation that is repeated with its client token is right, and so is another token once the service was deleted', () => {
  assert.deepEqual(repeatableCreation.check(runOf([...create('a', 1_000, 'ECONNRESET'), ...create('a', 5_000)])), []);
  const gone = write('ecs:DeleteService', { service: 'web' }, { at: 3_000 });
  const anew = [...create('a', 1_000), ...removed('default/web', 2_000, 2_500), ...gone, ...create('b', 5_000)];
  assert.deepEqual(repeatableCreation.check(runOf(anew)), []);
});

test('a write of unknown outcome that is sent again at once is found', () => {
  const blind = [...register(1_000, 'ECONNRESET'), ...register(1_500)];
  assert.equal(looksBeforeRepeating.check(runOf(blind)).length, 1);
});

test('a write of unknown outcome may be sent again after a read, and a refused one at any time', () => {
  const seen = [...register(1_000, 'ECONNRESET'), ...read(1_200), ...register(1_500)];
  assert.deepEqual(looksBeforeRepeating.check(runOf(seen)), []);
  const throttled = [...register(1_000, 'ThrottlingException'), ...register(1_500)];
  assert.deepEqual(looksBeforeRepeating.check(runOf(throttled)), []);
});
