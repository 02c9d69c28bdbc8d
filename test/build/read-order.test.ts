import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { BuildRefused } from '../../src/build/build-refused.ts';
import { HashCache } from '../../src/build/hash-cache.ts';
import { orderReader } from '../../src/build/read-order.ts';
import { FakeClock } from '../support/fake-clock.ts';

test('a folder above its manifest is read only where builds are allowed to', async (t) => {
  const top = mkdtempSync(join(tmpdir(), 'evenkeel-order-'));
  t.after(() => rmSync(top, { recursive: true }));
  mkdirSync(join(top, 'deploy'));
  mkdirSync(join(top, 'agent'));
  writeFileSync(join(top, 'agent', 'Dockerfile'), 'FROM scratch\n');
  const cache = new HashCache({ maxFiles: 10, clock: new FakeClock() });
  const order = {
    root: join(top, 'deploy'),
    context: '../agent',
    dockerfile: 'Dockerfile',
    args: {},
    platform: 'linux/amd64',
  } as const;
  const { signal } = new AbortController();
  const confined = orderReader({ cache, templatesFolder: top });
  await assert.rejects(confined(order, signal), (error) => error instanceof BuildRefused);
  const allowed = orderReader({ cache, templatesFolder: top, allowedRoot: top });
  assert.match((await allowed(order, signal)).tag, /^[0-9a-f]{64}$/);
  await assert.rejects(allowed({ ...order, context: '../..' }, signal), (error) => error instanceof BuildRefused);
});
