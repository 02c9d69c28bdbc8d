import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Lease } from '../../src/state/lease.ts';
import { MemoryLeases } from '../../src/state/memory-lease.ts';
import { settle } from '../support/fake-clock.ts';

const { signal } = new AbortController();

test('a free lease is given at once, with an epoch that grows at each change of hands', async () => {
  const leases = new MemoryLeases('me');
  for (const epoch of [1, 2, 3]) {
    const lease = await leases.acquire('controller', signal);
    assert.ok(lease !== undefined);
    assert.deepEqual([lease.name, lease.holder, lease.epoch], ['controller', 'me', epoch]);
    assert.equal(lease.lost.aborted, false);
    await lease[Symbol.asyncDispose]();
  }
});

test('a held lease is waited for, first come first served, and never held twice', async () => {
  const leases = new MemoryLeases('me');
  const first = await leases.acquire('controller', signal);
  const order: string[] = [];
  const wait = async (name: string): Promise<Lease | undefined> => {
    const lease = await leases.acquire('controller', signal);
    order.push(`${name} ${lease?.epoch}`);
    return lease;
  };
  const second = wait('second');
  const third = wait('third');
  await settle();
  assert.deepEqual(order, []);
  const released = first?.[Symbol.asyncDispose]();
  const late = wait('late');
  await released;
  await first?.[Symbol.asyncDispose]();
  await settle();
  assert.deepEqual(order, ['second 2']);
  await (await second)?.[Symbol.asyncDispose]();
  await settle();
  assert.deepEqual(order, ['second 2', 'third 3']);
  await (await third)?.[Symbol.asyncDispose]();
  await late;
  assert.deepEqual(order, ['second 2', 'third 3', 'late 4']);
});

test('leases of different names have nothing to do with each other', async () => {
  const leases = new MemoryLeases('me');
  const a = await leases.acquire('a', signal);
  const b = await leases.acquire('b', signal);
  assert.deepEqual([a?.epoch, b?.epoch], [1, 1]);
});

test('whoever stops waiting gets nothing and is passed over', async () => {
  const leases = new MemoryLeases('me');
  const held = await leases.acquire('controller', signal);
  const impatient = new AbortController();
  const given = leases.acquire('controller', impatient.signal);
  const patient = leases.acquire('controller', signal);
  impatient.abort(new Error('enough'));
  assert.equal(await given, undefined);
  await held?.[Symbol.asyncDispose]();
  assert.equal((await patient)?.epoch, 2);
  assert.equal(await leases.acquire('controller', AbortSignal.abort(new Error('too late'))), undefined);
});
